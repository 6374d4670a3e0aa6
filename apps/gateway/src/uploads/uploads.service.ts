import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Failure, failures } from '#contracts';
import { BLOBS, Log } from '#platform';
import type { BlobStore, StoredBlob } from '#storage';
import { watchArrival } from './arrival.ts';
import { BufferGarbage } from './buffer-garbage.ts';
import { discardRest } from './discard-rest.ts';
import { type FormFile, readFormFile } from './form-file.ts';
import { UPLOAD_LIMITS, type UploadLimits } from './uploads.config.ts';

export interface Upload extends StoredBlob {
  readonly fileName: string;
}

@Injectable() // takes files in: from the request into the blob store, and out again when nobody wants them
export class Uploads {
  private readonly garbage = new BufferGarbage();

  constructor(
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(UPLOAD_LIMITS) private readonly limits: UploadLimits,
    private readonly log: Log,
  ) {}

  /**
   * Streams the form's file into the store and hands it to `use`; bytes that were new and that `use` refuses are deleted again.
   *
   * @throws Failure what {@link readFormFile} and `use` throw; payload-too-large; request-timeout; media-empty, without asking `use`
   */
  async receive<T>(request: FastifyRequest, use: (upload: Upload) => Promise<T>): Promise<T> {
    try {
      const upload = await this.#arrived(request);
      return await this.#useOrDiscard(upload, use);
    } catch (error) {
      discardRest(request.raw);
      throw error;
    }
  }

  /**
   * The same for bytes that are here already, however they came and however many they are.
   *
   * @param signal when it is aborted before `use` is asked, nothing is kept and its reason thrown
   */
  async keep<T>({ fileName, bytes }: FormFile, use: (upload: Upload) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const blob = await this.blobs.write(this.#cleared(bytes), { maxBytes: Number.POSITIVE_INFINITY, signal });
    const upload = { ...blob, fileName };
    if (signal?.aborted) await this.#discard(upload);
    signal?.throwIfAborted();
    return this.#useOrDiscard(upload, use);
  }

  async *#cleared(bytes: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      this.garbage.add(chunk.length);
      yield chunk;
    }
  }

  async #arrived(request: FastifyRequest): Promise<Upload> {
    const arrival = watchArrival(request.raw, this.limits.idleMs, (bytes) => this.garbage.add(bytes));
    try {
      return await Promise.race([this.#store(request, arrival.signal), arrival.stalled]);
    } finally {
      arrival.done();
    }
  }

  async #store(request: FastifyRequest, signal: AbortSignal): Promise<Upload> {
    const { maxBytes } = this.limits;
    const { taken, fault } = await readFormFile(request, { field: 'file', maxBytes }, async ({ fileName, bytes }) => {
      const blob = await this.blobs.write(bytes, { maxBytes, signal });
      return { ...blob, fileName };
    });
    if (!fault) return taken;
    await this.#discard(taken);
    throw fault;
  }

  async #useOrDiscard<T>(upload: Upload, use: (upload: Upload) => Promise<T>): Promise<T> {
    try {
      if (upload.sizeBytes === 0) throw new Failure('media-empty', 'The file has no bytes.');
      return await use(upload);
    } catch (error) {
      if (isRefusal(error)) await this.#discard(upload);
      throw error;
    }
  }

  /** Only what nobody else has sent, before or since: theirs belongs to somebody's row, or will. */
  async #discard(upload: Upload): Promise<void> {
    try {
      await this.blobs.takeBack(upload);
    } catch (error) {
      this.log.warn({ err: error, sha256: upload.sha256 }, 'a refused file stays until the next sweep');
    }
  }
}

/** Answers that the same bytes always get. After any other (a lost answer, a crash) a row may refer to them: those are left to the sweep. */
const refusals = [400, 404, 422];
export const isRefusal = (error: unknown) => error instanceof Failure && refusals.includes(failures[error.code].status);
