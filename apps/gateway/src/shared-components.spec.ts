import { describe, expect, it } from '@jest/globals';
import { documentInFull, openApiDocument } from './docs/openapi.ts';
import { shareComponents, withoutReferences } from './docs/share-components.ts';
import { routes } from './routes.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents are inspected at arbitrary depth
type Any = any;
const resolved = (document: object, kinds: readonly string[]): Any => withoutReferences(document, kinds);

/** Resolves formats alone: other schemas keep their references. */
function withFormats(document: Any): Any {
  const { Uuid, DateTime, DateTimeWithOffset } = document.components.schemas;
  const formats = Object.fromEntries(
    Object.entries({ Uuid, DateTime, DateTimeWithOffset }).map(([name, { description: _, ...schema }]: [string, Any]) => [name, schema]),
  );
  const text = JSON.stringify(document).replace(/#\/components\/schemas\/(Uuid|DateTime|DateTimeWithOffset)"/g, '#/components/formats/$1"');
  const known = JSON.parse(text);
  return resolved({ ...known, components: { ...known.components, formats } }, ['formats', 'parameters', 'responses']);
}

/** The text of a parameter is written once instead of twice. */
const withTextOnce = (document: Any): Any =>
  JSON.parse(JSON.stringify(document), (_, node) => {
    if (node?.in && node.schema && node.schema.description === node.description) delete node.schema.description;
    return node;
  });

const operation = (parameters: object[], answers: object = {}) => ({ operationId: 'x', parameters, responses: answers });
const limit = (maximum: number) => ({ in: 'query', name: 'limit', schema: { type: 'integer', maximum } });
const problem = (...codes: string[]) => ({
  description: codes.join(),
  content: { 'application/problem+json': { examples: Object.fromEntries(codes.map((code) => [code, {}])) } },
});
const shared = (...operations: object[]): Any =>
  shareComponents({ paths: Object.fromEntries(operations.map((get, at) => [`/${at}`, { get }])), components: { schemas: {} } });

describe('shareComponents', () => {
  it('changes nothing of what the document says', () => {
    const before = withTextOnce(documentInFull(routes, undefined));
    const after = withFormats(openApiDocument(routes, undefined));
    expect(after.paths).toEqual(before.paths);
    expect(after.webhooks).toEqual(before.webhooks);
    for (const [name, schema] of Object.entries(before.components.schemas)) expect(after.components.schemas[name]).toEqual(schema);
    expect(after.components.examples).toEqual(before.components.examples);
  });
  it('makes it less than two thirds as long', () => {
    const length = (document: object) => JSON.stringify(document).length;
    expect(length(openApiDocument(routes, undefined)) / length(documentInFull(routes, undefined))).toBeLessThan(0.66);
  });
  it('shares the form of a parameter that most operations use', () => {
    const { paths, components } = shared(operation([limit(9)]), operation([limit(5)]), operation([limit(5)]));
    expect(components.parameters).toEqual({ LimitQuery: limit(5) });
    expect(paths['/0'].get.parameters).toEqual([limit(9)]);
    expect(paths['/1'].get.parameters).toEqual([{ $ref: '#/components/parameters/LimitQuery' }]);
  });
  it('names a problem answer after its codes', () => {
    const { paths, components } = shared(
      operation([], { 404: problem('post-not-found'), 409: problem('a') }),
      operation([], { 404: problem('post-not-found') }),
    );
    expect(Object.keys(components.responses)).toEqual(['PostNotFound']);
    expect(paths['/0'].get.responses).toEqual({ 404: { $ref: '#/components/responses/PostNotFound' }, 409: problem('a') });
  });
});
