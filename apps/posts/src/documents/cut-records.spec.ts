import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Chunk, type CutOptions, cutRecords } from './cut-records.ts';

async function* blocksOf(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function chunksOf(text: string, blockSize: number, options: Partial<CutOptions> = {}): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const all = { format: 'ndjson', start: 0, line: 0, chunkBytes: 8, maxRecordBytes: 20, ...options } as const;
  for await (const chunk of cutRecords(blocksOf(text, blockSize), all)) chunks.push(chunk);
  return chunks;
}

const shown = (chunks: readonly Chunk[]) =>
  chunks.map(
    ({ bytes, line, lines, isTooLong }) => `${line}+${lines} ${isTooLong ? 'too long' : JSON.stringify(Buffer.from(bytes).toString())}`,
  );

describe('cutRecords', () => {
  it('ends chunks where lines end, and counts the lines before each', async () => {
    expect(shown(await chunksOf('aaaa\nbb\ncccccc\ndd', 3))).toEqual(['0+2 "aaaa\\nbb\\n"', '2+1 "cccccc\\n"', '3+1 "dd"']);
  });

  it.each([1, 4, 64])('skips a record that is too long and goes on at the next line (blocks of %i bytes)', async (size) => {
    const text = `first one\n${'x'.repeat(100)}\nlast`;
    const chunks = await chunksOf(text, size);
    expect(shown(chunks).at(-1)).toBe('2+1 "last"');
    if (size < 64) expect(shown(chunks)[1]).toBe('1+1 too long');
  });

  it('does not end a record of CSV at a line feed inside of quotes', async () => {
    expect(shown(await chunksOf('a,"x\ny""\n",b\nc,d\n', 2, { format: 'csv' }))).toEqual([
      '0+3 "a,\\"x\\ny\\"\\"\\n\\",b\\n"',
      '3+1 "c,d\\n"',
    ]);
  });

  it('goes on at any chunk as if it had never stopped, and loses no byte', async () => {
    const text = fc
      .array(fc.constantFrom('a', '"', ',', '\n', 'é', '\r\n', 'xxxxxxxxxxxx'), { maxLength: 60 })
      .map((parts) => parts.join(''));
    const property = fc.asyncProperty(
      text,
      fc.constantFrom('ndjson', 'csv'),
      fc.integer({ min: 1, max: 30 }),
      async (file, format, size) => {
        const whole = await chunksOf(file, size, { format });
        expect(whole.at(-1)?.end ?? 0).toBe(Buffer.byteLength(file));
        for (const [at, { start, line, isTooLong }] of whole.entries()) {
          expect(start).toBe(at === 0 ? 0 : whole[at - 1]!.end);
          if (isTooLong || whole.some((chunk) => chunk.isTooLong)) continue;
          const rest = Buffer.from(file).subarray(start).toString();
          const resumed = await chunksOf(rest, size, { format, start, line });
          const contentOf = (chunks: readonly Chunk[]) => Buffer.concat(chunks.map(({ bytes }) => bytes)).toString();
          expect(contentOf(resumed)).toBe(contentOf(whole.slice(at)));
          const [last, expected] = [resumed.at(-1)!, whole.at(-1)!];
          expect([last.end, last.line + last.lines]).toEqual([expected.end, expected.line + expected.lines]);
        }
      },
    );
    await fc.assert(property, { seed: 18, numRuns: 200 });
  });
});
