import { Counter, Histogram } from 'prom-client';

export const inspections = {
  total: new Counter({
    name: 'video_inspections_total',
    help: 'Videos that were read whole (verdict, poster, storyboard), by result; stopped: cancelled or handed over.',
    labelNames: ['result'],
  }),
  seconds: new Histogram({
    name: 'video_inspection_seconds',
    help: 'Time to read a video whole, of those that succeeded.',
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 300, 1_000, 3_000],
  }),
};

for (const result of ['succeeded', 'failed', 'stopped']) inspections.total.inc({ result }, 0);
