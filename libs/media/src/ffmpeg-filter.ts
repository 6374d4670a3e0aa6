/** Builds filter strings of ffmpeg from numbers and fixed keywords. User input cannot reach a filter, because free text is not accepted. */

export type FilterValue = number | `:${string}`;

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

/** Joins filters in the order in which they are applied. */
export const filterChain = (...filters: readonly string[]): string => filters.join(',');

function setting(value: FilterValue): string {
  if (typeof value === 'string') return word(value.slice(1));
  if (!Number.isFinite(value)) throw new RangeError(`not a finite number: ${value}`);
  // toFixed never writes an exponent below 1e21, which some filters cannot read.
  return Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/0+$/, '').replace(/\.$/, '');
}

function word(text: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(text)) throw new RangeError(`not a keyword: ${JSON.stringify(text)}`);
  return text;
}
