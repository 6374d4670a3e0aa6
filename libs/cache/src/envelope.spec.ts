import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type CompressionOptions, compress, defaultCompression } from './compression.ts';
import { type Entry, idOf, type Stamp, seal, unseal } from './envelope.ts';

fc.configureGlobal({ seed: 7 }); // what one run finds, the next finds too

const stamp: Stamp = { runId: 'abcdef01', namespace: 'g1', tags: { 'track:7': 'g2' } };
const entryOf = (value: unknown): Entry => ({ value, storedAtMs: 1, freshUntilMs: 2.5, deadAtMs: 1e13, tags: ['track:7'] });
const sealed = (value: unknown, options: Partial<CompressionOptions> = {}) =>
  seal('12345678', stamp, entryOf(value), { ...defaultCompression, ...options });
const limit = 1 << 24;

const analysis = {
  bpm: 127.97,
  beats: Array.from({ length: 400 }, (_, index) => Math.round(index * 468.8) / 1_000),
  cues: Array.from({ length: 30 }, (_, index) => ({ timeSeconds: index * 15.001, type: index % 2 ? 'drop' : 'break', confidence: 0.5 })),
};

describe('a sealed entry', () => {
  it('round-trips every JSON value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const back = await unseal(await sealed(value), limit);
        expect(back).toEqual({ id: '12345678', stamp, entry: entryOf(value) });
      }),
    );
  });

  it('round-trips every value that can be cloned', async () => {
    const values = fc.anything({
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withBigInt: true,
      withSparseArray: true,
    });
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        fc.pre(value !== undefined);
        fc.pre(!fc.stringify(value).includes('new Date(NaN)')); // Jest holds it for unlike itself
        expect((await unseal(await sealed(value), limit)).entry.value).toEqual(structuredClone(value));
      }),
    );
  });

  it('round-trips an invalid date', async () => {
    const { value } = (await unseal(await sealed([new Date(Number.NaN)]), limit)).entry;
    expect((value as Date[]).map(Number)).toEqual([Number.NaN]);
  });

  it.each([['auto'], ['lz4'], ['zstd']] as const)('round-trips through %s, also when large', async (codec) => {
    for (const value of [analysis, 'text '.repeat(100_000)]) {
      expect((await unseal(await sealed(value, { codec }), limit)).entry.value).toEqual(value);
    }
  });

  it('takes at most half the bytes of an analysis as JSON', async () => {
    expect((await sealed(analysis)).length).toBeLessThan(JSON.stringify(analysis).length / 2);
  });

  it('stores small and incompressible values raw', async () => {
    const noise = Buffer.from(Array.from({ length: 200_000 }, (_, index) => Math.imul(index ^ (index >>> 3), 0x9e3779b1) >>> 24));
    const random = Buffer.from(noise.map((byte, index) => byte ^ (Math.imul(index, 0x85ebca6b) >>> 13)));
    expect((await sealed('short')).readUInt8(13)).toBe(0);
    expect((await unseal(await sealed(random), limit)).entry.value).toEqual(random);
  });

  it('stores values above the compression limit raw', async () => {
    const text = 'compressible '.repeat(1_000);
    const kept = await compress(Buffer.from(text), { ...defaultCompression, maxBytes: 12_999 });
    expect(kept.codec).toBe('raw');
    expect((await compress(Buffer.from(text), { ...defaultCompression, maxBytes: 13_000 })).codec).toBe('zstd');
  });

  it('is refused when any byte is wrong', async () => {
    const good = await sealed(analysis);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 8, max: good.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const bad = Buffer.from(good);
        bad[at]! ^= bits;
        await expect(unseal(bad, limit)).rejects.toThrow(RangeError);
      }),
    );
  });

  it('is refused when it is truncated, empty or garbage', async () => {
    const good = await sealed(analysis);
    await expect(unseal(good.subarray(0, -1), limit)).rejects.toThrow('checksum');
    await expect(unseal(Buffer.alloc(0), limit)).rejects.toThrow('shorter');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => expect(unseal(Buffer.from(bytes), limit)).rejects.toThrow()),
    );
  });

  it('is refused when it decompresses to more than the limit', async () => {
    await expect(unseal(await sealed('a'.repeat(100_000)), 50_000)).rejects.toThrow();
    await expect(unseal(await sealed('a'.repeat(100_000), { codec: 'lz4' }), 50_000)).rejects.toThrow('more bytes than allowed');
  });

  it('begins with its id, for scripts', async () => expect(idOf(await sealed(1))).toBe('12345678'));
});
