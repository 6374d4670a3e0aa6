/** Tests for every blob store driver. The spec of a driver calls this with a function that provides an empty store. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import type { BlobStore } from '#storage';

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const chunksOf = (...chunks: (string | Uint8Array)[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const largeLimit = { maxBytes: 10_000_000 };
const noReferences = async () => new Set<string>();

async function put(store: BlobStore, text: string | Uint8Array): Promise<string> {
  return (await store.write(chunksOf(text), largeLimit)).sha256;
}
const read = async (store: BlobStore, sha256: string, range = {}) =>
  (await buffer((await store.openRead(sha256, range)).stream)).toString();
async function namesIn(store: BlobStore): Promise<string[]> {
  const names: string[] = [];
  for await (const { sha256 } of store.list()) names.push(sha256);
  return names.sort();
}

export interface BlobFixture {
  readonly store: BlobStore;
  /** Replaces the bytes of a blob and keeps its modification time, as a failing disk does. */
  damage(sha256: string, bytes: string): Promise<void>;
  /** Moves the modification time of every blob back by an hour. */
  age(): Promise<void>;
}

/** Rounds of the race test; RACE_ROUNDS raises it for a long run. */
const raceRounds = Number(process.env.RACE_ROUNDS ?? 50);

/** @param withStore runs `test` with an empty store and removes the store afterwards */
export function blobStoreSuite(name: string, withStore: (test: (fixture: BlobFixture) => Promise<void>) => Promise<void>): void {
  const inStore = (title: string, test: (store: BlobStore, fixture: BlobFixture) => Promise<void>) =>
    it(title, () => withStore((fixture) => test(fixture.store, fixture)));

  describe(`${name}: writing`, () => {
    inStore('names bytes by their SHA-256 and returns them unchanged', async (store) => {
      const bytes = randomBytes(300_000);
      const stored = await store.write(chunksOf(bytes.subarray(0, 1), bytes.subarray(1)), largeLimit);
      expect(stored).toEqual({ sha256: sha256Of(bytes), sizeBytes: 300_000, deduplicated: false });
      const { stream, sizeBytes } = await store.openRead(stored.sha256);
      expect(sizeBytes).toBe(300_000);
      expect((await buffer(stream)).equals(bytes)).toBe(true);
    });
    inStore('stores the same bytes once', async (store) => {
      await put(store, 'gust');
      expect((await store.write(chunksOf('gu', 'st'), largeLimit)).deduplicated).toBe(true);
      expect(await namesIn(store)).toHaveLength(1);
    });
    inStore('stores one blob when twenty writers store the same bytes', async (store) => {
      const written = await Promise.all(Array.from({ length: 20 }, () => put(store, 'all at once')));
      expect(new Set(written).size).toBe(1);
      expect(await read(store, written[0]!)).toBe('all at once');
    });
    inStore('stores an empty blob', async (store) => {
      const sha256 = await put(store, '');
      expect(await read(store, sha256)).toBe('');
      expect(await store.stat(sha256)).toMatchObject({ sizeBytes: 0 });
    });
    inStore('accepts exactly the size limit and rejects one more byte', async (store) => {
      await store.write(chunksOf('12345'), { maxBytes: 5 });
      await expect(store.write(chunksOf('123', '456'), { maxBytes: 5 })).rejects.toMatchObject({ code: 'payload-too-large' });
      expect(await namesIn(store)).toEqual([sha256Of(Buffer.from('12345'))]);
    });
    inStore('leaves nothing when the source fails, and throws its error', async (store) => {
      async function* failing() {
        yield Buffer.from('half of ');
        throw new Error('the client disconnected');
      }
      await expect(store.write(failing(), largeLimit)).rejects.toThrow('the client disconnected');
      expect(await namesIn(store)).toEqual([]);
    });
    inStore('stops waiting for a stalled source when aborted, and destroys it', async (store) => {
      const stalled = new Readable({ read() {} });
      const abort = new AbortController();
      stalled.push('first chunk');
      const writing = store.write(stalled, { ...largeLimit, signal: abort.signal });
      abort.abort(new Error('aborted'));
      await expect(writing).rejects.toThrow('aborted');
      expect(stalled.destroyed).toBe(true);
      expect(await namesIn(store)).toEqual([]);
    });
  });

  describe(`${name}: reading`, () => {
    it.each([
      [{ start: 2 }, 'cdef'],
      [{ end: 1 }, 'ab'],
      [{ start: 1, end: 3 }, 'bcd'],
      [{ start: 4, end: 99 }, 'ef'],
    ])('reads the bytes of the range %j, both ends included', (range, expected) =>
      withStore(async ({ store }) => expect(await read(store, await put(store, 'abcdef'), range)).toBe(expected)),
    );
    it.each([[{ start: 6 }], [{ start: 3, end: 2 }], [{ start: -1 }]])('rejects the range %j of six bytes', (range) =>
      withStore(async ({ store }) => {
        const sha256 = await put(store, 'abcdef');
        await expect(store.openRead(sha256, range)).rejects.toMatchObject({ code: 'range-not-satisfiable' });
      }),
    );
    it.each(['0'.repeat(64), '../../etc/passwd', 'A'.repeat(64), '', 'ab\0'])('reports file-lost for the name %j', (sha256) =>
      withStore(async ({ store }) => {
        expect(await store.stat(sha256)).toBeUndefined();
        await expect(store.openRead(sha256)).rejects.toMatchObject({ code: 'file-lost' });
        await expect(store.withLocalFile(sha256, async () => 1)).rejects.toMatchObject({ code: 'file-lost' });
      }),
    );
    inStore('provides a blob as a local file', async (store) => {
      const sha256 = await put(store, 'for ffmpeg');
      expect(await store.withLocalFile(sha256, (path) => readFile(path, 'utf8'))).toBe('for ffmpeg');
    });
  });

  describe(`${name}: removing`, () => {
    inStore('removes a swept blob, which can be stored again', async (store) => {
      const sha256 = await put(store, 'gone');
      expect(await store.sweep({ graceMs: 0, referenced: noReferences })).toMatchObject({ removed: 1 });
      expect(await store.stat(sha256)).toBeUndefined();
      expect((await store.write(chunksOf('gone'), largeLimit)).deduplicated).toBe(false);
    });
    inStore('removes unreferenced blobs and keeps referenced ones', async (store) => {
      const [kept, loose] = [await put(store, 'kept'), await put(store, 'loose')];
      const report = await store.sweep({ graceMs: 0, referenced: async () => new Set([kept]) });
      expect(report).toEqual({ removed: 1, removedBytes: 5, kept: 1, keptBytes: 4 });
      expect(await namesIn(store)).toEqual([kept]);
      expect(await store.stat(loose)).toBeUndefined();
    });
    inStore('keeps blobs within their grace period', async (store) => {
      await put(store, 'the row is not committed yet');
      expect(await store.sweep({ graceMs: 60_000, referenced: noReferences })).toMatchObject({ removed: 0, kept: 1 });
    });
    inStore('keeps a blob that is referenced just before its removal', async (store) => {
      const sha256 = await put(store, 'late row');
      let lookups = 0;
      const referenced = async () => new Set(++lookups === 1 ? [] : [sha256]);
      expect(await store.sweep({ graceMs: 0, referenced })).toMatchObject({ removed: 0, kept: 1 });
      expect(await read(store, sha256)).toBe('late row');
    });
  });

  describe(`${name}: damage`, () => {
    it.each([
      ['other bytes of the same size', 'brokeN bytes'],
      ['fewer bytes', 'broken'],
    ])('%s are repaired when the original bytes are stored again', (_what, damaged) =>
      withStore(async ({ store, damage }) => {
        const sha256 = await put(store, 'broken bytes');
        await damage(sha256, damaged);
        await Promise.all([put(store, 'broken bytes'), put(store, 'broken bytes')]);
        expect(await read(store, sha256)).toBe('broken bytes');
      }),
    );
  });

  describe(`${name}: races`, () => {
    it(
      `keeps every blob whose write succeeded, during failed writes, sweeps and reads`,
      () =>
        withStore(async (fixture) => {
          expect(await raceWriters(fixture)).toEqual([]);
        }),
      60_000 + raceRounds * 4_000,
    );
  });
}

