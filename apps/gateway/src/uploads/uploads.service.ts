import { createHash } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Failure, failures, type NewOwnerFields } from '#contracts';
import { BLOBS } from '#platform';
import type { BlobStore, StoredBlob } from '#storage';
import { drainBody } from '../http/drain-body.ts';
import { watchBodyIdle } from './body-idle-timeout.ts';
import { BufferPressure } from './buffer-pressure.ts';
import { type FormFile, readFormFile, tooLarge } from './form-file.ts';
import { noteContent } from './request-content.ts';
import { UPLOAD_LIMITS, type UploadLimits } from './uploads.config.ts';

export interface Upload extends StoredBlob {
  readonly fileName: string;
}

/** With what its owner said about it in the form. */
export interface FormUpload extends Upload {
  readonly fields: NewOwnerFields;
}

@Injectable() // takes files from requests into the blob store and hands them on
export class Uploads {
  private readonly buffers = new BufferPressure();

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
  async receive<T>(request: FastifyRequest, use: (upload: FormUpload) => Promise<T>): Promise<T> {
    try {
      const { maxBytes } = this.limits;
      const { taken, fields } = await this.#arrived(request, async ({ fileName, bytes }, signal) => {
        return { ...(await this.blobs.write(bytes, { maxBytes, signal })), fileName };
      });
      const upload = { ...taken, fields };
      noteContent(request, formContent(upload));
      return await this.#use(upload, use);
    } catch (error) {
      drainBody(request.raw);
      throw error;
    }
  }

  /**
   * Streams a body that is the file itself into the store and hands it to `use`.
   *
   * @param atMostBytes less than the limit of all uploads
   * @throws Failure what `use` throws; payload-too-large; request-timeout; media-empty, without asking `use`
   */
  async receiveBody<T>(request: FastifyRequest, use: (blob: StoredBlob) => Promise<T>, atMostBytes?: number): Promise<T> {
    const { idleMs } = this.limits;
    const maxBytes = Math.min(this.limits.maxBytes, atMostBytes ?? Number.POSITIVE_INFINITY);
    try {
      if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
      const body = watchBodyIdle(request.raw, idleMs, (bytes) => this.buffers.add(bytes));
      const writing = this.blobs.write(request.raw.pipe(new PassThrough()), { maxBytes, signal: body.signal });
      const blob = await Promise.race([writing, body.stalled]).finally(() => body.done());
      noteContent(request, rawContent(blob.sha256));
      if (blob.sizeBytes === 0) throw new Failure('media-empty', 'The body has no bytes.');
      return await use(blob);
    } catch (error) {
      drainBody(request.raw);
      throw error;
    }
  }

  /**
   * Reads a body as `receive` and the resumable uploads do, and keeps nothing of it.
   *
   * @returns what {@link noteContent} gets for equal bytes
   * @throws Failure as `receive`
   */
  async readContent(request: FastifyRequest): Promise<string> {
    try {
      if (!isForm(request)) return rawContent(await this.#hashBody(request));
      const { taken, fields } = await this.#arrived(request, async ({ fileName, bytes }) => ({
        sha256: await this.#hash(bytes),
        fileName,
      }));
      return formContent({ ...taken, fields });
    } catch (error) {
      drainBody(request.raw);
      throw error;
    }
  }

  async #hash(bytes: Readable): Promise<string> {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > this.limits.maxBytes) throw tooLarge(this.limits.maxBytes);
      hash.update(chunk);
    }
    return hash.digest('hex');
  }

  async #hashBody({ raw }: FastifyRequest): Promise<string> {
    const body = watchBodyIdle(raw, this.limits.idleMs, (bytes) => this.buffers.add(bytes));
    try {
      return await Promise.race([this.#hash(raw.pipe(new PassThrough())), body.stalled]);
    } finally {
      body.done();
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
      this.buffers.add(chunk.length);
      yield chunk;
    }
  }

  async #arrived<T>(request: FastifyRequest, take: (file: FormFile, signal: AbortSignal) => Promise<T>) {
    const body = watchBodyIdle(request.raw, this.limits.idleMs, (bytes) => this.buffers.add(bytes));
    try {
      return await Promise.race([this.#formFile(request, body.signal, take), body.stalled]);
    } finally {
      body.done();
    }
  }

  #formFile<T>(request: FastifyRequest, signal: AbortSignal, take: (file: FormFile, signal: AbortSignal) => Promise<T>) {
    return readFormFile(request, { field: 'file', maxBytes: this.limits.maxBytes }, (file) => take(file, signal));
  }

  async #use<T, Kind extends Upload>(upload: Kind, use: (upload: Kind) => Promise<T>): Promise<T> {
    if (upload.sizeBytes === 0) throw new Failure('media-empty', 'The file has no bytes.');
    return use(upload);
  }
}

const isForm = ({ headers }: FastifyRequest) => /^multipart\//i.test(headers['content-type'] ?? '');
const formContent = ({ sha256, fileName, fields }: Pick<FormUpload, 'sha256' | 'fileName' | 'fields'>) =>
  JSON.stringify({ sha256, fileName, ...fields });
export const rawContent = (sha256: string) => JSON.stringify({ sha256 });

/** Answers that the same bytes always get: trying again is of no use. */
const refusals = [400, 404, 422];
export const isRefusal = (error: unknown) =>
  error instanceof Failure && (error.code === 'external-id-taken' || refusals.includes(failures[error.code].status));
