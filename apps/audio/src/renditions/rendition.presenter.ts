/** A rendition as a client reads it, put together from its row, its encoding and its job. */
import { type Job, presentProgress, type TrackRendition } from '#contracts';
import { presentOwned } from '#storage';
import { contentTypeOf } from './encoding-plan.ts';
import type { RenditionRow } from './rendition.store.ts';

const unknown = {
  ...{ codec: null, bitRateKbps: null, sampleRateHz: null, channels: null, durationSeconds: null, sizeBytes: null },
  ...{ compressionRatio: null, ratioNote: null, quality: null, decidedBy: null },
};

/** @param job undefined where it is not known any more */
export function presentRendition(row: RenditionRow, job: Job | undefined): TrackRendition {
  const { trackId, requestedLevel, level, format, encoding, ready } = row;
  const { level: _, ...facts } = (ready ? encoding.result : null) ?? { level, ...unknown, contentType: contentTypeOf(level, format) };
  return {
    kind: 'track-rendition',
    ...presentOwned(row),
    ...presentProgress(ready, job),
    ...{ trackId, requestedLevel, level, format, isNormalized: encoding.options.normalize ?? false },
    ...facts,
    sizeBytes: ready ? encoding.sizeBytes : null,
  };
}

/** The name under which a client saves the file. */
export const fileNameOf = ({ title, level, format }: RenditionRow): string =>
  `${title.replace(/[/\\]/g, '_') || 'track'} (${level}).${format}`;
