import { expect, it } from '@jest/globals';
import type { ProbedStream } from '#media';
import { subtitleStreamOf } from './probed-streams.ts';

it('cuts the title of subtitles so that it stays well-formed', () => {
  const stream = { codec_name: 'subrip', disposition: {}, tags: { title: `${'x'.repeat(199)}😀` } } as unknown as ProbedStream;
  expect(subtitleStreamOf(stream).title).toBe(`${'x'.repeat(199)}\ufffd`);
});
