/** Colours from silence to full scale: dark blue, violet, orange, pale yellow; their lightness grows evenly, so that the picture also reads in grey. */

type Colour = [red: number, green: number, blue: number];

const stops: readonly Colour[] = [
  [0, 0, 4],
  [28, 16, 68],
  [79, 18, 123],
  [129, 37, 129],
  [181, 54, 122],
  [229, 80, 100],
  [251, 135, 97],
  [254, 194, 135],
  [252, 253, 191],
];

const shades = 256;

/** 256 colours. @see matplotlib, colour map "magma" */
export const palette: readonly Colour[] = Array.from({ length: shades }, (_, shade) => {
  const at = (shade / (shades - 1)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const mix = (part: number) => Math.round(stops[low]![part]! + (at - low) * (stops[low + 1]![part]! - stops[low]![part]!));
  return [mix(0), mix(1), mix(2)];
});
