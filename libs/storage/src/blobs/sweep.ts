/** The driver-independent part of a sweep. */
import type { BlobStat, SweepReport, SweepRequest } from './blob-store.ts';

const batchSize = 500;

type Counting = { -readonly [Name in keyof SweepReport]: SweepReport[Name] };

function keep({ sizeBytes }: BlobStat, report: Counting): void {
  report.kept++;
  report.keptBytes += sizeBytes;
}

/** Looks up the references of all blobs in batches, and passes unreferenced ones to `remove`, which checks them again. */
export async function sweepBlobs(
  blobs: AsyncIterable<BlobStat>,
  request: SweepRequest,
  remove: (blob: BlobStat) => Promise<boolean>,
): Promise<SweepReport> {
  const report = { removed: 0, removedBytes: 0, kept: 0, keptBytes: 0 };
  let batch: BlobStat[] = [];
  for await (const blob of blobs) {
    request.signal?.throwIfAborted();
    if (Date.now() - blob.storedAtMs < request.graceMs) keep(blob, report);
    else batch.push(blob);
    if (batch.length === batchSize) {
      await sweepBatch(batch, request, remove, report);
      batch = [];
    }
  }
  if (batch.length > 0) await sweepBatch(batch, request, remove, report);
  return report;
}

async function sweepBatch(
  batch: readonly BlobStat[],
  { referenced }: SweepRequest,
  remove: (blob: BlobStat) => Promise<boolean>,
  report: Counting,
): Promise<void> {
  const inUse = await referenced(batch.map((blob) => blob.sha256));
  for (const blob of batch) {
    if (inUse.has(blob.sha256) || !(await remove(blob))) keep(blob, report);
    else {
      report.removed++;
      report.removedBytes += blob.sizeBytes;
    }
  }
}
