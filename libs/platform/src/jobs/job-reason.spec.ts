import { describe, expect, it } from '@jest/globals';
import { Failure } from '#contracts';
import { reasonOf, toolLinesOf } from './job-reason.ts';

const withLines = (lines: string[]) => Object.assign(new Error('exit 1'), { stderrTail: lines });

describe('reasonOf', () => {
  it('repeats what a failure says', () =>
    expect(reasonOf(new Failure('media-empty', 'Nothing.'))).toEqual({ code: 'media-empty', message: 'Nothing.' }));
  it('keeps the words of an unexpected error from the client', () => {
    expect(reasonOf(new Error('secret'))).toMatchObject({ code: 'internal', message: expect.not.stringContaining('secret') });
  });
});

describe('toolLinesOf', () => {
  it('finds the lines wherever they are among the causes', () => {
    expect(toolLinesOf(new Failure('internal', 'x', { cause: new Failure('internal', 'y', { cause: withLines(['a', 'b']) }) }))).toEqual([
      'a',
      'b',
    ]);
  });
  it('keeps the last twenty, each short enough to read', () => {
    const lines = toolLinesOf(withLines(Array.from({ length: 50 }, (_, i) => `${i} ${'x'.repeat(1_000)}`)));
    expect(lines).toHaveLength(20);
    expect(lines.at(-1)).toMatch(/^49 x{497}$/);
  });
  it('takes out what PostgreSQL or a terminal would choke on', () =>
    expect(toolLinesOf(withLines(['a\0b\u001b[31m']))).toEqual(['a b [31m']));
  it.each([undefined, null, 'text', new Error('plain')])('is empty for %p', (error) => expect(toolLinesOf(error)).toEqual([]));
  it('does not follow a ring of causes for ever', () => {
    const ring: { cause?: unknown } = {};
    ring.cause = ring;
    expect(toolLinesOf(ring)).toEqual([]);
  });
});
