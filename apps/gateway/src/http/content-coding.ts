/** Which content coding an answer gets (RFC 9110 §12.5.3), and the entity tag of a coded representation. Pure. */

/** In order of preference at equal weight: the least CPU time per saved byte first. */
export const codings = ['zstd', 'br', 'gzip'] as const;
export type Coding = (typeof codings)[number];

/** Below it headers outweigh what is saved; above it a worker of libuv would be busy for long. */
const smallestBytes = 1_024;
const largestBytes = 4 * 1_024 * 1_024;

const compressible = /^(application\/([\w.-]+\+)?json|application\/x-ndjson|application\/openmetrics-text|image\/svg\+xml|text\/plain)\b/;

/** @param contentType of the answer; media, event streams and HTML are not compressed */
export const isCompressible = (contentType: unknown): boolean => typeof contentType === 'string' && compressible.test(contentType);

export const isWorthCompressing = (sizeBytes: number): boolean => sizeBytes >= smallestBytes && sizeBytes <= largestBytes;

/** @returns the coding with the highest weight; undefined: none is accepted, or identity is preferred */
export function chooseCoding(acceptEncoding: string | undefined): Coding | undefined {
  if (!acceptEncoding) return undefined;
  const weights = new Map(acceptEncoding.toLowerCase().split(',', 20).map(weightOf));
  const weight = (coding: string) =>
    weights.get(coding) ?? (coding === 'gzip' && weights.has('x-gzip') ? weights.get('x-gzip') : weights.get('*')) ?? 0;
  const best = codings.reduce((a, b) => (weight(b) > weight(a) ? b : a));
  return weight(best) > 0 && weight(best) >= (weights.get('identity') ?? 0) ? best : undefined;
}

function weightOf(item: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = item.split(';').map((part) => part.trim());
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2));
  return [coding, weight >= 0 && weight <= 1 ? weight : 0];
}

/** A strong tag differs between codings of the same content: `"abc"` as gzip is `"abc-gzip"`. */
export const codedTag = (etag: string, coding: Coding | undefined): string => (coding ? etag.replace(/"$/, `-${coding}"`) : etag);

/** The tag of the content itself, whatever coding `etag` was sent with. */
export const identityTag = (etag: string): string => etag.replace(/-(?:zstd|br|gzip)"$/, '"');
