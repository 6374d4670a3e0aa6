import { describe, expect, it } from '@jest/globals';
import { StreamableFile } from '@nestjs/common';
import * as z from 'zod';
import { answerReader } from './answer.ts';
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
});
