import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { Failure } from '#contracts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { type RawRequest, readInput } from './input.ts';

const rename = endpoint({
  id: 'renameThing',
  method: 'POST',
  path: '/v1/things/:thingId',
  tag: 'Things',
  summary: 'Rename a thing',
  auth: 'user',
  params: z.strictObject({ thingId: z.uuid() }),
  query: z.strictObject({ limit: z.coerce.number().int().min(1).default(20) }),
  headers: z.object({ 'idempotency-key': z.string().max(64).optional() }),
  body: z.strictObject({ name: z.string().min(1), owner: z.strictObject({ age: z.number() }).optional() }),
  responses: { 200: z.object({}) },
  failures: [],
}) as unknown as Endpoint;

const thingId = '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10';
const good: RawRequest = { params: { thingId }, query: {}, headers: { host: 'x' }, body: { name: 'drum' } };

function faultsOf(request: RawRequest): readonly { pointer: string; code: string }[] {
  try {
    readInput(rename, request);
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    return (error as Failure).errors ?? [];
  }
  throw new Error('the request was accepted');
}

describe('readInput', () => {
  it('reads a good request, with defaults filled in', () => {
    expect(readInput(rename, good)).toEqual({ params: { thingId }, query: { limit: 20 }, headers: {}, body: { name: 'drum' } });
  });
  it('reports the faults of every place at once, as JSON pointers', () => {
    const bad = { params: { thingId: '7' }, query: { limit: '0' }, headers: {}, body: { name: '', owner: { age: 'x' } } };
    expect(faultsOf(bad).map((fault) => fault.pointer)).toEqual(['/path/thingId', '/query/limit', '/body/name', '/body/owner/age']);
  });
  it('refuses unknown fields, in the query too', () => {
    const bad = { ...good, query: { page: '1' }, body: { name: 'drum', roles: ['operator'] } };
    expect(faultsOf(bad).map((fault) => fault.pointer)).toEqual(['/query/page', '/body/roles']);
  });
  it('escapes the names of unknown fields as RFC 6901 asks', () => {
    expect(faultsOf({ ...good, body: { name: 'drum', 'a/b~c': 1 } })[0]?.pointer).toBe('/body/a~1b~0c');
  });
  it('says where the body should have been when there is none', () => {
    expect(faultsOf({ ...good, body: undefined })).toMatchObject([{ pointer: '/body', code: 'required' }]);
  });
  it.each(['__proto__', 'constructor', 'prototype'])('refuses the key %s', (key) => {
    const body = JSON.parse(`{"name":"drum","${key}":{"polluted":true}}`) as unknown;
    expect(faultsOf({ ...good, body }).map((fault) => fault.pointer)).toContain(`/body/${key}`);
  });
  it('keeps the list of faults short, however many there are', () => {
    const body = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`x${index}`, index]));
    expect(faultsOf({ ...good, body })).toHaveLength(50);
  });
});
