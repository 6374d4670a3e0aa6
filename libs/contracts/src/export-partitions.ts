/**
 * How an export gets rows of other services: a job of each service writes the owner's resources as NDJSON into the blob store, one blob a noun, an
 * object a line. The blobs have no reference: whoever asked reads them within their grace period, or asks again.
 */
import * as z from 'zod';
import { jobKind } from './job-kind.ts';
import { sha256 } from './media-intake.ts';

const count = z.number().int().nonnegative();

const partitions = <const Noun extends string>(nouns: readonly [Noun, ...Noun[]]) => ({
  /** `nouns`: each once; the rows of each are one partition. */
  input: z.strictObject({ nouns: z.array(z.enum(nouns)).min(1).max(nouns.length) }),
  output: z.strictObject({ partitions: z.array(z.strictObject({ noun: z.enum(nouns), sha256, sizeBytes: count, rowCount: count })) }),
  phases: ['writing'] as const,
  maxAttempts: 5,
  timeoutMs: 60 * 60_000,
  resources: { cores: 0, memoryBytes: 50 * 1_048_576 },
});

export const audioNouns = ['tracks', 'playlists', 'saved-videos'] as const;
export const videoNouns = ['videos', 'captions'] as const;
export const gatewayNouns = ['account', 'api-keys', 'webhooks'] as const;

export const audioExportPartition = jobKind({
  name: 'audio.export.partition',
  ...partitions(audioNouns),
});

export const videoExportPartition = jobKind({
  name: 'video.export.partition',
  ...partitions(videoNouns),
});

export const gatewayExportPartition = jobKind({
  name: 'gateway.export.partition',
  ...partitions(gatewayNouns),
});

/** One noun of one owner as NDJSON. */
export interface ExportPartition {
  readonly noun: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly rowCount: number;
}
