/** Every request value of all endpoints and contracts is bounded, and rejected when PostgreSQL cannot store it. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import * as contracts from '#contracts';
import { isJsonBody } from '../http/body.ts';
import type { Endpoint } from '../http/endpoint.ts';

const sources = join(import.meta.dirname, '..');
type Named = readonly [where: string, schema: z.core.$ZodType];

async function ofEndpoints(): Promise<Named[]> {
  const files = globSync('**/*.endpoints.ts', { cwd: sources });
  const modules: object[] = await Promise.all(files.map((file) => import(pathToFileURL(join(sources, file)).href)));
  const endpoints = modules
    .flatMap((module) => Object.values(module))
    .filter((value): value is Endpoint => typeof value === 'object' && value !== null && 'responses' in value);
  return endpoints.flatMap(({ id, params, query, headers, body }) =>
    Object.entries({ params, query, headers, body: isJsonBody(body) ? body : undefined }).flatMap(([place, schema]): Named[] =>
      schema ? [[`${id} ${place}`, schema]] : [],
    ),
  );
}

const isRpc = (value: unknown): value is contracts.Rpc => typeof value === 'object' && value !== null && 'request' in value;

const ofContracts = (): Named[] =>
  Object.values<unknown>(contracts)
    .filter(isRpc)
    .map(({ subject, request }) => [subject, request]);

/** Texts that are never stored, and checked one by one, so that a bad one fails alone. */
const checkedAlone = new Set(['analyzeTexts body/items/0/text', 'posts.text.analyze.v1/items/0/text']);

/** Violations of a schema and its parts. */
function faultsOf(schema: z.core.$ZodType, where: string): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).flatMap(([name, part]) => faultsOf(part, `${where}/${name}`));
    case 'array':
      return [
        ...(refuses(schema, Array(100_000).fill(null), 'too_big') ? [] : [`${where}: a list without a bound`]),
        ...faultsOf(def.element, `${where}/0`),
      ];
    case 'record':
      return [...faultsOf(def.keyType, `${where}/key`), ...faultsOf(def.valueType, `${where}/value`)];
    case 'union':
      return def.options.flatMap((option) => faultsOf(option, where));
    case 'optional':
    case 'nullable':
    case 'default':
    case 'readonly':
      return faultsOf(def.innerType, where);
    case 'pipe':
      return def.in._zod.def.type === 'transform' ? faultsOf(def.out, where) : faultsOf(def.in, where);
    case 'string':
      return !checkedAlone.has(where) &&
        ['\u0000', 'a\u0000', '\ud800', 'x\udfff', 'x'.repeat(1_000_000)].some((bad) => z.safeParse(schema, bad).success)
        ? [`${where}: text must be one of the types in libs/contracts/src/values.ts`]
        : [];
    case 'number':
      return 'coerce' in def || [1e308, -1e308, Number.NaN].some((bad) => z.safeParse(schema, bad).success)
        ? [`${where}: a number must have bounds, and come from integer() or decimalInteger()`]
        : [];
    default:
      return ['enum', 'literal', 'boolean'].includes(def.type) ? [] : [`${where}: ${def.type} is not checked here`];
  }
}

const refuses = (schema: z.core.$ZodType, value: unknown, code: string) =>
  z.safeParse(schema, value).error?.issues.some((issue) => issue.code === code);

let named: Named[];
beforeAll(async () => {
  named = [...(await ofEndpoints()), ...ofContracts()];
});

describe('request values', () => {
  it('are found', () => expect(named.length).toBeGreaterThan(60));
  it('are bounded and can be stored', () => expect(named.flatMap(([where, schema]) => faultsOf(schema, where))).toEqual([]));
  it.each([
    ['a bare text', z.object({ name: z.string().max(10) })],
    ['a coerced number', z.object({ limit: z.coerce.number().int().min(1).max(10) })],
    ['a number without bounds', z.object({ limit: z.number() })],
    ['a date', z.object({ at: z.date() })],
    ['a list without a bound', z.object({ ids: z.array(z.uuid()) })],
  ])('would be found wanting: %s', (_, schema) => expect(faultsOf(schema, '')).toHaveLength(1));
});
