import { Counter, Histogram } from 'prom-client';
import { videoPresets } from '#contracts';

/** `stopped`: cancelled, out of time, or handed over because the process ends. */
export const encodeResults = ['succeeded', 'failed', 'stopped'] as const;
export type EncodeResult = (typeof encodeResults)[number];

export const encodes = new Counter({
  name: 'video_renditions_total',
  help: 'Encodes of one track of a video that have ended, by preset (audio-only: the sound that all share) and result.',
  labelNames: ['preset', 'result'],
});
export const encodeSeconds = new Histogram({
  name: 'video_rendition_seconds',
  help: 'Time of one encode of a track that succeeded, by preset.',
  labelNames: ['preset'],
  buckets: [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000],
});
export const encodeSpeed = new Histogram({
  name: 'video_rendition_realtime_ratio',
  help: 'Seconds of video encoded in a second, of encodes that succeeded, by preset.',
  labelNames: ['preset'],
  buckets: [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 64],
});
export const encodedSegments = new Counter({
  name: 'video_rendition_segments_total',
  help: 'Segments that were encoded and stored, by preset.',
  labelNames: ['preset'],
});

for (const preset of videoPresets) {
  encodedSegments.inc({ preset }, 0);
  for (const result of encodeResults) encodes.inc({ preset, result }, 0);
}
