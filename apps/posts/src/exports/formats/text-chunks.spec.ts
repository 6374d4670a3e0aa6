import { expect, it } from '@jest/globals';
import { textChunks } from './text-chunks.ts';

async function* batchesOf(...batches: (readonly string[])[]): AsyncGenerator<readonly string[]> {
  yield* batches;
}

async function chunksOf(batches: AsyncIterable<readonly string[]>, before?: string): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of textChunks(batches, (row) => `${row}\n`, before)) chunks.push(chunk);
  return chunks;
}

it('rows come out in their order in chunks of at most 256 KiB, whatever their length in bytes', async () => {
  const rows = Array.from({ length: 3_000 }, (_, at) => `${at} ${'año🎧'.repeat(at % 80)}`);
  const chunks = await chunksOf(batchesOf(rows.slice(0, 1), [], rows.slice(1)), 'id\n');
  expect(Buffer.concat(chunks).toString('utf8')).toBe(['id', ...rows, ''].join('\n'));
  expect(chunks.length).toBeGreaterThan(2);
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(256 * 1_024);
});

it('a row that is longer than a chunk is a chunk of its own', async () => {
  const long = 'ñ'.repeat(200_000);
  const chunks = await chunksOf(batchesOf(['a', long, 'b']));
  expect(chunks.map(({ length }) => length)).toEqual([2, 400_001, 2]);
  expect(Buffer.concat(chunks).toString('utf8')).toBe(`a\n${long}\nb\n`);
});

it('without rows there is what comes before them, or nothing', async () => {
  expect(Buffer.concat(await chunksOf(batchesOf([]), 'id\n')).toString()).toBe('id\n');
  expect(await chunksOf(batchesOf([]))).toEqual([]);
});
