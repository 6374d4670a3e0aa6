import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeVideoCorpus, type VideoCorpus } from '#testing';
import { inMemory, type RandomAccess } from '../random-access.ts';
import { BitReader } from './bit-reader.ts';
import { readMp4 } from './read-mp4.ts';

let corpus: VideoCorpus;
let movie: Buffer;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
  movie = await readFile(await corpus.video('plain.mp4'));
});
afterAll(() => corpus.remove());

const indexOf = (bytes: Buffer, box: string) => bytes.indexOf(box, 0, 'latin1');
const box = (type: string, body: Buffer) => Buffer.concat([uint32(8 + body.length), Buffer.from(type, 'latin1'), body]);
/** Edit lists that nobody reads. */
const withoutEdits = (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replaceAll('edts', 'free'), 'latin1');

/** A movie of 320x192 pixels with parameter sets in its samples; its header says another size. */
async function inBand(width: number, height: number): Promise<string> {
  const make = (size: string) =>
    corpus.make(
      ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=0.2`, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
      ...['-x264-params', 'repeat-headers=1', `in-band-${size}.mp4`],
    );
  const large = await readFile(await make('320x192'));
  const other = await readFile(await make(`${width}x${height}`));
  const setOf = (bytes: Buffer) => {
    const at = indexOf(bytes, 'avcC') + 12;
    return bytes.subarray(at, at + bytes.readUInt16BE(at - 2));
  };
  const set = setOf(large);
  set.set(Buffer.concat([setOf(other), Buffer.alloc(set.length)]).subarray(0, set.length)); // zeros may follow a set
  const [entry, header] = [large.lastIndexOf('avc1', undefined, 'latin1') + 28, indexOf(large, 'tkhd')];
  for (const at of [entry, header - 12 + large.readUInt32BE(header - 4)]) {
    const step = at === entry ? 2 : 4;
    large.writeUInt16BE(width, at);
    large.writeUInt16BE(height, at + step);
  }
  return corpus.write(`header-${width}.mp4`, large);
}

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

describe('readMp4', () => {
  it('reads no more than headers and the table of contents', async () => {
    const large = { sizeBytes: 0, bytesRead: 0 };
    const end = Buffer.alloc(8);
    end.writeUInt32BE(1_000_000_000);
    end.write('free', 4, 'latin1');
    const withTail = Buffer.concat([movie, end]);
    const file: RandomAccess = {
      sizeBytes: movie.length + 1_000_000_000,
      read: (offset, lengthBytes) => {
        large.bytesRead += lengthBytes;
        return inMemory(withTail).read(offset, lengthBytes);
      },
    };
    expect((await readMp4(file, 10))?.streams).toHaveLength(2);
    expect(large.bytesRead).toBeLessThan(10_000);
  });

  it.each([
    ['tmcd', 'tmcd'],
    ['mebx', 'meta'],
    ['gpmd', 'meta'],
  ])('describes a camera movie with a track of %s data beside picture and sound', async (entry, handler) => {
    const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=0.4', '-f', 'lavfi', '-i', 'sine=d=0.4'];
    const made = await corpus.make(
      ...[...sources, '-timecode', '00:00:00:00'],
      ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', `${entry}.mp4`],
    );
    const bytes = await readFile(made);
    const track = bytes.lastIndexOf('trak', undefined, 'latin1');
    const [kind, sample] = [bytes.indexOf('hdlr', track, 'latin1') + 12, bytes.indexOf('stsd', track, 'latin1') + 16];
    expect([kind, sample].map((at) => bytes.toString('latin1', at, at + 4))).toEqual(['tmcd', 'tmcd']);
    bytes.write(handler, kind, 'latin1');
    bytes.write(entry, sample, 'latin1');
    const described = await readMp4(inMemory(bytes), 10);
    expect(described?.streams.map(({ codec_type }) => codec_type)).toEqual(['video', 'audio', 'data']);
    expect(described?.format.nb_streams).toBe(3);
  });

  it('leaves a movie with a byte that has been changed to ffprobe, or describes it, and always ends', async () => {
    const [from, to] = [indexOf(movie, 'moov'), indexOf(movie, 'mdat')];
    let described = 0;
    for (let at = from; at < to; at += 3)
      for (const value of [0, 1, 0xff]) {
        const changed = Buffer.from(movie);
        changed[at] = value;
        if (await readMp4(inMemory(changed), 1_200)) described++;
      }
    expect(described).toBeGreaterThan(0);
  });

  it.each(['stts', 'stsz', 'ctts', 'elst'])('leaves a movie whose %s declares 4,294,967,295 entries to ffprobe', async (name) => {
    const changed = Buffer.from(movie);
    changed.writeUInt32BE(0xffffffff, indexOf(changed, name) + (name === 'stsz' ? 12 : 8));
    expect(await readMp4(inMemory(changed), 1_200)).toBeUndefined();
  });

  it('takes the samples for the duration where the header declares more', async () => {
    const before = await readMp4(inMemory(movie), 1);
    const changed = withoutEdits(movie);
    const at = indexOf(changed, 'mdhd') + 20;
    changed.writeUInt32BE(100 * changed.readUInt32BE(at), at);
    const [stream] = (await readMp4(inMemory(changed), 1))!.streams;
    expect([stream?.duration, stream?.bit_rate]).toEqual([before?.streams[0]?.duration, before?.streams[0]?.bit_rate]);
  });

  it('leaves a movie whose first picture brings a parameter set of its own to ffprobe', async () => {
    expect(await readMp4(inMemory(await readFile(await inBand(64, 64))), 1)).toBeUndefined();
    expect((await readMp4(inMemory(await readFile(await inBand(320, 192))), 1))?.streams[0]).toMatchObject({ width: 320, height: 192 });
  });

  it('leaves a movie of very many boxes to ffprobe', async () => {
    const moov = box('moov', Buffer.concat(Array.from({ length: 10_000 }, () => box('free', Buffer.alloc(0)))));
    const many = Buffer.concat(Array.from({ length: 100 }, () => box('free', Buffer.alloc(0))));
    expect(await readMp4(inMemory(moov), 1_200)).toBeUndefined();
    expect(await readMp4(inMemory(Buffer.concat([many, movie])), 1_200)).toBeUndefined();
  });

  it('leaves a table of contents above 16 MiB to ffprobe without reading it', async () => {
    const head = Buffer.concat([uint32(17 << 20), Buffer.from('moov', 'latin1')]);
    const read: number[] = [];
    const file: RandomAccess = {
      sizeBytes: 17 << 20,
      read: (offset, lengthBytes) => {
        read.push(lengthBytes);
        return inMemory(head).read(offset, lengthBytes);
      },
    };
    expect(await readMp4(file, 1_200)).toBeUndefined();
    expect(Math.max(...read)).toBe(16);
  });
});

describe('BitReader', () => {
  it('ends a loop over a count that the bits declare', () => {
    const bits = new BitReader(Buffer.from([0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]));
    const skipAll = () => {
      for (let left = bits.unsigned(); left > 0; left--) bits.skip(1);
    };
    expect(skipAll).toThrow(RangeError);
  });
});
