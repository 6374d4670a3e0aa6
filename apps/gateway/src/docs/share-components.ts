/**
 * Moves what several operations of an OpenAPI document have in common to its `components`: problem answers, answers without a body, parameters, and the
 * formats of ids and moments. The document means the same afterwards ({@link withoutReferences} shows it) and is about a third as long. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { timestamp } from '#contracts';

export type Node = { readonly [key: string]: unknown };
type Paths = Readonly<Record<string, Readonly<Record<string, Node>>>>;
export interface ApiDocument extends Node {
  readonly paths: Paths;
  readonly webhooks?: Paths;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const refer = (kind: string, name: string): Node => ({ $ref: `#/components/${kind}/${name}` });

function mapped(value: unknown, change: (node: Node) => Node): unknown {
  if (Array.isArray(value)) return value.map((each) => mapped(each, change));
  if (!isNode(value)) return value;
  return change(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapped(each, change)])));
}

/** Their patterns are long. */
const formats: readonly (readonly [name: string, schema: Node, description: string])[] = (
  [
    ['Uuid', z.uuid(), 'A UUID (RFC 9562).'],
    ['DateTime', z.iso.datetime(), 'A moment in UTC (RFC 3339).'],
    ['DateTimeWithOffset', timestamp(), 'A moment with its offset from UTC (RFC 3339).'],
  ] as const
).map(([name, schema, description]) => {
  const { $schema: _, ...facets } = z.toJSONSchema(schema, { io: 'input' });
  return [name, facets as Node, description];
});

const annotations = new Set(['description', 'example', 'examples', 'default', 'title', 'deprecated']);

function shareFormat(node: Node): Node {
  if (node.type !== 'string' || typeof node.format !== 'string') return node;
  const facets = Object.fromEntries(Object.entries(node).filter(([key]) => !annotations.has(key)));
  const shared = formats.find(([, schema]) => isDeepStrictEqual(schema, facets));
  if (!shared) return node;
  return { ...refer('schemas', shared[0]), ...Object.fromEntries(Object.entries(node).filter(([key]) => annotations.has(key))) };
}

const pascal = (text: string) => text.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const places: Readonly<Record<string, string>> = { path: 'Path', query: 'Query', header: 'Header' };
const parameterName = ({ in: place, name }: Node) => `${pascal(String(name))}${places[String(place)]}`;

/** The text of a parameter stands beside its schema; there is no need for it inside as well. */
function withoutRepeatedText(parameter: Node): Node {
  if (!isNode(parameter.schema) || parameter.schema.description !== parameter.description) return parameter;
  const { description: _, ...schema } = parameter.schema;
  return { ...parameter, schema };
}

/** A longer name would say less than the answer itself. */
const maxCodesInName = 3;

/** A problem answer is named after its codes. */
function problemName(response: Node): string | undefined {
  const media = (response.content as Record<string, Node> | undefined)?.['application/problem+json'];
  const codes = Object.keys((media?.examples ?? {}) as Node);
  return codes.length > 0 && codes.length <= maxCodesInName ? codes.map(pascal).join('Or') : undefined;
}

/** Answers without a body that many operations give, by their description. */
const emptyAnswers: Readonly<Record<string, string>> = { 'Deleted.': 'Deleted', 'Not modified: your copy is current.': 'NotModified' };
const emptyName = ({ description, content }: Node): string | undefined => (content ? undefined : emptyAnswers[String(description)]);
const answerName = (response: Node): string | undefined => problemName(response) ?? emptyName(response);

/** Of paths and webhooks. */
export const operationsOf = ({ paths, webhooks }: Pick<ApiDocument, 'paths' | 'webhooks'>): Node[] =>
  [...Object.values(paths), ...Object.values(webhooks ?? {})].flatMap((path) => Object.values(path));

/** Changes every operation of paths or webhooks. */
export const mapOperations = (paths: Paths, change: (operation: Node) => Node): Paths =>
  Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, change(operation)])),
    ]),
  );

/** Of each name the form that most operations use, if more than one does; the first one where two are used equally. */
function mostUsed(named: readonly (readonly [name: string, value: Node])[]): Map<string, Node> {
  const shared = new Map<string, Node>();
  for (const [name, uses] of Map.groupBy(named, ([name]) => name)) {
    const counts = Map.groupBy(uses, ([, value]) => JSON.stringify(value));
    const [most] = [...counts.values()].sort((a, b) => b.length - a.length);
    if (most && most.length > 1) shared.set(name, most[0]![1]);
  }
  return new Map([...shared].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const sorted = (entries: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));

const parametersOf = (operation: Node) => ((operation.parameters ?? []) as Node[]).map(withoutRepeatedText);
const responsesOf = (operation: Node) => Object.entries(operation.responses as Record<string, Node>);

export function shareComponents<Document extends object>(document: Document): Document {
  const { components, paths, webhooks, ...rest } = mapped(document, shareFormat) as ApiDocument;
  const operations = operationsOf({ paths, ...(webhooks ? { webhooks } : {}) });
  const parameters = mostUsed(
    operations.flatMap((operation) => parametersOf(operation).map((each) => [parameterName(each), each] as const)),
  );
  const responses = mostUsed(
    operations.flatMap((operation) =>
      responsesOf(operation).flatMap(([, each]) => {
        const name = answerName(each);
        return name ? [[name, each] as const] : [];
      }),
    ),
  );
  const shared = (kind: string, from: ReadonlyMap<string, Node>, name: string | undefined, value: Node) =>
    name && isDeepStrictEqual(from.get(name), value) ? refer(kind, name) : value;
  const shareOperation = (operation: Node): Node => ({
    ...operation,
    parameters: parametersOf(operation).map((each) => shared('parameters', parameters, parameterName(each), each)),
    responses: Object.fromEntries(
      responsesOf(operation).map(([status, each]) => [status, shared('responses', responses, answerName(each), each)]),
    ),
  });
  const used = formats.filter(([name]) => JSON.stringify([paths, webhooks, components]).includes(`"#/components/schemas/${name}"`));
  return {
    ...rest,
    ...(webhooks ? { webhooks: mapOperations(webhooks, shareOperation) } : {}),
    paths: mapOperations(paths, shareOperation),
    components: {
      ...components,
      schemas: sorted({
        ...components.schemas,
        ...Object.fromEntries(used.map(([name, schema, description]) => [name, { ...schema, description }])),
      }),
      parameters: Object.fromEntries(parameters),
      responses: Object.fromEntries(responses),
    },
  } as Document;
}

/**
 * The document with every reference of the given kinds replaced by what it refers to; what stands beside a reference stands above it.
 *
 * @param kinds of components, for instance `parameters`; schemas that contain themselves cannot be replaced
 */
export function withoutReferences<Document extends object>(document: Document, kinds: readonly string[]): Document {
  const components = (document as unknown as ApiDocument).components;
  const resolve = (node: Node): Node => {
    if (typeof node.$ref !== 'string') return node;
    const [, , kind = '', name = ''] = node.$ref.split('/');
    if (!kinds.includes(kind)) return node;
    const { $ref: _, ...beside } = node;
    return { ...(mapped(components[kind]?.[name], resolve) as Node), ...beside };
  };
  return mapped(document, resolve) as Document;
}
