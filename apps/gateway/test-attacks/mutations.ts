/** Builds every request of an operation that differs from its example in exactly one field. */
import { randomUUID } from 'node:crypto';
import type { ApiDocument, Operation, Parameter } from './document.ts';
import type { Schema } from './from-schema.ts';
import { hostileBodies, hostileEscapes, hostileJson, hostileTexts } from './hostile-values.ts';
import type { Request, SampleResources } from './sample-resources.ts';

export interface Mutation extends Request {
  readonly id: string;
  /** The changed field: `query limit`, `body /scopes/0`. */
  readonly field: string;
  readonly value: string;
}

type Change = Omit<Mutation, 'id' | 'method' | 'body'> & Pick<Request, 'body'>;

export function mutationsOf(operation: Operation, resources: SampleResources, document: ApiDocument): Mutation[] {
  const example = resources.request(operation);
  // A DELETE uses a random id, so that no resource of the test is deleted.
  const pathWithSafeId = operation.method === 'DELETE' ? operation.path.replace(/\{\w+\}$/, randomUUID()) : operation.path;
  const base = { ...example, path: resources.fill(pathWithSafeId) };
  const changes = operation.parameters.flatMap((parameter) => changesOf(parameter, operation, base, resources));
  const bodies = operation.contentType === 'application/json' ? bodyChanges(operation, base, resources, document) : [];
  const both = [...changes, ...bodies, { ...base, path: `${base.path}?unknown=1`, field: 'query unknown', value: '1' }];
  return both.map((change) => ({ ...base, ...change, id: operation.operationId }));
}

function changesOf({ in: place, name }: Parameter, operation: Operation, base: Request, resources: SampleResources): Change[] {
  const field = `${place} ${name}`;
  if (place === 'header') return headerTexts.map((value) => ({ ...base, headers: { ...base.headers, [name]: value }, field, value }));
  const texts = [...hostileTexts.map(encode), ...hostileEscapes];
  if (place === 'query') {
    const queries = [...texts.map((text) => `${name}=${text}`), `${name}=1&${name}=2`, `${name}[]=1`, `${name}[a]=1`, name];
    return queries.map((query) => ({ ...base, path: `${base.path}?${query}`, field, value: query }));
  }
  const [before = '', after = ''] = operation.path.split(`{${name}}`);
  return texts.map((value) => ({ ...base, path: resources.fill(before) + value + resources.fill(after), field, value }));
}

const encode = (text: string) => encodeURIComponent(text.toWellFormed()).slice(0, 2_000);

/** Values that are valid in an HTTP header. */
const headerTexts = [
  ...hostileTexts.filter((text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text)),
  'é'.repeat(20),
  'bytes=9-1',
  '"',
  ','.repeat(200),
];

function bodyChanges(operation: Operation, base: Request, resources: SampleResources, document: ApiDocument): Change[] {
  const example = resources.exampleOf(operation);
  const pointers = operation.bodySchema ? [...new Set(pointersOf(operation.bodySchema, document))] : [];
  const fields = pointers.flatMap((pointer) =>
    [...hostileTexts, ...hostileJson].map((value) => ({
      ...base,
      body: JSON.stringify(withValue(example, pointer, value)),
      field: `body /${pointer.join('/')}`,
      value: JSON.stringify(value),
    })),
  );
  const whole = hostileBodies.map((body) => ({ ...base, body, field: 'body', value: body.slice(0, 40) }));
  return [...fields, ...whole];
}

/** Returns the pointers of all fields of a JSON body, nested ones too; of a list, the first item. */
function pointersOf(schema: Schema, { find }: ApiDocument, depth = 0): string[][] {
  if (depth > 6) return [];
  const at = (one: Schema) => pointersOf(one, { find, operations: [] }, depth + 1);
  if (schema.$ref) return at(find(schema.$ref));
  const options = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap(at);
  const items = schema.items ? [['0'], ...at(schema.items).map((rest) => ['0', ...rest])] : [];
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, one]) => [[name], ...at(one).map((rest) => [name, ...rest])]);
  return [...options, ...items, ...properties];
}

function withValue(whole: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (/^\d+$/.test(name)) return [withValue(undefined, rest, value)];
  const fields = (typeof whole === 'object' && whole !== null ? whole : {}) as Record<string, unknown>;
  return { ...fields, [name]: withValue(fields[name], rest, value) };
}
