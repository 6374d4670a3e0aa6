import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Failure, failures } from '#contracts';
import { BLOBS } from '#platform';
import type { BlobStore, StoredBlob } from '#storage';
import { watchArrival } from './arrival.ts';
import { BufferGarbage } from './buffer-garbage.ts';
import { discardRest } from './discard-rest.ts';
import { type FormFile, readFormFile } from './form-file.ts';
import { UPLOAD_LIMITS, type UploadLimits } from './uploads.config.ts';

export interface Upload extends StoredBlob {
  readonly fileName: string;
}

@Injectable() // takes files from requests into the blob store and hands them on
export class Uploads {
  private readonly garbage = new BufferGarbage();

  constructor(
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(UPLOAD_LIMITS) private readonly limits: UploadLimits,
  ) {}

  /**
   * Streams the form's file into the store and hands it to `use`. Bytes that are refused stay there without a reference and are swept: they may be
   * somebody else's, who sent the same ones at the same time.
   *
   * @throws Failure what {@link readFormFile} and `use` throw; payload-too-large; request-timeout; media-empty, without asking `use`
   */
  async receive<T>(request: FastifyRequest, use: (upload: Upload) => Promise<T>): Promise<T> {
    try {
      const upload = await this.#arrived(request);
      return await this.#use(upload, use);
    } catch (error) {
      discardRest(request.raw);
      throw error;
    }
  }

  /**
   * The same for bytes that are here already, however they came and however many they are.
   *
   * @param signal when it is aborted before `use` is asked, `use` is not asked and its reason thrown
   */
  async keep<T>({ fileName, bytes }: FormFile, use: (upload: Upload) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const blob = await this.blobs.write(this.#cleared(bytes), { maxBytes: Number.POSITIVE_INFINITY, signal });
    const upload = { ...blob, fileName };
    signal?.throwIfAborted();
    return this.#use(upload, use);
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
    if (fault) throw fault;
    return taken;
  }

  async #use<T>(upload: Upload, use: (upload: Upload) => Promise<T>): Promise<T> {
    if (upload.sizeBytes === 0) throw new Failure('media-empty', 'The file has no bytes.');
    return use(upload);
  }
}

/** Answers that the same bytes always get: trying again is of no use. */
const refusals = [400, 404, 422];
export const isRefusal = (error: unknown) => error instanceof Failure && refusals.includes(failures[error.code].status);
