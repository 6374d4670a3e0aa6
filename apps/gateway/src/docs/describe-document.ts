/**
 * Completes an OpenAPI document: what does not describe itself gets the description and the example of its name in glossary.ts, and each JSON answer
 * an example put together from the examples of its fields. Pure.
 */
import { glossary, type Term } from './glossary.ts';
import { exampleOf, type Find, fits, hasExample, isObject, type Schema } from './json-schema-example.ts';
import { type ApiDocument, mapOperations, type Node, operationsOf } from './share-components.ts';

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const entriesOf = (node: unknown): [string, Node][] => Object.entries((node ?? {}) as Record<string, Node>);
const mapNode = (node: unknown, change: (each: Node, key: string) => Node) =>
  Object.fromEntries(entriesOf(node).map(([key, each]) => [key, change(each, key)]));

/** A term whose text is empty only gives an example. */
const termOf = (...names: readonly string[]): Term | undefined =>
  names.map((name) => (Object.hasOwn(glossary, name) ? glossary[name] : undefined)).find((term) => term !== undefined);

/** @param names of the field, the most special one first */
function completed(schema: Schema, names: readonly string[], find: Find): Schema {
  const term = termOf(...names);
  if (!term) return schema;
  const [description, example] = term;
  const told = schema.description ?? (schema.$ref ? find(schema.$ref).description : undefined);
  return {
    ...schema,
    ...(told || !description ? {} : { description }),
    ...(example !== undefined && !hasExample(schema, find) && fits(example, schema, find) ? { examples: [example] } : {}),
  };
}

/** @param owner the name of the schema or operation in which it stands */
function described(value: unknown, owner: string, find: Find): unknown {
  if (Array.isArray(value)) return value.map((each) => described(each, owner, find));
  if (!isNode(value)) return value;
  const inside = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, ['example', 'examples'].includes(key) ? each : described(each, owner, find)]),
  );
  if (!isNode(inside.properties) || !isObject(inside)) return inside;
  return {
    ...inside,
    properties: mapNode(inside.properties, (field, name) => completed(field as Schema, [`${owner}.${name}`, name], find)),
  };
}

function describedParameter(parameter: Node, operationId: string, find: Find): Node {
  const name = String(parameter.name);
  const names = [`${operationId}.${name}`, `${parameter.in}:${name}`, name];
  const whole = { ...(parameter.schema as Schema), ...(parameter.description ? { description: String(parameter.description) } : {}) };
  const schema = completed(whole, names, find);
  const description = schema.description ?? termOf(...names)?.[0]; // a parameter says what it is for, also where its schema says what it is
  return { ...parameter, ...(description ? { description } : {}), schema };
}

const jsonOf = (response: Node): { schema?: Schema; example?: unknown; examples?: unknown } | undefined =>
  (response.content as Record<string, Node> | undefined)?.['application/json'];

const nameOf = (schema: Schema | undefined) => schema?.$ref?.split('/').at(-1);

/** Where the schema is a component, the example is one too. */
function withExample(response: Node, find: Find): Node {
  const media = jsonOf(response);
  if (!media?.schema || media.example !== undefined || media.examples) return response;
  const name = nameOf(media.schema);
  const example = exampleOf(media.schema, find);
  const told = name ? { examples: { [name]: { $ref: `#/components/examples/${name}` } } } : { example };
  return { ...response, content: { ...(response.content as Node), 'application/json': { ...media, ...told } } };
}

function describedOperation(operation: Node, find: Find): Node {
  const id = String(operation.operationId);
  return {
    ...(described(operation, id, find) as Node),
    parameters: ((operation.parameters ?? []) as Node[]).map((each) => describedParameter(each, id, find)),
  };
}

const isSuccess = (status: string) => status.startsWith('2');

export function describeDocument<Document extends object>(document: Document): Document {
  const { paths, webhooks, components, ...rest } = document as unknown as ApiDocument;
  const first: Find = (reference) => (components.schemas?.[reference.split('/').at(-1)!] ?? {}) as Schema;
  const schemas = mapNode(components.schemas, (schema, name) => described(schema, name, first) as Node);
  const find: Find = (reference) => (schemas[reference.split('/').at(-1)!] ?? {}) as Schema;
  const whole = (operation: Node) => {
    const told = describedOperation(operation, find);
    return { ...told, responses: mapNode(told.responses, (each, status) => (isSuccess(status) ? withExample(each, find) : each)) };
  };
  const told = { paths: mapOperations(paths, whole), ...(webhooks ? { webhooks: mapOperations(webhooks, whole) } : {}) };
  const answered = operationsOf(told)
    .flatMap(({ responses }) => entriesOf(responses).filter(([status]) => isSuccess(status)))
    .flatMap(([, response]) => nameOf(jsonOf(response)?.schema) ?? []);
  const examples = [...new Set(answered)]
    .sort()
    .map((name) => [name, { value: exampleOf({ $ref: `#/components/schemas/${name}` }, find) }]);
  return {
    ...rest,
    ...told,
    components: { ...components, schemas, examples: { ...components.examples, ...Object.fromEntries(examples) } },
  } as unknown as Document;
}
