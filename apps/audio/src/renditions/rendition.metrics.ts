import { Counter, Histogram } from 'prom-client';
import { audioFormats, requestedLevels } from '#contracts';

/** `encoded`: by or for this job. `shared`: the same encoding was there. `failed`: for good. */
export const renditionResults = ['encoded', 'shared', 'failed'] as const;
const labelNames = ['level', 'format'] as const;

export const renditionsMade = new Counter({
  name: 'audio_compression_operations_total',
  help: 'Renditions that were asked for and have ended, by level, format and result.',
  labelNames: [...labelNames, 'result'],
});
for (const level of requestedLevels)
  for (const format of audioFormats) for (const result of renditionResults) renditionsMade.inc({ level, format, result }, 0);

export const encodingSeconds = new Histogram({
  name: 'audio_compression_seconds',
  help: 'Time from the start of the encoding of a rendition to its file in the store.',
  labelNames,
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
});

export const encodingRatio = new Histogram({
  name: 'audio_compression_ratio',
  help: 'Size of the original by size of the rendition.',
  labelNames,
  buckets: [0.25, 0.5, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 30, 60],
});
