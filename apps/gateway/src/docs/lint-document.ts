/** Finds what a client developer would miss in an OpenAPI document. Pure. */
import * as z from 'zod';
import { exampleOf, type Find, hasExample, isObject, type Schema } from './json-schema-example.ts';
import { knownValues } from './open-enums.ts';
import { type ApiDocument, type Node, operationsOf, withoutReferences } from './share-components.ts';

/** First words of operationIds; a new one is worth a thought: one verb for one action. */
const verbs = new Set(
  (
    'add analyze append cancel change check compare confirm connect create delete download draft explain export find follow get import ' +
    'invalidate link list load move override pause play publish put receive refresh register replay request restore resume retry rewrite ' +
    'rotate score search start stream suggest test update upload verify warm watch'
  ).split(' '),
);

/** The schemas of these are other people's, OpenAPI's and AsyncAPI's own; a report is a file, and is sent in parts, too. */
const described = new Set(['getOpenApi 200', 'getAsyncApi 200', 'downloadBenchmarkReport 200', 'downloadBenchmarkReport 206']);

const entriesOf = (node: unknown): [string, Node][] => Object.entries((node ?? {}) as Record<string, Node>);

interface Operation extends Node {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags: readonly string[];
  readonly security: readonly unknown[];
  readonly parameters: readonly { readonly in: string; readonly name: string; readonly description?: string; readonly schema: Schema }[];
  readonly responses: Readonly<Record<string, Node>>;
}

function idFaults({ operationId, summary }: Operation): string[] {
  const [verb] = operationId.match(/^[a-z]+(?=[A-Z])/) ?? [];
  return [
    ...(verb && verbs.has(verb) ? [] : [`${operationId}: an operationId is a verb and a noun, and the verb stands in lint-document.ts`]),
    ...(summary ? [] : [`${operationId}: no summary`]),
  ];
}

const parameterFaults = ({ operationId, parameters }: Operation, find: Find): string[] =>
  parameters.flatMap(({ in: place, name, description, schema }) => [
    ...(description ? [] : [`${operationId} ${place} ${name}: no description`]),
    ...(hasExample(schema, find) ? [] : [`${operationId} ${place} ${name}: no example`]),
  ]);

/** Of the properties of a schema, at any depth. */
function propertyFaults(value: unknown, where: string, find: Find): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => propertyFaults(each, where, find));
  if (typeof value !== 'object' || value === null) return [];
  const { properties, ...rest } = value as Schema;
  const inside = entriesOf(rest).flatMap(([key, each]) => (['example', 'examples'].includes(key) ? [] : propertyFaults(each, where, find)));
  if (!properties || !isObject(rest)) return [...inside, ...propertyFaults(properties, where, find)];
  const own = Object.entries(properties).flatMap(([name, field]) => {
    const isTold = field.description || (field.$ref && find(field.$ref).description);
    return [
      ...(isTold ? [] : [`${where}.${name}: no description`]),
      ...(hasExample(field, find) ? [] : [`${where}.${name}: no example`]),
      ...propertyFaults(field, `${where}.${name}`, find),
    ];
  });
  return [...inside, ...own];
}

function successFaults({ operationId, responses }: Operation, document: ApiDocument, find: Find): string[] {
  return Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([status, response]) => {
      const where = `${operationId} ${status}`;
      const told = typeof response.description === 'string' && response.description.length > 1 ? [] : [`${where}: no description`];
      const contents = entriesOf(response.content);
      const bare = contents.filter(([, { schema }]) => !schema).map(([type]) => `${where} ${type}: no schema`);
      const schema = (response.content as Record<string, { schema?: Schema }> | undefined)?.['application/json']?.schema;
      return [...told, ...bare, ...(schema ? exampleFaults(schema, where, document, find) : [])];
    });
}

function exampleFaults(schema: Schema, where: string, document: ApiDocument, find: Find): string[] {
  if (schema.type === 'object' && !schema.properties && !schema.additionalProperties)
    return described.has(where) ? [] : [`${where}: no schema`];
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas })
    .replaceAll('#/components/schemas/', '#/$defs/')
    .replaceAll(`"${knownValues}"`, '"enum"'); // an example has a known value
  const { error } = z.fromJSONSchema(JSON.parse(text)).safeParse(exampleOf(schema, find));
  return (error?.issues ?? []).map(({ path, message }) => `${where}: the example at /${path.join('/')}: ${message}`);
}

/** Answers that every route which asks who is calling can give. */
const refusals = ['400', '401', '403'];
const refusalFaults = ({ operationId, security, responses }: Operation): string[] =>
  security.length === 0 ? [] : refusals.filter((status) => !responses[status]).map((status) => `${operationId}: no answer ${status}`);

/** A generator of clients makes two types of a schema that requests and answers see differently: each has a name of its own in the contract. */
const twinFaults = (schemas: Readonly<Record<string, unknown>> = {}): string[] =>
  Object.keys(schemas)
    .filter((name) => name.endsWith('Output') && name.slice(0, -'Output'.length) in schemas)
    .map((name) => `${name}: requests and answers share a schema that differs between them; give the one in requests its own`);

/** @returns one sentence for each fault, with the place where it is */
export function lintDocument(shared: object): string[] {
  const document = withoutReferences(shared, ['parameters', 'responses']) as unknown as ApiDocument & {
    readonly tags: readonly { readonly name: string; readonly description?: string }[];
  };
  const find: Find = (reference) => (document.components.schemas?.[reference.split('/').at(-1)!] ?? {}) as Schema;
  const declared = new Set(document.tags.filter(({ description }) => description).map(({ name }) => name));
  const operations = operationsOf(document) as Operation[];
  return [
    ...twinFaults(document.components.schemas),
    ...operations.flatMap((operation) => [
      ...idFaults(operation),
      ...operation.tags.filter((tag) => !declared.has(tag)).map((tag) => `${operation.operationId}: tag ${tag} is not declared in tags.ts`),
      ...parameterFaults(operation, find),
      ...propertyFaults(operation.requestBody, operation.operationId, find),
      ...propertyFaults(operation.responses, operation.operationId, find),
      ...successFaults(operation, document, find),
      ...refusalFaults(operation),
    ]),
    ...entriesOf(document.components.schemas).flatMap(([name, schema]) => propertyFaults(schema, name, find)),
  ];
}
