/** The exclusive right to work on an upload, among all copies of the gateway, for as long as it is renewed. */
import { performance } from 'node:perf_hooks';
import { Failure } from '#contracts';
import { type Claim, type Claimed, leaseMs, type UploadStore } from './upload.store.ts';
import { refuseEnded, type Upload, uploadLocked, uploadNotFound } from './upload.ts';

/** The holder gives its lease up this much earlier than the others take it over, since a process may be frozen in between. */
const marginMs = 1_000;
const pulseMs = 1_000;

export class UploadLease {
  readonly #store: UploadStore;
  readonly #claim: Claim;
  readonly #expirySeconds: number;
  #upload: Upload;
  #goodUntilMs: number;
  #inherited: boolean;

  private constructor(store: UploadStore, expirySeconds: number, { claim, upload, inherited }: Claimed, sinceMs: number) {
    this.#store = store;
    this.#expirySeconds = expirySeconds;
    this.#claim = claim;
    this.#upload = upload;
    this.#inherited = inherited;
    this.#goodUntilMs = sinceMs + leaseMs - marginMs;
  }

  /**
   * @returns undefined where there is nothing left to do: the upload has become a file already
   * @throws Failure upload-not-found, upload-locked, upload-expired; the one that refused the file
   */
  static async take(store: UploadStore, id: string, ownerId: string, expirySeconds: number): Promise<UploadLease | undefined> {
    const sinceMs = performance.now();
    const taken = await store.claim(id, ownerId);
    if (taken) return new UploadLease(store, expirySeconds, taken, sinceMs);
    const upload = await store.find(id, ownerId);
    if (!upload) throw uploadNotFound();
    refuseEnded(upload);
    if (upload.state === 'finished') return undefined;
    throw uploadLocked();
  }

  /** As it stood at the last step. */
  get upload(): Upload {
    return this.#upload;
  }

  get claim(): Claim {
    return this.#claim;
  }

  /** The previous holder may still write into the file until its lease would have ended: the bytes have to be copied to a new file first. */
  get inherited(): boolean {
    return this.#inherited;
  }

  /** The bytes were copied to a new file. */
  settled(): void {
    this.#inherited = false;
  }

  /** Asked before each write: a process that was frozen past its lease must not overwrite what the next holder has written. @throws Failure upload-locked */
  requireAlive(): void {
    if (performance.now() > this.#goodUntilMs) throw uploadLocked();
  }

  /** The bytes up to here are on the disk. @throws Failure upload-not-found when the upload was taken away, upload-locked when another works on it */
  async advance(offsetBytes: number): Promise<void> {
    const sinceMs = performance.now();
    const upload = await this.#store.advance(this.#claim, offsetBytes, this.#expirySeconds);
    if (!upload) throw await this.#lost();
    this.#upload = upload;
    this.#goodUntilMs = sinceMs + leaseMs - marginMs;
  }

  /** @throws Failure as {@link advance} */
  async tellLength(lengthBytes: number): Promise<void> {
    if (!(await this.#store.tellLength(this.#claim, lengthBytes))) throw await this.#lost();
    this.#upload = { ...this.#upload, lengthBytes };
  }

  /** @throws Failure as {@link advance} */
  async renew(): Promise<void> {
    const sinceMs = performance.now();
    if (!(await this.#store.renew(this.#claim))) throw await this.#lost();
    this.#goodUntilMs = sinceMs + leaseMs - marginMs;
  }

  /**
   * What cannot be released now (the database is away) ends by itself; whatever brought us here is the better thing to say. What was inherited and not
   * settled has to end by itself: by then its former holder has stopped.
   */
  async release(): Promise<void> {
    if (this.#inherited) return;
    await this.#store.release(this.#claim).catch(() => undefined);
  }

  async #lost(): Promise<Failure> {
    return (await this.#store.find(this.#upload.id, this.#upload.ownerId)) ? uploadLocked() : uploadNotFound();
  }
}

/**
 * Calls `beat` every second while `work` runs, never two at once. A beat that fails aborts the signal that `work` gets, with its failure.
 * @throws what `work` threw
 */
export async function withHeartbeat<T>(
  beat: () => Promise<void>,
  work: (signal: AbortSignal) => Promise<T>,
  everyMs = pulseMs,
): Promise<T> {
  const failed = new AbortController();
  let beating: Promise<void> = Promise.resolve();
  let resting = true;
  const timer = setInterval(() => {
    if (!resting) return;
    resting = false;
    beating = beat()
      .catch((error: unknown) => failed.abort(error))
      .finally(() => {
        resting = true;
      });
  }, everyMs);
  try {
    return await work(failed.signal);
  } finally {
    clearInterval(timer);
    await beating;
  }
}
