/** What a request for a rendition asks for, with what the operator has set. Pure. */
import { type createTrackRendition, type Failure, invalidField, type RequestedLevel, type RequestOf } from '#contracts';
import type { EncodingOptions } from './encoding.store.ts';
import type { LevelBounds } from './quality/choose-level.ts';

export const defaultMinQualityDb = 10;

export interface LevelSettings {
  readonly defaultLevel: RequestedLevel;
  readonly maxSizeKb: number | undefined;
}

type Wanted = Pick<RequestOf<typeof createTrackRendition>, 'level' | 'normalize' | 'minQuality' | 'maxSizeKb' | 'measureQuality'>;

/** @throws Failure `request-invalid` for a bound of `auto` with another level */
export function optionsOf(wanted: Wanted, settings: LevelSettings): { readonly level: RequestedLevel; readonly options: EncodingOptions } {
  const { level = settings.defaultLevel, normalize, minQuality, maxSizeKb, measureQuality } = wanted;
  const normalized = normalize ? { normalize } : {};
  if (level === 'auto') {
    const sizeKb = Math.min(maxSizeKb ?? Number.POSITIVE_INFINITY, settings.maxSizeKb ?? Number.POSITIVE_INFINITY);
    const options = { minQuality: minQuality ?? defaultMinQualityDb, ...normalized };
    return { level, options: Number.isFinite(sizeKb) ? { ...options, maxSizeKb: sizeKb } : options };
  }
  for (const [field, value] of Object.entries({ minQuality, maxSizeKb })) if (value !== undefined) throw boundOfAuto(field, level);
  return { level, options: { ...normalized, ...(measureQuality ? { measureQuality } : {}) } };
}

function boundOfAuto(field: string, level: RequestedLevel): Failure {
  const detail = `${field} is for \`auto\`, which chooses the level; this asks for ${level}.`;
  return invalidField(`/body/${field}`, detail);
}

export const boundsOf = ({ minQuality = defaultMinQualityDb, maxSizeKb }: EncodingOptions): LevelBounds => ({
  minQuality,
  maxSizeBytes: maxSizeKb === undefined ? Number.POSITIVE_INFINITY : maxSizeKb * 1_024,
});
