import { Histogram } from 'prom-client';

export const probeSeconds = new Histogram({
  name: 'video_probe_seconds',
  help: 'Time to recognise an uploaded file and to read its streams, whether it is accepted or refused.',
  buckets: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20],
});