/** Each round: old or new bytes, writers that succeed and then commit a row, writers that fail at each step, a sweep and readers. @returns the errors */
async function raceWriters({ store, age }: BlobFixture): Promise<string[]> {
  const errors: string[] = [];
  const rows = new Set<string>();
  const referenced = async (names: readonly string[]) => new Set(names.filter((name) => rows.has(name)));
  for (let round = 0; round < raceRounds; round++) {
    const bytes = randomBytes(2_000);
    const sha256 = sha256Of(bytes);
    if (round % 2) await store.write(chunksOf(bytes), largeLimit).then(age);
    const succeeding = Array.from({ length: 3 }, async (_, writer) => {
      await turns((round * writer) % 11);
      await store.write(chunksOf(bytes.subarray(0, 1_000), bytes.subarray(1_000)), largeLimit);
      await turns(round % 5);
      rows.add(sha256); // the row is committed
      const found = await openedBytes(store, sha256);
      if (!bytes.equals(found)) errors.push(`round ${round}, writer ${writer}: ${found.length} bytes`);
    });
    const failing = [
      store.write(interrupted(bytes), largeLimit),
      store.write(chunksOf(bytes), { maxBytes: 1_999 }),
      store.write(chunksOf(bytes), { ...largeLimit, signal: abortedAfter(round % 9) }),
    ].map((writing) => writing.catch(() => undefined));
    const sweeping = turns(round % 7).then(() => store.sweep({ graceMs: 60_000, referenced }));
    await Promise.all([...succeeding, ...failing, sweeping]);
    await store.sweep({ graceMs: 60_000, referenced });
    if (!bytes.equals(await openedBytes(store, sha256))) errors.push(`round ${round}: gone after the sweep`);
  }
  return errors;
}

const openedBytes = (store: BlobStore, sha256: string): Promise<Buffer> =>
  store.openRead(sha256).then(
    ({ stream }) => buffer(stream),
    () => Buffer.alloc(0),
  );

/** Waits for `count` turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((next) => setImmediate(next));
}

async function* interrupted(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes.subarray(0, 1_500);
  throw new Error('the client disconnected');
}

function abortedAfter(count: number): AbortSignal {
  const abort = new AbortController();
  void turns(count).then(() => abort.abort(new Error('aborted')));
  return abort.signal;
}
