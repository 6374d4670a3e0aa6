/** Reads the sequence parameter set of H.264. @see ITU-T H.264 §7.3.2.1.1, §E.1.1 (VUI) */
import { BitReader, payloadOf } from './bit-reader.ts';
import { type ColorFormat, type PictureFormat, pixelFormat, readAspect, readColor, UnusualFile } from './picture-format.ts';

const profiles: Readonly<Record<number, string>> = {
  ...{ 66: 'Baseline', 77: 'Main', 88: 'Extended', 100: 'High', 110: 'High 10', 122: 'High 4:2:2', 244: 'High 4:4:4 Predictive' },
};
const profilesWithChroma = new Set([100, 110, 122, 244]);

/**
 * @param nal NAL unit of the parameter set
 * @param container what the container says of colour; the bits overrule it
 * @throws UnusualFile for what is interlaced, or not described here; RangeError for bits that end early
 */
export function h264Format(nal: Uint8Array, container: ColorFormat): PictureFormat {
  const bits = new BitReader(payloadOf(nal, 1));
  const [profileId, constraints] = [bits.bits(8), bits.bits(8)];
  bits.skip(8);
  bits.unsigned();
  const { chroma, lumaBits, chromaBits } = profilesWithChroma.has(profileId) ? readChroma(bits) : { chroma: 1, lumaBits: 8, chromaBits: 8 };
  bits.unsigned(); // log2_max_frame_num_minus4
  skipPictureOrder(bits);
  bits.unsigned(); // max_num_ref_frames
  bits.skip(1);
  const coded = { width: 16 * (bits.unsigned() + 1), height: 16 * (bits.unsigned() + 1) };
  if (!bits.flag()) throw new UnusualFile('fields'); // only the pictures say whether they are interlaced
  bits.skip(1);
  const size = bits.flag() ? cropped(coded, chroma, bits) : coded;
  const { sample_aspect_ratio, ...color } = bits.flag() ? readVui(bits) : {};
  const merged = { ...container, ...present(color) };
  const pix_fmt = pixelFormat(chroma, lumaBits, chromaBits, merged.color_range === 'pc');
  return { profile: profileName(profileId, constraints), pix_fmt, ...size, sample_aspect_ratio, ...merged };
}

function profileName(id: number, constraints: number): string {
  const isConstrained = (constraints & 0x40) !== 0;
  const isIntra = (constraints & 0x10) !== 0;
  if (id === 66 && isConstrained) return 'Constrained Baseline';
  const name = profiles[id];
  if (name === undefined || (isIntra && id > 100)) throw new UnusualFile(`a rare profile of H.264: ${id}`);
  return name;
}

function readChroma(bits: BitReader) {
  const chroma = bits.unsigned();
  if (chroma === 3) throw new UnusualFile('may be RGB');
  const [lumaBits, chromaBits] = [8 + bits.unsigned(), 8 + bits.unsigned()];
  bits.skip(1);
  if (bits.flag()) skipScalingLists(bits);
  return { chroma, lumaBits, chromaBits };
}

function skipScalingLists(bits: BitReader): void {
  for (let list = 0; list < 8; list++) if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64);
}

function skipScalingList(bits: BitReader, size: number): void {
  let [last, next] = [8, 8];
  for (let index = 0; index < size && next !== 0; index++) {
    next = (last + bits.signed() + 256) % 256;
    if (next !== 0) last = next;
  }
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.unsigned();
  if (type === 0) bits.unsigned();
  if (type !== 1) return;
  bits.skip(1);
  bits.signed();
  bits.signed();
  for (let left = bits.unsigned(); left > 0; left--) bits.signed();
}

function cropped({ width, height }: { width: number; height: number }, chroma: number, bits: BitReader) {
  const [acrossPx, downPx] = [chroma === 0 ? 1 : 2, chroma === 1 ? 2 : 1];
  const across = bits.unsigned() + bits.unsigned();
  const down = bits.unsigned() + bits.unsigned();
  return { width: width - acrossPx * across, height: height - downPx * down };
}

function readVui(bits: BitReader): Pick<PictureFormat, 'sample_aspect_ratio'> & ColorFormat {
  const sample_aspect_ratio = bits.flag() ? readAspect(bits) : undefined;
  if (bits.flag()) bits.skip(1); // overscan
  return { sample_aspect_ratio, ...(bits.flag() && readColor(bits)) };
}

/** Without what is undefined, so that it overrules nothing. */
const present = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
