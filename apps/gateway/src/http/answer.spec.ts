import { describe, expect, it } from '@jest/globals';
import { StreamableFile } from '@nestjs/common';
import * as z from 'zod';
import { freezeReply } from '#platform';
import { answerReader, ReadyAnswer } from './answer.ts';
import { type Endpoint, endpoint } from './endpoint.ts';

const resource = z.object({ id: z.number(), link: z.string() });
const getThing = endpoint({
  id: 'getThing',
  method: 'GET',
  path: '/v1/thing',
  tag: 'Things',
  summary: 'One thing',
  auth: 'open',
  responses: { 200: resource, 202: { description: 'Later.' } },
  failures: [],
}) as unknown as Endpoint;
const read = answerReader(getThing);

describe('an answer', () => {
  it('holds what its schema names and nothing else', () => {
    expect(read(200, { id: 1, link: '/a', secret: 'x' })).toEqual({ id: 1, link: '/a' });
  });
  it('that does not fit is our fault', () => {
    expect(() => read(200, { id: 1 })).toThrow(expect.objectContaining({ code: 'internal' }));
  });
  it('of a status without a schema, and a stream, go out as they are', () => {
    const file = new StreamableFile(Buffer.from('x'));
    expect([read(202, { any: 1 }), read(200, file)]).toEqual([{ any: 1 }, file]);
  });
  it('made of a value that lasts is checked and written down once', () => {
    const body = freezeReply({ id: 1, link: '/a' });
    const ready = read(200, body) as ReadyAnswer;
    expect(ready).toBeInstanceOf(ReadyAnswer);
    expect([ready.text, ready.etag.length, read(200, body) === ready]).toEqual(['{"id":1,"link":"/a"}', 24, true]);
  });
  it('made of a value that lasts is held to its schema like any other', () => {
    expect((read(200, freezeReply({ id: 1, link: '/a', secret: 'x' })) as ReadyAnswer).text).toBe('{"id":1,"link":"/a"}');
    expect(() => read(200, freezeReply({ id: 1 }))).toThrow(expect.objectContaining({ code: 'internal' }));
  });
  it('to a POST is a value: it is remembered with its key', () => {
    const body = freezeReply({ id: 1, link: '/a' });
    expect(answerReader({ ...getThing, method: 'POST' })(200, body)).toEqual(body);
  });
  it('has its keys in the order of its schema', () => {
    expect((read(200, freezeReply({ link: '/a', id: 1 })) as ReadyAnswer).text).toBe('{"id":1,"link":"/a"}');
    expect(JSON.stringify(answerReader({ ...getThing, method: 'POST' })(200, { link: '/a', id: 1 }))).toBe('{"id":1,"link":"/a"}');
  });
});
