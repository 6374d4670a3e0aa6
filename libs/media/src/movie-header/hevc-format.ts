/** Reads the sequence parameter set of HEVC. @see ITU-T H.265 §7.3.2.2, §7.3.3 (profile), §7.3.7 (reference sets), §E.2.1 (VUI) */
import { BitReader, payloadOf } from './bit-reader.ts';
import { type ColorFormat, type PictureFormat, pixelFormat, readAspect, readColor, UnusualFile } from './picture-format.ts';

const profiles: Readonly<Record<number, string>> = { 1: 'Main', 2: 'Main 10', 3: 'Main Still Picture' };

/**
 * What the container says of colour does not count: a parameter set without it says limited range and nothing else.
 *
 * @param nal NAL unit of the parameter set
 * @throws UnusualFile for what is interlaced, or not described here; RangeError for bits that end early
 */
export function hevcFormat(nal: Uint8Array): PictureFormat {
  const bits = new BitReader(payloadOf(nal, 2));
  bits.skip(4);
  const subLayers = bits.bits(3);
  bits.skip(1);
  const profile = readProfile(bits, subLayers);
  bits.unsigned();
  const chroma = bits.unsigned();
  if (chroma === 3) throw new UnusualFile('may be RGB');
  const coded = { width: bits.unsigned(), height: bits.unsigned() };
  const size = bits.flag() ? cropped(coded, chroma, bits) : coded;
  const [lumaBits, chromaBits] = [8 + bits.unsigned(), 8 + bits.unsigned()];
  skipToVui(bits, subLayers);
  const { sample_aspect_ratio, ...color } = bits.flag() ? readVui(bits) : {};
  const known = { color_range: 'tv', ...color };
  return {
    profile,
    pix_fmt: pixelFormat(chroma, lumaBits, chromaBits, known.color_range === 'pc'),
    ...size,
    sample_aspect_ratio,
    ...known,
  };
}

function readProfile(bits: BitReader, subLayers: number): string {
  bits.skip(3);
  const profile = profiles[bits.bits(5)];
  if (profile === undefined) throw new UnusualFile('a rare profile of HEVC');
  bits.skip(32 + 48 + 8);
  const layers = Array.from({ length: subLayers }, () => ({ hasProfile: bits.flag(), hasLevel: bits.flag() }));
  if (subLayers > 0) bits.skip(2 * (8 - subLayers));
  for (const { hasProfile, hasLevel } of layers) bits.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0));
  return profile;
}

function cropped({ width, height }: { width: number; height: number }, chroma: number, bits: BitReader) {
  const [acrossPx, downPx] = [chroma === 0 ? 1 : 2, chroma === 1 ? 2 : 1];
  const across = bits.unsigned() + bits.unsigned();
  const down = bits.unsigned() + bits.unsigned();
  return { width: width - acrossPx * across, height: height - downPx * down };
}

function skipToVui(bits: BitReader, subLayers: number): void {
  const orderBits = bits.unsigned() + 4;
  for (let layer = bits.flag() ? 0 : subLayers; layer <= subLayers; layer++) for (let part = 0; part < 3; part++) bits.unsigned();
  for (let part = 0; part < 6; part++) bits.unsigned(); // sizes of blocks, depths of trees
  if (bits.flag() && bits.flag()) skipScalingLists(bits);
  bits.skip(2);
  if (bits.flag()) skipPcm(bits);
  skipReferenceSets(bits);
  if (bits.flag()) for (let left = bits.unsigned(); left > 0; left--) bits.skip(orderBits + 1);
  bits.skip(2);
}

function skipPcm(bits: BitReader): void {
  bits.skip(8);
  bits.unsigned();
  bits.unsigned();
  bits.skip(1);
}

function skipScalingLists(bits: BitReader): void {
  for (let size = 0; size < 4; size++)
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!bits.flag()) bits.unsigned();
      else {
        if (size > 1) bits.signed();
        for (let left = Math.min(64, 1 << (4 + 2 * size)); left > 0; left--) bits.signed();
      }
    }
}

function skipReferenceSets(bits: BitReader): void {
  const count = bits.unsigned();
  if (count > 64) throw new RangeError('too many reference picture sets');
  let pictures = 0; // of the set before
  for (let set = 0; set < count; set++) pictures = set > 0 && bits.flag() ? skipPredictedSet(bits, pictures) : skipPlainSet(bits);
}

/** @returns pictures in the set */
function skipPredictedSet(bits: BitReader, before: number): number {
  bits.skip(1);
  bits.unsigned();
  let kept = 0;
  for (let picture = 0; picture <= before; picture++) if (bits.flag() || bits.flag()) kept++;
  return kept;
}

function skipPlainSet(bits: BitReader): number {
  const pictures = bits.unsigned() + bits.unsigned();
  if (pictures > 32) throw new RangeError('too many reference pictures');
  for (let picture = 0; picture < pictures; picture++) {
    bits.unsigned();
    bits.skip(1);
  }
  return pictures;
}

function readVui(bits: BitReader): Pick<PictureFormat, 'sample_aspect_ratio'> & ColorFormat {
  const sample_aspect_ratio = bits.flag() ? readAspect(bits) : undefined;
  if (bits.flag()) bits.skip(1); // overscan
  const color = bits.flag() ? readColor(bits) : {};
  if (bits.flag()) {
    bits.unsigned();
    bits.unsigned();
  }
  bits.skip(1);
  if (bits.flag()) throw new UnusualFile('fields');
  return { sample_aspect_ratio, ...color };
}
