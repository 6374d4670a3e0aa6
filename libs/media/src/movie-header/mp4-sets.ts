/**
 * Compares the parameter sets in the first sample of a track with that of its header. `avc1` and `hvc1` keep them in the header, but decoders follow those
 * in samples too, which may be of larger pictures. @see ISO/IEC 14496-15 §5.4.2.1, §8.4.2
 */
import type { RandomAccess } from '../random-access.ts';
import type { Mp4Box } from './mp4-box.ts';
import { UnusualFile } from './picture-format.ts';

export interface ParameterSet {
  readonly bytes: Buffer;
  /** Whether the first byte of a NAL unit is that of a sequence parameter set. */
  readonly isSet: (firstByte: number) => boolean;
  /** Bytes of the length in front of each NAL unit. */
  readonly lengthBytes: number;
}

/** A picture has some slices and messages. */
const mostNals = 64;

/** @throws UnusualFile for another parameter set in the sample, and for a sample that cannot be read */
export async function requireSameSet(file: RandomAccess, track: Mp4Box, set: ParameterSet): Promise<void> {
  const { at: start, sizeBytes } = firstSampleOf(track);
  const end = start + sizeBytes;
  let at = start;
  for (let nals = 0; at < end; nals++) {
    const head = await file.read(at, set.lengthBytes + 1);
    if (nals >= mostNals || head.length <= set.lengthBytes) throw new UnusualFile('a first sample of other parts');
    const size = head.readUIntBE(0, set.lengthBytes);
    at += set.lengthBytes;
    if (size === 0 || at + size > end) throw new UnusualFile('a first sample of other parts');
    if (set.isSet(head[set.lengthBytes]!) && !(size === set.bytes.length && (await file.read(at, size)).equals(set.bytes)))
      throw new UnusualFile('two parameter sets');
    at += size;
  }
}

function firstSampleOf(track: Mp4Box) {
  const table = track.at('mdia', 'minf', 'stbl');
  const sizes = table.at('stsz').body;
  const [short, long] = [table.find('stco'), table.find('co64')];
  const offsets = (short ?? table.at('co64')).table(short ? 4 : 8);
  const sizeBytes = sizes.readUInt32BE(4) || sizes.readUInt32BE(12);
  if (offsets.count === 0 || sizeBytes === 0 || (short && long)) throw new UnusualFile('a track without places of its samples');
  const at = short ? offsets.entries.getUint32(0) : Number(offsets.entries.getBigUint64(0));
  return { at, sizeBytes };
}
