/** Checks stored blobs for damage and repairs them. */
import type { IntegrityResult, VerifiedBlobStore } from './verified-blob-store.ts';

export interface IntegrityCheckOptions {
  /** Fraction of blobs that is read, 0 to 1, chosen at random. */
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
  /** Number of damaged blobs without an intact copy. */
  readonly damaged: number;
  /** The first of the damaged blobs. */
  readonly damagedNames: readonly string[];
}

/** Maximum length of `damagedNames`. */
const maxNames = 100;

type Counting = { -readonly [Name in keyof IntegrityReport]: IntegrityReport[Name] };

/** Reads blobs one after the other and compares their SHA-256 with their names; damaged ones are repaired from a copy if possible. */
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

function count(report: Counting, sha256: string, sizeBytes: number, result: IntegrityResult): void {
  if (result === 'missing') return; // swept since it was listed
  report.checked++;
  report.checkedBytes += sizeBytes;
  if (result === 'repaired') report.repaired++;
  if (result !== 'damaged') return;
  report.damaged++;
  if (report.damagedNames.length < maxNames) report.damagedNames = [...report.damagedNames, sha256];
}
