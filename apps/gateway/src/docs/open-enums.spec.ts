import { describe, expect, it } from '@jest/globals';
import { knownValues, openEnums } from './open-enums.ts';
import type { Node } from './share-components.ts';

const state = { type: 'string', enum: ['ready', 'failed'], description: 'How far it is.' };
const open = { type: 'string', description: 'How far it is.', [knownValues]: ['ready', 'failed'], examples: ['ready'] };
const refer = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ content: { 'application/json': { schema } } });

function documentOf(request: object, answer: object, schemas: object = {}) {
  const post = {
    parameters: [{ in: 'query', name: 'state', schema: state }],
    requestBody: json(request),
    responses: { 200: json(answer) },
  };
  return openEnums({ paths: { '/v1/things': { post } }, webhooks: {}, components: { schemas } }) as unknown as {
    paths: { '/v1/things': { post: Node & typeof post } };
    components: { schemas: Record<string, Node> };
  };
}

describe('enumerations of the document', () => {
  it('are open in answers and closed in requests', () => {
    const { parameters, requestBody, responses } = documentOf({ properties: { state } }, { properties: { state } }).paths['/v1/things']
      .post;
    expect(parameters[0]?.schema).toEqual(state);
    expect(requestBody).toEqual(json({ properties: { state } }));
    expect(responses[200]).toEqual(json({ properties: { state: open } }));
  });

  it('are two schemas where requests and answers refer to the same one', () => {
    const document = documentOf(refer('Thing'), refer('Thing'), { Thing: { properties: { state: refer('State') } }, State: state });
    expect(document.paths['/v1/things'].post.requestBody).toEqual(json(refer('ThingInput')));
    expect(document.paths['/v1/things'].post.responses[200]).toEqual(json(refer('Thing')));
    expect(document.components.schemas).toEqual({
      ThingInput: { properties: { state: refer('StateInput') } },
      Thing: { properties: { state: refer('State') } },
      StateInput: state,
      State: open,
    });
  });

  it('leave values that stand alone as they are: they say what something is', () => {
    const kind = { type: 'string', const: 'track' };
    expect(documentOf({}, { properties: { kind } }).paths['/v1/things'].post.responses[200]).toEqual(json({ properties: { kind } }));
  });
});
