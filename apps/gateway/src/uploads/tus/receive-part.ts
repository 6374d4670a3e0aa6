/** Takes the bytes of one request into the file of an upload. */
import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Failure } from '#contracts';
import type { PartFile } from './part-file.ts';
import type { Checksum } from './tus.ts';
import { type UploadLease, withHeartbeat } from './upload-lease.ts';
import { writeStream } from './write-stream.ts';

export interface Part {
  readonly source: Readable;
  readonly checksum: Checksum | undefined;
  /** Of the whole file where its length was not told yet. */
  readonly maxBytes: number;
  readonly idleMs: number;
  /** Aborts when the gateway is about to stop. */
  readonly stopping: AbortSignal;
  /** After each chunk was written. */
  readonly onChunk: (chunk: Buffer) => void;
}

/**
 * Writes until the request ends. What has come is kept, also when the request breaks off, stalls or the disk is full: about once a second it is
 * synced and then said in the database, never the other way round. With a checksum all of it counts or none.
 *
 * @throws Failure payload-too-large for more bytes than declared and upload-checksum-mismatch: nothing of the part is kept then;
 *   request-timeout, service-unavailable, storage-full and what the request broke off with: what has come is kept
 */
export function receivePart(lease: UploadLease, file: PartFile, part: Part): Promise<void> {
  return new PartIntake(lease, file, part).run();
}

class PartIntake {
  readonly #lease: UploadLease;
  readonly #file: PartFile;
  readonly #part: Part;
  readonly #startBytes: number;
  readonly #endBytes: number;
  readonly #hash: Hash | undefined;
  #atBytes: number;

  constructor(lease: UploadLease, file: PartFile, part: Part) {
    this.#lease = lease;
    this.#file = file;
    this.#part = part;
    this.#startBytes = lease.upload.offsetBytes;
    this.#atBytes = this.#startBytes;
    this.#endBytes = lease.upload.lengthBytes ?? part.maxBytes;
    this.#hash = part.checksum && createHash(part.checksum.algorithm);
  }

  async run(): Promise<void> {
    const fault = await withHeartbeat(
      () => this.#saySoFar(),
      (lost) => this.#pour(lost),
    ).then(
      () => this.#faultOfChecksum(),
      (error: unknown) => (error === this.#part.stopping.reason ? aboutToStop() : error),
    );
    if (this.#takesNothing(fault)) await this.#takeBack();
    else await this.#keep(fault);
    if (fault) throw fault;
  }

  /** What lies behind the offset is left from a request that died. */
  async #pour(lost: AbortSignal): Promise<void> {
    const { source, stopping } = this.#part;
    if (this.#file.sizeBytes > this.#startBytes) await this.#file.cutTo(this.#startBytes);
    const quiet = new AbortController();
    const timer = setTimeout(() => quiet.abort(stalled(this.#part.idleMs)), this.#part.idleMs);
    const stop = AbortSignal.any([lost, quiet.signal, stopping]);
    try {
      await writeStream(source, (chunk) => this.#write(chunk).finally(() => timer.refresh()), stop);
    } finally {
      clearTimeout(timer);
    }
  }

  async #write(chunk: Buffer): Promise<void> {
    if (this.#atBytes + chunk.length > this.#endBytes) throw tooMuch(this.#endBytes);
    this.#lease.requireAlive();
    await this.#file.write(chunk, this.#atBytes);
    this.#atBytes += chunk.length;
    this.#hash?.update(chunk);
    this.#part.onChunk(chunk);
  }

  async #saySoFar(): Promise<void> {
    const reached = this.#atBytes;
    if (this.#hash || reached === this.#startBytes || reached === this.#lease.upload.lengthBytes) return this.#lease.renew();
    await this.#file.sync();
    await this.#lease.advance(reached);
  }

  #faultOfChecksum(): Failure | undefined {
    const { checksum } = this.#part;
    if (!checksum || this.#hash?.digest().equals(checksum.digest)) return undefined;
    return new Failure('upload-checksum-mismatch', `The ${checksum.algorithm} of these bytes is another one; send them again.`);
  }

  #takesNothing(fault: unknown): boolean {
    return fault !== undefined && (this.#hash !== undefined || (fault instanceof Failure && fault.code === 'payload-too-large'));
  }

  async #takeBack(): Promise<void> {
    this.#lease.requireAlive();
    await this.#file.cutTo(this.#startBytes);
    await this.#lease.advance(this.#startBytes);
  }

  /** After a fault the fault is what matters; what is not said now is lost and will be sent again. */
  async #keep(fault: unknown): Promise<void> {
    const keeping = async () => {
      await this.#file.sync();
      await this.#lease.advance(this.#atBytes);
    };
    await (fault ? keeping().catch(() => undefined) : keeping());
  }
}

const stalled = (idleMs: number) => new Failure('request-timeout', `Nothing has arrived for ${Math.ceil(idleMs / 1_000)} seconds.`);

const tooMuch = (endBytes: number) => new Failure('payload-too-large', `The upload was to have ${endBytes} bytes, and there are more.`);

const aboutToStop = () =>
  new Failure('service-unavailable', 'This gateway is about to stop; go on with another one.', { retryAfterSeconds: 1 });
