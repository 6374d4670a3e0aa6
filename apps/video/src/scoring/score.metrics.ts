import { Counter, Histogram } from 'prom-client';

export const scoredRows = new Counter({
  name: 'video_score_rows_total',
  help: 'Lines of metadata by what became of them.',
  labelNames: ['outcome'],
});
export const scoreSeconds = new Histogram({
  name: 'video_score_seconds',
  help: 'Time of a scoring that succeeded, from the first byte to the stored result, by where it was computed.',
  labelNames: ['method'],
  buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
});

for (const outcome of ['scored', 'refused']) scoredRows.inc({ outcome }, 0);
