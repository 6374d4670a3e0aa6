/** Checks everything a request brings against its endpoint, all of it at once, so that the client sees every fault in one answer. */

import * as z from 'zod';
import { Failure, type FieldError, fieldErrors, parseWith } from '#contracts';
import { isJsonBody } from './body.ts';
import type { Endpoint, Input } from './endpoint.ts';
import { fromText, poisonous } from './wire-form.ts';

export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
}

const nothing = z.strictObject({});
const maxErrors = 50;

const none: readonly FieldError[] = [];

function poisonedKeys(value: unknown, place: string): readonly FieldError[] {
  if (typeof value !== 'object' || value === null) return none;
  const poison = Object.keys(value).filter((key) => poisonous.has(key));
  if (poison.length === 0) return none;
  return poison.map((key) => ({ pointer: `${place}/${key}`, code: 'field-unknown', detail: 'is not accepted as a name' }));
}

/** Parses one place of the request; faults go into `faults`. */
function take(schema: z.ZodType, value: unknown, place: string, faults: FieldError[]): unknown {
  const poison = poisonedKeys(value, place);
  const parsed = parseWith(schema, value);
  if (parsed.success && poison.length === 0) return parsed.data;
  const others = parsed.success ? [] : fieldErrors(parsed.error, place);
  faults.push(...poison, ...others.filter(({ pointer }) => !poison.some((known) => known.pointer === pointer)));
  return parsed.data;
}

const noParts = Object.freeze({});

/** Where nothing is declared nothing may be; the usual request brings nothing there, and has no schema to run. */
function takeNothing(value: unknown, place: string, faults: FieldError[]): unknown {
  for (const _ in value as object) return take(nothing, value, place, faults);
  return noParts;
}

/**
 * Works out once what an endpoint takes.
 *
 * @returns reads a request as the endpoint's schemas do (defaults filled in, strings turned into numbers where they ask for it) or throws
 *   Failure request-invalid with at most 50 errors, each a JSON pointer under /path, /query, /header or /body
 */
export function inputReader(endpoint: Endpoint): (request: RawRequest) => Input<unknown, unknown, unknown, unknown> {
  const { params, query, headers } = endpoint;
  const body = isJsonBody(endpoint.body) ? endpoint.body : undefined;
  const [readParams, readQuery] = [textReader(params), textReader(query)];
  return (request) => {
    const faults: FieldError[] = [];
    const input = {
      params: params
        ? take(params, readParams(request.params ?? {}), '/path', faults)
        : takeNothing(request.params ?? noParts, '/path', faults),
      query: query
        ? take(query, readQuery(request.query ?? {}), '/query', faults)
        : takeNothing(request.query ?? noParts, '/query', faults),
      headers: headers ? take(headers, request.headers ?? {}, '/header', faults) : noParts,
      body: body ? take(body, request.body, '/body', faults) : undefined,
    };
    if (faults.length === 0) return input;
    throw new Failure('request-invalid', sentence(faults.length), { errors: faults.slice(0, maxErrors) });
  };
}

const textReader = (schema: z.ZodObject | undefined) => (schema ? fromText(schema) : (raw: unknown) => raw) as (raw: unknown) => unknown;

/** Reads one request; see {@link inputReader}. */
export const readInput = (endpoint: Endpoint, request: RawRequest) => inputReader(endpoint)(request);

const sentence = (count: number) =>
  count === 1 ? 'One thing in the request is not as it should be.' : `${count} things in the request are not as they should be.`;
