import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BlobStore, openFsBlobStore } from '#storage';
import { type PageReader, writePartitions } from './write-partitions.ts';

let folder: string;
let blobs: BlobStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-partitions-'));
  blobs = await openFsBlobStore(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const signal = AbortSignal.timeout(60_000);
/** Three rows a page. */
const listOf =
  (count: number): PageReader =>
  async (cursor) => {
    const start = Number(cursor ?? 0);
    const items = Array.from({ length: Math.min(3, count - start) }, (_, at) => ({ at: start + at, text: 'ñ\n' }));
    return { items, nextCursor: start + 3 < count ? String(start + 3) : null };
  };
const read = async (sha256: string) => {
  const pieces: Buffer[] = [];
  for await (const piece of (await blobs.openRead(sha256)).stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
};

describe('partitions of an owner', () => {
  it('hold every page of each noun, an object a line', async () => {
    const readers = { tracks: listOf(7), playlists: listOf(0) };
    const counts: number[] = [];
    const [tracks, playlists] = await writePartitions(readers, ['tracks', 'playlists'], {
      ...{ blobs, signal },
      onRows: (count) => counts.push(count),
    });
    expect(tracks).toMatchObject({ noun: 'tracks', rowCount: 7 });
    const lines = (await read(tracks!.sha256)).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).at)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(playlists).toMatchObject({ rowCount: 0, sizeBytes: 0 });
    expect(await read(playlists!.sha256)).toBe('');
    expect(counts).toEqual([3, 6, 7, 7]);
  });

  it('leave nothing when a page cannot be read or the job is cancelled', async () => {
    const stored = async () => {
      const names: string[] = [];
      for await (const { sha256 } of blobs.list()) names.push(sha256);
      return names.sort();
    };
    const before = await stored();
    const broken: PageReader = (cursor) => (cursor ? Promise.reject(new Error('gone')) : Promise.resolve({ items: [{}], nextCursor: 'x' }));
    await expect(writePartitions({ tracks: broken }, ['tracks'], { blobs, signal })).rejects.toThrow('gone');
    const cancelled = AbortSignal.abort(new Error('cancelled'));
    await expect(writePartitions({ tracks: listOf(9) }, ['tracks'], { blobs, signal: cancelled })).rejects.toThrow('cancelled');
    expect(await stored()).toEqual(before);
  });
});
