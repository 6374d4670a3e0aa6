/** Levels of YCbCr as files store them, and the full range: means are converted by tables, because converting every pixel costs as much as scaling. */

export interface Levels {
  /** Full range by stored level; 256 entries each. */
  readonly luma: Uint8Array;
  readonly chroma: Uint8Array;
  /** Stored luma of black, and levels of full range to one stored level above it. */
  readonly zero: number;
  readonly gain: number;
  /** Brightest stored luma of a black pixel. */
  readonly black: number;
}

/** Black of limited range plus a tenth, in full range: the usual limit of a black pixel. */
const blackLevel = 26;

/** @see ITU-R BT.601-7 §2.5.3: luma from 16 to 235, chroma from 16 to 240 around 128 */
const limited: Levels = {
  luma: tableOf((stored) => ((stored - 16) * 255) / 219),
  chroma: tableOf((stored) => 128 + ((stored - 128) * 255) / 224),
  zero: 16,
  gain: 255 / 219,
  black: Math.floor(16 + (blackLevel * 219) / 255),
};
const same = tableOf((stored) => stored);
const full: Levels = { luma: same, chroma: same, zero: 0, gain: 1, black: blackLevel };

export const levelsOf = { limited, full } as const;

function tableOf(level: (stored: number) => number): Uint8Array {
  return new Uint8Array(Uint8ClampedArray.from({ length: 256 }, (_, stored) => level(stored)).buffer);
}
