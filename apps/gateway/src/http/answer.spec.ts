import { describe, expect, it } from '@jest/globals';
import { StreamableFile } from '@nestjs/common';
import * as z from 'zod';
import { resource } from '#contracts';
import { freezeReply } from '#platform';
import { answerReader, ReadyAnswer } from './answer.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { presentResource } from './presenter.ts';

const thing = z.object({ id: z.number(), link: z.string() });
const getThing = endpoint({
  id: 'getThing',
  method: 'GET',
  path: '/v1/thing',
  tag: 'Things',
  summary: 'One thing',
  auth: 'open',
  responses: { 200: thing, 202: { description: 'Later.' } },
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
  it('to a POST has the ETag that the GET after it has', () => {
    const clip = resource('clip', {}).meta({ id: 'AnswerClip', description: 'A clip.' });
    const { of, schema } = presentResource({ id: 'AnswerClipResource', of: clip, links: { self: '/v1/clips/{id}' } });
    const at = '2026-01-31T12:00:00.000Z';
    const id = '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10';
    const common = { title: 'A', tags: [], metadata: {}, externalId: null, state: 'ready', problem: null, job: null } as const;
    const shown = of({ ...common, kind: 'clip', id, revision: 7, createdAt: at, updatedAt: at });
    const answered = { ...getThing, responses: { 200: schema } };
    const tags: string[] = [];
    answerReader({ ...answered, method: 'POST' })(200, shown, (etag) => tags.push(etag));
    expect(tags).toEqual([(answerReader(answered)(200, shown) as ReadyAnswer).etag]);
    expect(tags[0]).toMatch(/^"7\./);
  });
  it('has its keys in the order of its schema', () => {
    expect((read(200, freezeReply({ link: '/a', id: 1 })) as ReadyAnswer).text).toBe('{"id":1,"link":"/a"}');
    expect(JSON.stringify(answerReader({ ...getThing, method: 'POST' })(200, { link: '/a', id: 1 }))).toBe('{"id":1,"link":"/a"}');
  });
});
