import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { metered } from './delivery-meter.ts';

/** A clock that a second passes between any two looks. */
function seconds() {
  let at = 0;
  return () => (at += 1_000);
}
async function speedsOf(chunks: readonly number[]): Promise<{ speeds: number[]; bytes: number }> {
  const speeds: number[] = [];
  const source = Readable.from(chunks.map((size) => Buffer.alloc(size)));
  let bytes = 0;
  for await (const chunk of metered(source, (kbps) => speeds.push(kbps), seconds())) bytes += (chunk as Buffer).length;
  return { speeds, bytes };
}
const kib = 1_024;

it('measures once, over the beginning of a file, and passes every byte on', async () => {
  expect(await speedsOf([256 * kib, 256 * kib, 900 * kib])).toEqual({ speeds: [(8 * 512 * kib) / 1_000], bytes: 1_412 * kib });
  expect(await speedsOf([200 * kib])).toEqual({ speeds: [(8 * 200 * kib) / 1_000], bytes: 200 * kib });
  expect(await speedsOf([100 * kib])).toEqual({ speeds: [], bytes: 100 * kib });
});

it('lets the source go with the reader, and the reader hear of its errors', async () => {
  const source = Readable.from([Buffer.alloc(10), Buffer.alloc(10)]);
  const closed = new Promise((done) => source.once('close', done));
  metered(source, () => undefined).destroy();
  await closed;
  const broken = metered(
    new Readable({
      read() {
        this.destroy(new Error('damaged'));
      },
    }),
    () => undefined,
  );
  await expect(broken.toArray()).rejects.toThrow('damaged');
});
