/**
 * Later versions may add values to enumerations in answers and messages. These are therefore published as strings with `x-extensible-enum`, so that
 * generated clients take values that they do not know; requests keep `enum`. Pure.
 */
import { type ApiDocument, mapOperations, type Node, operationsOf } from './share-components.ts';

/** OpenAPI has no keyword for it; this one is Zalando's, which generators know. */
export const knownValues = 'x-extensible-enum';

type Schemas = Readonly<Record<string, Node>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const prefix = '#/components/schemas/';

/** Names of the schemas that are referred to in `value`, in what they refer to, and so on. */
function reachable(value: unknown, schemas: Schemas, into = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const each of value) reachable(each, schemas, into);
  if (!isNode(value)) return into;
  const name = typeof value.$ref === 'string' && value.$ref.startsWith(prefix) ? value.$ref.slice(prefix.length) : undefined;
  if (name !== undefined && !into.has(name)) {
    into.add(name);
    reachable(schemas[name], schemas, into);
  }
  for (const each of Object.values(value)) reachable(each, schemas, into);
  return into;
}

const isOpenable = ({ type, enum: values }: Node): boolean => type === 'string' && Array.isArray(values) && values.length > 1;

const unchanged = new Set(['example', 'examples', 'default']);

const mapped = (value: unknown, change: (node: Node) => Node): unknown => {
  if (Array.isArray(value)) return value.map((each) => mapped(each, change));
  if (!isNode(value)) return value;
  return change(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unchanged.has(key) ? each : mapped(each, change)])));
};

/** Every enumeration inside, open. */
export const opened = (value: unknown): Node =>
  mapped(value, (node) => {
    if (!isOpenable(node)) return node;
    const { enum: values, ...rest } = node as Node & { enum: unknown[] };
    return { ...rest, [knownValues]: values, ...('example' in rest || 'examples' in rest ? {} : { examples: [values[0]] }) };
  }) as Node;

/** What requests take is a schema of its own where answers have it as well. */
const closed = (value: unknown, shared: ReadonlySet<string>): Node =>
  mapped(value, (node) =>
    typeof node.$ref === 'string' && shared.has(node.$ref.slice(prefix.length)) ? { ...node, $ref: `${node.$ref}Input` } : node,
  ) as Node;

const hasEnum = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(hasEnum) : isNode(value) && (isOpenable(value) || Object.values(value).some(hasEnum));

export function openEnums<Document extends object>(document: Document): Document {
  const { paths, webhooks = {}, components, ...rest } = document as unknown as ApiDocument;
  const schemas = (components.schemas ?? {}) as Schemas;
  const requests = reachable(
    operationsOf({ paths }).map(({ parameters, requestBody }) => ({ parameters, requestBody })),
    schemas,
  );
  const answers = reachable([operationsOf({ paths }).map(({ responses }) => responses), webhooks], schemas);
  const holds = (name: string) => hasEnum([...reachable({ $ref: prefix + name }, schemas)].map((each) => schemas[each]));
  const shared = new Set([...requests].filter((name) => answers.has(name) && holds(name)));
  const entries = Object.entries(schemas).flatMap(([name, schema]) => [
    ...(shared.has(name) ? [[`${name}Input`, closed(schema, shared)]] : []),
    [name, answers.has(name) ? opened(schema) : closed(schema, shared)],
  ]);
  const answer = ({ parameters, requestBody, responses, ...operation }: Node): Node => ({
    ...operation,
    ...(parameters ? { parameters: closed({ parameters }, shared).parameters } : {}),
    ...(requestBody ? { requestBody: closed(requestBody, shared) } : {}),
    responses: opened(responses),
  });
  return {
    ...rest,
    paths: mapOperations(paths, answer),
    webhooks: mapOperations(webhooks, opened),
    components: { ...components, schemas: Object.fromEntries(entries) },
  } as unknown as Document;
}
