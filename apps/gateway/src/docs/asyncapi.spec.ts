import { describe, expect, it } from '@jest/globals';
import { ownerEvents } from '#contracts';
import { asyncApiDocument } from './asyncapi.ts';

const document = asyncApiDocument('https://api.example.org/media');
const at = (path: string): unknown =>
  path
    .slice(2)
    .split('/')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);

function nodes(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...(Array.isArray(value) ? [] : [value as Record<string, unknown>]), ...Object.values(value).flatMap(nodes)];
}

describe('the AsyncAPI document', () => {
  it('has what AsyncAPI 3 asks of a document, a channel, an operation and a server', () => {
    expect(document).toMatchObject({ asyncapi: '3.0.0', info: { title: expect.any(String), version: expect.any(String) } });
    expect(document.servers?.api).toEqual({ host: 'api.example.org', protocol: 'https', pathname: '/media' });
    for (const channel of Object.values(document.channels)) expect(Object.keys(channel)).toContain('address');
    for (const { action, channel } of Object.values(document.operations))
      expect([action, at(channel.$ref)]).toEqual(['send', expect.any(Object)]);
  });
  it('has a message with a payload for each event of the contracts', () => {
    for (const event of ownerEvents) {
      const { name, payload } = at(document.channels.events.messages[event]!.$ref) as { name: string; payload: { $ref: string } };
      expect([name, at(payload.$ref)]).toEqual([
        event,
        expect.objectContaining({ type: 'object', required: expect.arrayContaining(['data']) }),
      ]);
    }
  });
  it('refers to nothing that is not in it, and holds no keyword that its dialect lacks', () => {
    const all = nodes(document);
    expect(all.flatMap(({ $ref }) => (typeof $ref === 'string' && at($ref) === undefined ? [$ref] : []))).toEqual([]);
    expect(
      all.filter((node) => ['$defs', '$id', '$schema', 'prefixItems'].some((key) => typeof node[key] !== 'undefined' && key in node)),
    ).toEqual([]);
  });
  it('names no server where it does not know its address', () => expect(asyncApiDocument(undefined)).not.toHaveProperty('servers'));
});
