/** Checks everything a request brings against its endpoint, all of it at once, so that the client sees every fault in one answer. */

import * as z from 'zod';
import { Failure, type FieldError, fieldErrors } from '#contracts';
import { isJsonBody } from './body.ts';
import type { Endpoint, Input } from './endpoint.ts';

export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
}

const nothing = z.strictObject({});
const anything = z.object({});
const maxErrors = 50;

/** Keys that reach into an object's prototype have no honest use in a request. */
const poisonous = new Set(['__proto__', 'constructor', 'prototype']);

function poisonedKeys(value: unknown, place: string): FieldError[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value)
    .filter((key) => poisonous.has(key))
    .map((key) => ({ pointer: `${place}/${key}`, code: 'unrecognized_keys', detail: `The name ${key} is not accepted.` }));
}

/** Parses one place of the request; faults go into `faults`. */
function take(schema: z.ZodType, value: unknown, place: string, faults: FieldError[]): unknown {
  const poison = poisonedKeys(value, place);
  const parsed = schema.safeParse(value);
  const others = parsed.success ? [] : fieldErrors(parsed.error, place);
  faults.push(...poison, ...others.filter(({ pointer }) => !poison.some((known) => known.pointer === pointer)));
  return parsed.data;
}

/**
 * @returns the request as the endpoint's schemas read it (defaults filled in, strings turned into numbers where they ask for it)
 * @throws Failure request-invalid with at most 50 errors, each a JSON pointer under /path, /query, /header or /body
 */
export function readInput(endpoint: Endpoint, request: RawRequest): Input<unknown, unknown, unknown, unknown> {
  const faults: FieldError[] = [];
  const input = {
    params: take(endpoint.params ?? nothing, request.params ?? {}, '/path', faults),
    query: take(endpoint.query ?? nothing, request.query ?? {}, '/query', faults),
    headers: take(endpoint.headers ?? anything, request.headers ?? {}, '/header', faults),
    body: isJsonBody(endpoint.body) ? take(endpoint.body, request.body, '/body', faults) : undefined,
  };
  if (faults.length === 0) return input;
  throw new Failure('request-invalid', sentence(faults.length), { errors: faults.slice(0, maxErrors) });
}

const sentence = (count: number) =>
  count === 1 ? 'One thing in the request is not as it should be.' : `${count} things in the request are not as they should be.`;
