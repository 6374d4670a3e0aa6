/** Wall-clock times of IANA time zones, and the moments that they stand for. */

const formats = new Map<string, Intl.DateTimeFormat>();
const maxFormats = 600; // there are about 450 zones, and aliases

/** @returns whether the runtime knows the zone; names are taken without regard to case */
export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** @throws RangeError for an unknown zone */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  if (/^[+-]/.test(zone)) throw new RangeError('an offset is no time zone'); // it knows no clock changes
  const numeric = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', calendar: 'gregory', era: 'short', ...numeric });
  if (formats.size >= maxFormats) formats.clear();
  formats.set(zone, format);
  return format;
}

/** @returns `YYYY-MM-DDTHH:MM:SS` on the clocks of the zone. @throws RangeError for an unknown zone */
export function localTimeOf(at: Date, zone: string): string {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const { year = '', month, day, hour, minute, second } = parts;
  return `${year.padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}`;
}

const dayMs = 86_400_000;

/** What the clocks of the zone are ahead of UTC, in ms. */
const offsetMs = (atMs: number, zone: string) => Date.parse(`${localTimeOf(new Date(atMs), zone)}Z`) - Math.floor(atMs / 1_000) * 1_000;

/**
 * The moment of a wall-clock time. A time that comes twice (clocks go back) is its first moment; one that does not come (clocks go forward) is moved on
 * by the length of the gap, as RFC 5545 does.
 *
 * @param local `YYYY-MM-DDTHH:MM` with optional seconds
 * @returns undefined for a date that the calendar does not have
 * @throws RangeError for an unknown zone
 */
export function momentOf(local: string, zone: string): Date | undefined {
  const text = local.length === 16 ? `${local}:00` : local;
  const asUtcMs = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtcMs) || new Date(asUtcMs).toISOString().slice(0, 19) !== text) return undefined; // 31 April
  const before = offsetMs(asUtcMs - dayMs, zone);
  const after = offsetMs(asUtcMs + dayMs, zone);
  const exact = [asUtcMs - before, asUtcMs - after].filter((atMs) => localTimeOf(new Date(atMs), zone) === text);
  return new Date(exact.length > 0 ? Math.min(...exact) : asUtcMs - before);
}
