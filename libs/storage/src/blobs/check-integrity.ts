import type { BlobVerdict, VerifiedBlobStore } from './verified-blob-store.ts';

export interface IntegrityCheckOptions {
  /** 0 to 1: the share of blobs that is read, chosen at random. */
  readonly share?: number;
  readonly signal?: AbortSignal;
  readonly random?: () => number;
  readonly onProgress?: (report: IntegrityReport) => void;
}

export interface IntegrityReport {
  readonly checked: number;
  readonly checkedBytes: number;
  readonly skipped: number;
  readonly repaired: number;
  /** So many have no intact copy … */
  readonly damaged: number;
  /** … and these are the first of them. */
  readonly damagedNames: readonly string[];
}

/** More names than this say no more than their number. */
const namesMax = 100;

type Counting = { -readonly [Name in keyof IntegrityReport]: IntegrityReport[Name] };

/** Reads blobs one after the other and compares them with their names; damaged ones are repaired where a copy has them. */
export async function checkIntegrity(store: VerifiedBlobStore, options: IntegrityCheckOptions = {}): Promise<IntegrityReport> {
  const { share = 1, signal, random = Math.random, onProgress } = options;
  const report: Counting = { checked: 0, checkedBytes: 0, skipped: 0, repaired: 0, damaged: 0, damagedNames: [] };
  for await (const { sha256, sizeBytes } of store.list()) {
    signal?.throwIfAborted();
    if (random() >= share) report.skipped++;
    else count(report, sha256, sizeBytes, await store.check(sha256));
    onProgress?.(report);
  }
  return report;
}

function count(report: Counting, sha256: string, sizeBytes: number, verdict: BlobVerdict): void {
  if (verdict === 'missing') return; // swept since it was listed
  report.checked++;
  report.checkedBytes += sizeBytes;
  if (verdict === 'repaired') report.repaired++;
  if (verdict !== 'damaged') return;
  report.damaged++;
  if (report.damagedNames.length < namesMax) report.damagedNames = [...report.damagedNames, sha256];
}
