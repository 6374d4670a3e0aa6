import { Counter, Gauge } from 'prom-client';

export const uploadOutcomes = ['finished', 'refused', 'terminated', 'expired'] as const;

export const uploadsEnded = new Counter({
  name: 'gateway_resumable_uploads_total',
  help: 'Resumable uploads that have ended, by how.',
  labelNames: ['outcome'],
});
for (const outcome of uploadOutcomes) uploadsEnded.inc({ outcome }, 0);

export const uploadsOpen = new Gauge({
  name: 'gateway_resumable_uploads_open',
  help: 'Resumable uploads that have not ended, in all copies.',
});
export const partsArriving = new Gauge({
  name: 'gateway_resumable_parts_arriving',
  help: 'Requests that bring bytes of one to this process.',
});
export const partBytes = new Counter({
  name: 'gateway_resumable_upload_bytes_total',
  help: 'Bytes of resumable uploads that this process wrote down.',
});
