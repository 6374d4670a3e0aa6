import { Inject, Injectable } from '@nestjs/common';
import { isTransient, Outbound, retry } from '#compute';
import { Failure, type InputOf, importFile, mediaKinds, type OutputOf } from '#contracts';
import { Database, type JobHandler, type JobRun, usage } from '#platform';
import { madeResourceOf } from '../uploads/media-paths.ts';
import { SentFiles } from '../uploads/sent-files.service.ts';
import { type Upload, Uploads } from '../uploads/uploads.service.ts';
import { importName } from './import-name.ts';
import { IMPORTS_CONFIG, type ImportsConfig } from './imports.config.ts';
import { fetchRemoteFile } from './remote-file.ts';

type Run = JobRun<(typeof importFile.phases)[number], OutputOf<typeof importFile>>;
type Order = InputOf<typeof importFile>;
type Created = Awaited<ReturnType<SentFiles['create']>>;

/** Share of the download in the progress of an import, in percent. */
const fetchedPercent = 90;
const isWorthRepeating = (error: unknown) => error instanceof Failure && error.code === 'remote-unreachable';

@Injectable() // runs import jobs: fetches the file, stores it, creates the resource of its kind
export class ImportWorker {
  constructor(
    private readonly outbound: Outbound,
    private readonly uploads: Uploads,
    private readonly files: SentFiles,
    private readonly database: Database,
    @Inject(IMPORTS_CONFIG) private readonly config: ImportsConfig,
  ) {}

  /** A broken connection is retried within the attempt; a fault of the file, or a file beyond the quota, ends the job. */
  readonly run: JobHandler<typeof importFile> = async (order, run) => {
    run.progress('fetching', 0);
    const endMs = performance.now() + this.config.GATEWAY_IMPORT_TIMEOUT_MS;
    const policy = { attempts: 3, baseDelayMs: 1_000, totalMs: this.config.GATEWAY_IMPORT_TIMEOUT_MS, shouldRetry: isWorthRepeating };
    const { id, job } = await retry(() => this.fetch(order, run, endMs), policy, { signal: run.signal });
    return run.complete({ resource: madeResourceOf({ ...order, id }), jobId: job?.id ?? null });
  };

  private async fetch(order: Order, run: Run, endMs: number): Promise<Created> {
    const { url, kind, fileName: requestedName } = order;
    const { GATEWAY_UPLOAD_MAX_BYTES: maxBytes, GATEWAY_UPLOAD_IDLE_MS: idleMs } = this.config;
    const limits = { maxBytes, idleMs, totalMs: Math.max(1, endMs - performance.now()) };
    const onBytes = (soFarBytes: number, totalBytes = maxBytes) =>
      run.progress('fetching', fetchedPercent * Math.min(1, soFarBytes / totalBytes));
    const file = await fetchRemoteFile(this.outbound, {
      url,
      otherMedia: mediaKinds[kind].otherMedia,
      limits,
      firstByteMs: this.config.GATEWAY_IMPORT_FIRST_BYTE_MS,
      floor: {
        minBytesPerSecond: this.config.GATEWAY_IMPORT_MIN_BYTES_PER_SECOND,
        windowMs: this.config.GATEWAY_IMPORT_SPEED_WINDOW_MS,
      },
      signal: run.signal,
      onSize: (bytes) => usage.admit(this.database.source, run.ownerId, 'storageBytes', bytes),
      onBytes,
    });
    const fileName = importName({ requestedName, contentDisposition: file.contentDisposition, url: file.url });
    return this.uploads.keep({ fileName, bytes: file.bytes }, (upload) => this.takeIn(upload, file.contentType, order, run), run.signal);
  }

  /** Idempotent: the id of the resource is part of the job. */
  private takeIn({ sha256, sizeBytes, fileName }: Upload, contentType: string | undefined, order: Order, run: Run): Promise<Created> {
    run.progress('taking in', fetchedPercent);
    const { kind, collectionId, strict, targetId, fields } = order;
    const intake = { ...fields, blobSha256: sha256, sizeBytes, fileName, id: targetId };
    return retry(
      () => this.files.create({ kind, collectionId, strict, contentType, intake }),
      { shouldRetry: isTransient },
      { signal: run.signal },
    );
  }
}
