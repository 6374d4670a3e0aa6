import { describe, expect, it } from '@jest/globals';
import { builtInModel } from './models/vector-model.ts';
import { decodeChunks, encodeChunk, type PreparedChunk, textsOf } from './prepared-chunk.ts';

const rowsOf = (texts: readonly string[]) => new Uint8Array(Buffer.from(JSON.stringify(texts.map((t, at) => ({ i: `d${at}`, t })))));
const chunkOf = (start: number, texts: readonly string[]): PreparedChunk => ({
  chunk: { start, end: start + 100, line: start / 10, lines: 10 },
  prepared: {
    ...{ rows: rowsOf(texts), hashes: texts.map((text) => `hash of ${text}`), documentCount: texts.length, repeated: 1, refusedCount: 1 },
    ...{ badLines: [{ line: 3, code: 'json-invalid', detail: 'año' }], linesRead: texts.length + 2, columns: ['id', 'text'] },
  },
  embedded: [{ model: builtInModel, hashes: ['a'], vectors: new Uint8Array(8) }],
});
const stored = (chunk: PreparedChunk) => ({ ...chunk, embedded: [{ model: builtInModel, hashes: [], vectors: new Uint8Array(0) }] });

async function read(blocks: Iterable<Uint8Array>): Promise<PreparedChunk[]> {
  async function* source() {
    yield* blocks;
  }
  const chunks: PreparedChunk[] = [];
  for await (const { prepared, ...chunk } of decodeChunks(source()))
    chunks.push({ ...chunk, prepared: { ...prepared, rows: new Uint8Array(prepared.rows) } });
  return chunks;
}

function* blocksOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('prepared chunks', () => {
  const chunks = [chunkOf(0, ['one', 'dos 🎧']), chunkOf(100, []), chunkOf(200, ['x'.repeat(70_000)])];
  const bytes = Buffer.concat(chunks.flatMap(encodeChunk));

  it.each([1, 7, 65_536, 1e9])('are read back in blocks of %i bytes as they were, without the vectors', async (size) => {
    expect(await read(blocksOf(bytes, size))).toEqual(chunks.map(stored));
  });

  it('that end in their middle are refused', async () => {
    await expect(read([bytes.subarray(0, -1)])).rejects.toThrow(RangeError);
    await expect(read([bytes.subarray(0, 5)])).rejects.toThrow(RangeError);
    expect(await read([])).toEqual([]);
  });

  it('have the texts of their rows', () => expect(textsOf(rowsOf(['one', 'dos 🎧']))).toEqual(['one', 'dos 🎧']));
});
