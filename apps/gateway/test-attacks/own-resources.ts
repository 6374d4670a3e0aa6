/**
 * Makes one resource of every kind by posting the document's own examples, and remembers the ids in the answers. A new kind of resource
 * needs no line here as long as its POST has an example.
 */
import { randomUUID } from 'node:crypto';
import type { Api } from '../test-e2e/support/api.ts';
import type { ApiDocument, Operation } from './document.ts';

export interface ExampleOptions {
  /** Stands for every address in an example: it can be called from here. */
  readonly url: string;
  /** The content of every file. */
  readonly file: Blob;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FormData | Blob;
}

const parameterOf = /\{(\w+)\}/g;

export class OwnResources {
  readonly #document: ApiDocument;
  readonly #options: ExampleOptions;
  readonly #ids = new Map<string, string>();

  constructor(document: ApiDocument, options: ExampleOptions) {
    this.#document = document;
    this.#options = options;
  }

  /** Sends every POST that makes something, then every GET, shorter paths first: children need the ids of their parents. */
  async create(api: Api): Promise<void> {
    const byLength = this.#document.operations.toSorted((a, b) => a.path.length - b.path.length);
    const creates = byLength.filter(
      ({ method, auth, statuses }) => method === 'POST' && auth !== 'open' && /20[012]/.test(statuses.join()),
    );
    const reads = byLength.filter(({ method, path }) => method === 'GET' && !path.endsWith('/events'));
    for (const operation of [...creates, ...reads]) {
      const { path, ...init } = this.request(operation);
      const answer = await api.send(path, { ...init, headers: { ...init.headers, prefer: 'wait=60' } });
      if (answer.status < 300) this.#remember(answer.body, operation.path);
    }
  }

  /** The names in paths that no answer has given an id for. */
  missing(): string[] {
    const prefixes = this.#document.operations.flatMap(({ path }) =>
      [...path.matchAll(parameterOf)].map(({ index, 0: name }) => path.slice(0, index) + name),
    );
    return [...new Set(prefixes)].filter((prefix) => !this.#idAt(prefix));
  }

  /** The request that the document's examples make, with ids that exist where one is known. */
  request(operation: Operation): Request {
    const given = operation.parameters.filter((each) => each.in === 'header' && each.schema.example !== undefined);
    return {
      method: operation.method,
      path: this.fill(operation.path),
      headers: {
        ...Object.fromEntries(given.map(({ name, schema }) => [name, String(schema.example)])),
        ...(operation.contentType && !isForm(operation) ? { 'content-type': operation.contentType } : {}),
      },
      ...this.#body(operation),
    };
  }

  fill(path: string): string {
    return path.replace(parameterOf, (name, _, index: number) =>
      encodeURIComponent(this.#idAt(path.slice(0, index) + name) ?? randomUUID()),
    );
  }

  /** The example of an operation that takes JSON, its addresses replaced by one that answers. */
  exampleOf({ example }: Operation): unknown {
    return JSON.parse(JSON.stringify(example ?? {}), (_, value) => (/^https?:/.test(String(value)) ? this.#options.url : value));
  }

  #body(operation: Operation): Pick<Request, 'body'> {
    if (!operation.contentType) return {};
    if (operation.contentType === 'application/json') return { body: JSON.stringify(this.exampleOf(operation)) };
    if (!isForm(operation)) return { body: this.#options.file };
    const form = new FormData();
    for (const [name, field] of Object.entries(operation.bodySchema?.properties ?? {}))
      if (field.format === 'binary') form.set(name, this.#options.file, 'example.wav');
    return { body: form };
  }

  #idAt(prefix: string): string | undefined {
    const name = prefix.slice(prefix.lastIndexOf('{'));
    return this.#ids.get(prefix) ?? this.#ids.get(name) ?? this.#exampleFor(name);
  }

  #exampleFor(name: string): string | undefined {
    const all = this.#document.operations
      .flatMap(({ parameters }) => parameters)
      .filter((each) => each.in === 'path' && `{${each.name}}` === name);
    return all.map(({ schema }) => schema.examples?.[0]).find((example) => typeof example === 'string') as string | undefined;
  }

  #remember(value: unknown, path: string): void {
    const child = this.#document.operations
      .map((each) => each.path.slice(path.length + 1))
      .find((rest, at) => this.#document.operations[at]!.path.startsWith(`${path}/{`) && rest);
    const own = child?.slice(0, child.indexOf('}') + 1) ?? '';
    this.#walk(value, `${path}/${own}`);
  }

  #walk(value: unknown, idOf: string): void {
    if (typeof value === 'string') this.#rememberPath(value);
    if (Array.isArray(value)) this.#walk(value[0], idOf);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [name, part] of Object.entries(value)) {
      if (name === 'id' && typeof part === 'string') this.#keep(idOf, part);
      else if (name.endsWith('Id') && typeof part === 'string') this.#keep(`{${name}}`, part);
      else this.#walk(part, name === 'items' ? idOf : `{${name}Id}`);
    }
  }

  /** A link: `/v1/files/abc` tells what `{token}` of `/v1/files/{token}` is. */
  #rememberPath(link: string): void {
    const [pathname] = link.replace(/^https?:\/\/[^/]+/, '').split('?');
    for (const { path } of this.#document.operations) {
      const [name] = path.match(/\{\w+\}$/) ?? [];
      const folder = name && this.fill(path.slice(0, -name.length));
      if (folder && pathname?.startsWith(folder) && !pathname.slice(folder.length).includes('/'))
        this.#keep(path, decodeURIComponent(pathname.slice(folder.length)));
    }
  }

  /** The first one stays: it is the parent of what was made later. */
  #keep(name: string, id: string): void {
    if (id && !this.#ids.has(name)) this.#ids.set(name, id);
  }
}

const isForm = ({ contentType }: Operation) => contentType === 'multipart/form-data';
