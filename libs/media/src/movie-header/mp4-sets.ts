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

export interface Sample {
  /** Place in the file. */
  readonly at: number;
  readonly sizeBytes: number;
}

/** @throws UnusualFile for another parameter set in the sample, and for a sample that cannot be read */
export async function requireSameSet(file: RandomAccess, { at: start, sizeBytes }: Sample, set: ParameterSet): Promise<void> {
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

/** @throws UnusualFile for a track without samples */
export function firstSampleOf(track: Mp4Box): Sample {
  const table = track.at('mdia', 'minf', 'stbl');
  const sizes = table.at('stsz').body;
  const [short, long] = [table.find('stco'), table.find('co64')];
  const offsets = (short ?? table.at('co64')).table(short ? 4 : 8);
  const sizeBytes = sizes.readUInt32BE(4) || sizes.readUInt32BE(12);
  if (offsets.count === 0 || sizeBytes === 0 || (short && long)) throw new UnusualFile('a track without places of its samples');
  const at = short ? offsets.entries.getUint32(0) : Number(offsets.entries.getBigUint64(0));
  return { at, sizeBytes };
}

/** Of the AVCDecoderConfigurationRecord of a header. @throws UnusualFile for another number of sets than one */
export function h264Set(config: Buffer): ParameterSet {
  if ((config.readUInt8(5) & 31) !== 1) throw new UnusualFile('several parameter sets');
  const bytes = config.subarray(8, 8 + config.readUInt16BE(6));
  return { bytes, lengthBytes: (config.readUInt8(4) & 3) + 1, isSet: (byte) => (byte & 31) === 7 };
}

/** Of the HEVCDecoderConfigurationRecord. @throws the same as {@link h264Set} */
export const hevcSet = (config: Buffer): ParameterSet => ({
  bytes: firstSetOfHevc(config),
  lengthBytes: (config.readUInt8(21) & 3) + 1,
  isSet: (byte) => ((byte >> 1) & 63) === sequenceSet,
});

/** Of HEVC; that of H.264 is 7. */
const sequenceSet = 33;

/** Arrays of NAL units of one type. @see ISO/IEC 14496-15 §8.3.3.1.2 */
function firstSetOfHevc(body: Buffer): Buffer {
  for (let left = body.readUInt8(22), at = 23; left > 0; left--) {
    const type = body.readUInt8(at) & 63;
    const count = body.readUInt16BE(at + 1);
    at += 3;
    if (type === sequenceSet && count !== 1) throw new UnusualFile('several parameter sets');
    for (let nal = 0; nal < count; nal++) {
      const size = body.readUInt16BE(at);
      if (type === sequenceSet) return body.subarray(at + 2, at + 2 + size);
      at += 2 + size;
    }
  }
  throw new UnusualFile('no parameter set');
}
