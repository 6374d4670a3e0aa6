import { describe, expect, it } from '@jest/globals';
import { shapeDifferences, stepsOf } from './doc-page.ts';

describe('a page with a block that is not closed', () => {
  it.each([
    ['in the middle', '```sh\nls\n\n```sh\npwd\n```\n', 'the block before ```sh is not closed'],
    ['at its end', '```sh\nls\n```\n```sh\npwd\n', 'the last block is not closed'],
  ])('is refused: %s', (_, page, text) => expect(() => stepsOf(page)).toThrow(text));
});

describe('a page of documentation', () => {
  it('is parsed into commands and their outputs', () => {
    const page = 'Text\n\n```sh\necho a\n```\n\nmore\n\n```json\n{"a": 1}\n```\n\n```sh\necho b\n```\n\n```ts\nlet c;\n```\n';
    expect(stepsOf(page)).toEqual([
      { command: 'echo a', output: { kind: 'json', text: '{"a": 1}' } },
      { command: 'echo b', output: undefined },
    ]);
  });

  it.each([
    ['other values of the same kind', { bpm: 120, tags: [{ id: 'x' }] }, { bpm: 90, tags: [{ id: 'y' }, { id: 'z' }], more: true }],
    ['null for any value', { bpm: 120, nextCursor: 'x' }, { bpm: null, nextCursor: null }],
    ['an empty list', { items: [{ id: 'x' }] }, { items: [] }],
  ])('matches %s', (_what, expected, actual) => expect(shapeDifferences(expected, actual)).toEqual([]));

  it.each([
    ['a missing field', { a: { b: 1 } }, { a: {} }, ['$.a.b is missing']],
    ['a value of another type', { a: 1 }, { a: '1' }, ['$.a is a string, not a number']],
    ['an object instead of a list', { a: [1] }, { a: {} }, ['$.a is not a list']],
    ['another value of a constant field', { code: 'x', detail: 'one' }, { code: 'y', detail: 'two' }, ['$.code is y, not x']],
  ])('differs from %s', (_what, expected, actual, faults) => expect(shapeDifferences(expected, actual)).toEqual(faults));
});
