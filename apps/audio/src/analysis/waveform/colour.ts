/** A colour with straight alpha; every component in [0, 255]. */
export interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/**
 * @param text `#rrggbb` or `#rrggbbaa`
 * @throws RangeError for anything else, so that no other text reaches the SVG
 */
export function parseColour(text: string): Colour {
  if (!/^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$/.test(text)) throw new RangeError('a colour must be #rrggbb or #rrggbbaa');
  const part = (at: number) => Number.parseInt(text.slice(at, at + 2), 16);
  return { red: part(1), green: part(3), blue: part(5), alpha: text.length === 9 ? part(7) : 255 };
}

/**
 * Composites one colour over another (Porter and Duff 1984, "over").
 *
 * @param opacity in [0, 1], multiplied with the colour's alpha
 */
export function compositeOver(top: Colour, bottom: Colour, opacity: number): Colour {
  const topWeight = (top.alpha / 255) * opacity;
  const bottomWeight = (bottom.alpha / 255) * (1 - topWeight);
  const alpha = topWeight + bottomWeight;
  const mix = (a: number, b: number) => (alpha === 0 ? 0 : Math.round((a * topWeight + b * bottomWeight) / alpha));
  return {
    red: mix(top.red, bottom.red),
    green: mix(top.green, bottom.green),
    blue: mix(top.blue, bottom.blue),
    alpha: Math.round(255 * alpha),
  };
}
