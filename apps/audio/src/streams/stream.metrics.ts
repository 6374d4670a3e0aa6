import { Counter, Histogram } from 'prom-client';

/** `encoded`: by this job. `shared`: the same stream was there, or another job has made it. `failed`: for good. */
export const streamResults = ['encoded', 'shared', 'failed'] as const;

export const streamsMade = new Counter({
  name: 'audio_streams_total',
  help: 'HLS streams of tracks whose job has ended, by result.',
  labelNames: ['result'],
});
for (const result of streamResults) streamsMade.inc({ result }, 0);

export const streamSeconds = new Histogram({
  name: 'audio_stream_encode_seconds',
  help: 'Time from the start of the encoding of a stream to its last segment in the store.',
  buckets: [0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
});
