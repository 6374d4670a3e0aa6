import { describe, expect, it } from '@jest/globals';
import { stepsOf, unlike } from './guide.ts';

describe('a page of documentation', () => {
  it('is a row of commands with their answers', () => {
    const page = 'Text\n\n```sh\necho a\n```\n\nmore\n\n```json\n{"a": 1}\n```\n\n```sh\necho b\n```\n\n```ts\nlet c;\n```\n';
    expect(stepsOf(page)).toEqual([
      { command: 'echo a', answer: { kind: 'json', text: '{"a": 1}' } },
      { command: 'echo b', answer: undefined },
    ]);
  });

  it.each([
    ['other values of the same kind', { bpm: 120, tags: [{ id: 'x' }] }, { bpm: 90, tags: [{ id: 'y' }, { id: 'z' }], more: true }],
    ['null for anything', { bpm: 120, nextCursor: 'x' }, { bpm: null, nextCursor: null }],
    ['an empty list', { items: [{ id: 'x' }] }, { items: [] }],
  ])('is kept to by %s', (_what, promised, given) => expect(unlike(promised, given)).toEqual([]));

  it.each([
    ['a missing field', { a: { b: 1 } }, { a: {} }, ['$.a.b is missing']],
    ['another kind of value', { a: 1 }, { a: '1' }, ['$.a is a string, not a number']],
    ['a thing for a list', { a: [1] }, { a: {} }, ['$.a is no list']],
    ['another word of the API', { code: 'x', detail: 'one' }, { code: 'y', detail: 'two' }, ['$.code is y, not x']],
  ])('is broken by %s', (_what, promised, given, faults) => expect(unlike(promised, given)).toEqual(faults));
});
