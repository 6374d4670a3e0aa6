/** Builds filter strings of ffmpeg from numbers and fixed keywords. User input cannot reach a filter, because free text is not accepted. */

/** An exact rate or ratio, e.g. 30000/1001; both are whole numbers above 0. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

export type FilterValue = number | Fraction | `:${string}`;

/**
 * One filter, e.g. `filter('volume', { volume: 0.5 })` → `volume=volume=0.5`. A keyword of ffmpeg is written with a colon in front
 * (`{ peak: ':true' }`), so that a plain string is a type error.
 *
 * @throws RangeError when a number is not finite or a name or keyword is not made of letters, digits and `_`
 */
export function filter(name: string, options: Readonly<Record<string, FilterValue>> = {}): string {
  const settings = Object.entries(options).map(([key, value]) => `${word(key)}=${setting(value)}`);
  return settings.length === 0 ? word(name) : `${word(name)}=${settings.join(':')}`;
}

/**
 * Selects the first frame, then every frame that comes at least this long after the last selected one.
 *
 * @throws RangeError when the interval is not a finite number from 0 on
 */
export function selectEvery(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) throw new RangeError(`not an interval: ${seconds}`);
  return `select=expr='isnan(prev_selected_t)+gte(t-prev_selected_t,${setting(seconds)})'`;
}

/** Joins filters in the order in which they are applied. */
export const filterChain = (...filters: readonly string[]): string => filters.join(',');

function setting(value: FilterValue): string {
  if (typeof value === 'string') return word(value.slice(1));
  if (typeof value === 'object') return ratio(value);
  if (!Number.isFinite(value)) throw new RangeError(`not a finite number: ${value}`);
  // toFixed never writes an exponent below 1e21, which some filters cannot read.
  return Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/0+$/, '').replace(/\.$/, '');
}

/** The form `30000/1001`, which ffmpeg reads exactly. @throws RangeError when a part is not a whole number above 0 */
export function ratio({ numerator, denominator }: Fraction): string {
  for (const part of [numerator, denominator])
    if (!Number.isSafeInteger(part) || part < 1) throw new RangeError(`not a fraction: ${numerator}/${denominator}`);
  return `${numerator}/${denominator}`;
}

function word(text: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(text)) throw new RangeError(`not a keyword: ${JSON.stringify(text)}`);
  return text;
}
