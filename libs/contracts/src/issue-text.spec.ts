import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { parseWith } from './compiled-validator.ts';
import { Failure } from './failure.ts';
import { fieldErrors, toProblem } from './failures.ts';
import { decimalInteger, integer, label, timestamp } from './values.ts';

const schema = z.strictObject({
  limit: integer({ min: 1, max: 100 }),
  digits: decimalInteger({ min: 1, max: 9 }),
  title: label({ max: 5 }),
  tags: z.array(z.string()).min(1).max(2),
  mode: z.enum(['major', 'minor']),
  id: z.uuid(),
  at: timestamp(),
  on: z.boolean(),
  pairs: z.record(z.string().regex(/^[a-z]+$/), z.string()),
  nothing: z.strictObject({}),
});
const good = {
  ...{ limit: 1, digits: 1, title: 'a', tags: ['a'], mode: 'major', id: '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10' },
  ...{ at: '2026-01-31T12:00:00.000Z', on: true, pairs: {}, nothing: {} },
};

function errorsOf(change: object) {
  const parsed = parseWith(schema, { ...good, ...change });
  return parsed.success ? [] : fieldErrors(parsed.error, '/body').map(({ pointer, detail }) => `${pointer} ${detail}`);
}

function codesOf(change: object) {
  const parsed = parseWith(schema, { ...good, ...change });
  return parsed.success ? [] : fieldErrors(parsed.error, '/body').map(({ code }) => code);
}

describe('the code of what is wrong', () => {
  it.each([
    [{ limit: undefined }, 'required'],
    [{ mode: undefined }, 'required'],
    [{ limit: 'x' }, 'type-invalid'],
    [{ limit: 0 }, 'too-small'],
    [{ tags: ['a', 'b', 'c'] }, 'too-large'],
    [{ id: 'x' }, 'format-invalid'],
    [{ mode: 'dorian' }, 'value-unknown'],
    [{ other: 1 }, 'field-unknown'],
    [{ pairs: { A: 'b' } }, 'name-invalid'],
  ])('%j is ours', (change, code) => expect(codesOf(change)).toEqual([code]));
});

describe('what is wrong with a value', () => {
  it('is nothing with a good one', () => expect(errorsOf({})).toEqual([]));
  it.each([
    [{ limit: 0 }, '/body/limit must be at least 1'],
    [{ limit: 101 }, '/body/limit must be at most 100'],
    [{ limit: 1.5 }, '/body/limit must be an integer'],
    [{ limit: 'x' }, '/body/limit must be a number'],
    [{ limit: undefined }, '/body/limit is required'],
    [{ digits: 'x' }, '/body/digits must be an integer in decimal digits'],
    [{ title: '' }, '/body/title must not be empty'],
    [{ title: 'abcdef' }, '/body/title must have at most 5 characters'],
    [{ tags: [] }, '/body/tags must not be empty'],
    [{ tags: ['a', 'b', 'c'] }, '/body/tags must have at most 2 items'],
    [{ tags: [1] }, '/body/tags/0 must be text'],
    [{ mode: 'x' }, '/body/mode must be one of major, minor'],
    [{ id: 'x' }, '/body/id must be a UUID'],
    [{ at: 'x' }, '/body/at must be a date and time with its offset, like 2026-01-31T12:00:00Z'],
    [{ on: 1 }, '/body/on must be true or false'],
    [{ nothing: { colour: 1 } }, '/body/nothing/colour is not a field here; there are none'],
    [{ colour: 1 }, '/body/colour is not a field here; known: limit, digits, title, tags, mode, id, at, on, pairs, nothing'],
    [{ pairs: { A: 'x' } }, '/body/pairs/A is a name that must match /^[a-z]+$/'],
  ])('is said in our words: %j', (change, error) => expect(errorsOf(change)).toContain(error));
});

describe('an error in a problem document', () => {
  const at = (pointer: string) => {
    const failure = new Failure('request-invalid', 'No.', { errors: [{ pointer, code: 'c', detail: 'd' }] });
    return toProblem(failure, { requestId: 'r', traceId: 't' }).errors?.[0];
  };
  it.each([
    ['/body', { in: 'body', pointer: '' }],
    ['/body/tags/2', { in: 'body', pointer: '/tags/2' }],
    ['/query/limit', { in: 'query', name: 'limit', pointer: '/limit' }],
    ['/query/tag/1', { in: 'query', name: 'tag', pointer: '/tag/1' }],
    ['/path/trackId', { in: 'path', name: 'trackId', pointer: '/trackId' }],
    ['/header/upload-metadata/tags', { in: 'header', name: 'upload-metadata', pointer: '/upload-metadata/tags' }],
    ['/query/a~1b', { in: 'query', name: 'a/b', pointer: '/a~1b' }],
  ])('says of %s where it is', (pointer, where) => expect(at(pointer)).toEqual({ ...where, code: 'c', detail: 'd' }));
});
