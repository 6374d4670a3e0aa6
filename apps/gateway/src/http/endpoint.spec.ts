import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { multipart } from './body.ts';
import { endpoint, responseSchema, successStatus } from './endpoint.ts';

const base = { id: 'getThing', method: 'GET', tag: 'Things', summary: 'A thing', auth: 'user', failures: [] } as const;
const thing = z.object({ id: z.uuid() });

describe('endpoint', () => {
  it('refuses a path whose names are not declared', () => {
    expect(() => endpoint({ ...base, path: '/v1/things/:thingId', responses: { 200: thing } })).toThrow(/path names \[thingId\]/);
  });
  it('refuses request schemas that let unknown fields in', () => {
    const query = z.object({ limit: z.string() });
    expect(() => endpoint({ ...base, path: '/v1/things', query, responses: { 200: thing } })).toThrow(/query must be a z.strictObject/);
  });
  it('refuses an endpoint that never succeeds', () => {
    expect(() => endpoint({ ...base, path: '/v1/things', responses: { 302: { description: 'Elsewhere' } } })).toThrow(/no 2xx/);
  });
  it('refuses a body on a GET', () => {
    const body = multipart({ file: { field: 'file', description: 'Bytes', maxBytes: 1 } });
    expect(() => endpoint({ ...base, path: '/v1/things', body, responses: { 200: thing } })).toThrow(/takes no body/);
  });
  it('answers with its first 2xx and knows the schema of each JSON answer', () => {
    const picture = { description: 'A picture', contentType: 'image/png' };
    const declared = endpoint({ ...base, path: '/v1/things', responses: { 200: thing, 202: picture, 304: { description: 'Unchanged' } } });
    expect(successStatus(declared)).toBe(200);
    expect(responseSchema(declared, 200)).toBe(thing);
    expect(responseSchema(declared, 202)).toBeUndefined();
  });
});
