/**
 * Creates one resource of every kind from the examples of the API document, and collects the ids in the responses. A new kind of resource needs no
 * change here if its POST has an example.
 */
import { randomUUID } from 'node:crypto';
import type { Api } from '../test-e2e/support/api.ts';
import type { ApiDocument, Operation } from './document.ts';

export interface ExampleOptions {
  /** Replaces every URL in an example; reachable in the test. */
  readonly url: string;
  /** Content of every uploaded file. */
  readonly file: Blob;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FormData | Blob;
}

const parameterOf = /\{(\w+)\}/g;

/** Bodies of types that are no recording. */
const textOf: Readonly<Record<string, string>> = {
  'application/x-subrip': '1\n00:00:00,000 --> 00:00:01,000\nHello\n',
  'text/vtt': 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n',
};

/** Query parameters without which a resource is not made, from their examples. */
function requiredQuery({ method, parameters }: Operation): string {
  const given =
    method === 'POST' ? parameters.filter((each) => each.in === 'query' && each.required && each.schema.examples?.[0] !== undefined) : [];
  return given.length > 0
    ? `?${new URLSearchParams(Object.fromEntries(given.map(({ name, schema }) => [name, String(schema.examples?.[0])])))}`
    : '';
}

export class SampleResources {
  readonly #document: ApiDocument;
  readonly #options: ExampleOptions;
  readonly #ids = new Map<string, string>();

  constructor(document: ApiDocument, options: ExampleOptions) {
    this.#document = document;
    this.#options = options;
  }

  /** Sends every POST that creates a resource, then every GET, shorter paths first, because children need the ids of their parents. */
  async create(api: Api): Promise<void> {
    const byLength = this.#document.operations.toSorted((a, b) => a.path.length - b.path.length);
    const creates = byLength.filter(
      ({ method, auth, statuses }) => method === 'POST' && auth !== 'open' && /20[012]/.test(statuses.join()),
    );
    const reads = byLength.filter(({ method, isStream }) => method === 'GET' && !isStream);
    for (const operation of [...creates, ...reads]) {
      const { path, ...init } = this.request(operation);
      const answer = await api.send(path + requiredQuery(operation), { ...init, headers: { ...init.headers, prefer: 'wait=60' } });
      if (answer.status < 300) this.#collect(answer.body, operation.path);
    }
  }

  /** Returns the path parameters without an id. */
  missing(): string[] {
    const prefixes = this.#document.operations.flatMap(({ path }) =>
      [...path.matchAll(parameterOf)].map(({ index, 0: name }) => path.slice(0, index) + name),
    );
    return [...new Set(prefixes)].filter((prefix) => !this.#idAt(prefix));
  }

  /** Builds the request of an operation from its examples, with known ids. */
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
      encodeURIComponent((name === '{token}' ? this.#ids.get(path) : this.#idAt(path.slice(0, index) + name)) ?? randomUUID()),
    );
  }

  /** Returns the JSON example of an operation, with its URLs and the ids of resources replaced (`trackIds: […]` by the track that there is). */
  exampleOf({ example }: Operation): unknown {
    return JSON.parse(JSON.stringify(example ?? {}), (name, value) => {
      const known = /Ids?$/.test(name) ? this.#idNamed(`{${name.replace(/s$/, '')}}`) : undefined;
      if (known) return Array.isArray(value) ? [known] : known;
      return /^https?:/.test(String(value)) ? this.#options.url : value;
    });
  }

  #body(operation: Operation): Pick<Request, 'body'> {
    if (!operation.contentType) return {};
    if (operation.contentType === 'application/json') return { body: JSON.stringify(this.exampleOf(operation)) };
    if (!isForm(operation)) return { body: textOf[operation.contentType] ?? this.#options.file };
    const form = new FormData();
    for (const [name, field] of Object.entries(operation.bodySchema?.properties ?? {}))
      if (field.format === 'binary') form.set(name, this.#options.file, 'example.wav');
    return { body: form };
  }

  #idAt(prefix: string): string | undefined {
    const name = prefix.slice(prefix.lastIndexOf('{'));
    return this.#ids.get(prefix) ?? this.#ids.get(name) ?? this.#exampleFor(name);
  }

  #idNamed(name: string): string | undefined {
    return this.#ids.get(name) ?? [...this.#ids].find(([prefix]) => prefix.endsWith(`/${name}`))?.[1];
  }

  #exampleFor(name: string): string | undefined {
    const all = this.#document.operations
      .flatMap(({ parameters }) => parameters)
      .filter((each) => each.in === 'path' && `{${each.name}}` === name);
    const example = all
      .map(({ schema }) => schema.examples?.[0] ?? schema.enum?.[0])
      .find((each) => typeof each === 'string' || typeof each === 'number');
    return example === undefined ? undefined : String(example);
  }

  #collect(value: unknown, path: string): void {
    const child = this.#document.operations
      .map((each) => each.path.slice(path.length + 1))
      .find((rest, at) => this.#document.operations[at]!.path.startsWith(`${path}/{`) && rest);
    const own = child?.slice(0, child.indexOf('}') + 1) ?? '';
    this.#collectFrom(value, `${path}/${own}`);
  }

  #collectFrom(value: unknown, idOf: string): void {
    if (typeof value === 'string') this.#collectFromLink(value);
    if (Array.isArray(value)) this.#collectFrom(value[0], idOf);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [name, part] of Object.entries(value)) {
      if (name === 'id' && typeof part === 'string') this.#set(idOf, part);
      else if (name.endsWith('Id') && typeof part === 'string') this.#set(`{${name}}`, part);
      else this.#collectFrom(part, name === 'items' ? idOf : `{${name}Id}`);
    }
  }

  /** Extracts ids and tokens of links: `abc` in `/v1/exports/abc` is the `{exportId}` there, in `/v1/links/abc/file` the `{token}` of that path. */
  #collectFromLink(link: string): void {
    const [pathname = ''] = link.replace(/^https?:\/\/[^/]+/, '').split('?');
    for (const { path } of this.#document.operations) {
      const [start, end] = path.includes('{token}') ? path.split('{token}') : [this.fill(path.replace(/\{\w+\}$/, '')), ''];
      if (start === undefined || end === undefined || !/\}$|\{token\}/.test(path)) continue;
      const value = pathname.startsWith(start) && pathname.endsWith(end) ? pathname.slice(start.length, pathname.length - end.length) : '';
      if (value && !value.includes('/')) this.#set(path, decodeURIComponent(value));
    }
  }

  /** Keeps the first id, which belongs to the parent of later resources. */
  #set(name: string, id: string): void {
    if (id && !this.#ids.has(name)) this.#ids.set(name, id);
  }
}

const isForm = ({ contentType }: Operation) => contentType === 'multipart/form-data';
