import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Failure } from '#contracts';
import { Database, Lifecycle, requireSubject, usage } from '#platform';
import type { Page, PageRequest } from '#storage';
import { BufferPressure } from '../buffer-pressure.ts';
import { noteContent } from '../request-content.ts';
import { SentFiles } from '../sent-files.service.ts';
import { rawContent } from '../uploads.service.ts';
import { type PartFile, PartFolder } from './part-file.ts';
import { receivePart } from './receive-part.ts';
import { RESUMABLE_LIMITS, type ResumableLimits } from './resumable.config.ts';
import { partBytes, partsArriving, uploadsEnded } from './resumable.metrics.ts';
import { type Checksum, headerFault } from './tus.ts';
import { UploadStore } from './upload.store.ts';
import { filesOf, refuseEnded, type Upload, uploadLocked, uploadNotFound, wrongOffset } from './upload.ts';
import { UploadCompletion } from './upload-completion.service.ts';
import { UploadLease, withHeartbeat } from './upload-lease.ts';
import type { UploadMetadata } from './upload-metadata.ts';

export interface PartHeaders {
  readonly offsetBytes: number;
  /** Of the whole upload; told late where it was deferred. */
  readonly lengthBytes: number | undefined;
  readonly checksum: Checksum | undefined;
  readonly onChunk?: (chunk: Buffer) => void;
}

@Injectable() // uploads that survive dropped connections and restarted gateways
export class ResumableUploads {
  private readonly buffers = new BufferPressure();

  constructor(
    private readonly store: UploadStore,
    private readonly folder: PartFolder,
    private readonly finishing: UploadCompletion,
    private readonly lifecycle: Lifecycle,
    private readonly database: Database,
    private readonly files: SentFiles,
    @Inject(RESUMABLE_LIMITS) private readonly limits: ResumableLimits,
  ) {}

  /**
   * @param concat `partial`: one part of a file, which becomes nothing by itself
   * @throws Failure payload-too-large, media-empty, storage-full, too-many-uploads, quota-exceeded, collection-not-found; nothing is there then
   */
  async create(metadata: UploadMetadata, lengthBytes: number | null, concat: 'partial' | null = null): Promise<Upload> {
    if (lengthBytes === 0) throw new Failure('media-empty', 'The file has no bytes.');
    if (lengthBytes !== null) await this.requireRoom(lengthBytes);
    await usage.admit(this.database.source, requireSubject(), 'storageBytes', lengthBytes ?? 0);
    if (concat !== 'partial') await this.files.requireTarget(metadata, '/header/upload-metadata');
    const { header, fileName, contentType, kind } = metadata;
    return this.store.create(
      { ownerId: requireSubject(), kind, fileName, contentType, metadata: header, lengthBytes, concat },
      this.limits,
    );
  }

  /** Takes the first bytes of an upload that was just created: it is there with them or not at all, for the client does not know its address yet. */
  async appendFirst(upload: Upload, request: FastifyRequest, checksum: Checksum | undefined): Promise<Upload> {
    const hash = createHash('sha256');
    const whenTaken = () => {
      if (request.raw.readableEnded) noteContent(request, rawContent(hash.digest('hex')));
    };
    try {
      const part = { offsetBytes: 0, lengthBytes: undefined, checksum, onChunk: (chunk: Buffer) => void hash.update(chunk) };
      return await this.append(upload.id, part, request).finally(whenTaken);
    } catch (error) {
      await this.remove(upload);
      throw error;
    }
  }

  /** @throws Failure upload-not-found */
  async find(id: string): Promise<Upload> {
    const upload = await this.store.find(id, requireSubject());
    if (!upload) throw uploadNotFound();
    return upload;
  }

  /** New to old. @throws Failure request-invalid for a cursor that is not ours */
  listUnfinished(page: PageRequest): Promise<Page<Upload>> {
    return this.store.listUnfinished(requireSubject(), page);
  }

  /**
   * Takes the bytes of a request; with the last one the upload becomes a file, unless it is a part of one.
   *
   * @throws Failure forbidden for a final upload, whose bytes are those of its parts; upload-not-found, upload-expired, upload-locked, upload-offset-mismatch, payload-too-large; what receiving and finishing throw
   */
  async append(id: string, part: PartHeaders, request: FastifyRequest): Promise<Upload> {
    const lease = await UploadLease.take(this.store, id, requireSubject(), this.limits.expirySeconds);
    if (!lease) return this.again(await this.find(id), part);
    try {
      refuseFinal(lease.upload);
      if (lease.inherited) await this.settle(lease);
      if (part.offsetBytes !== lease.upload.offsetBytes) throw wrongOffset(lease.upload);
      await this.checkLength(lease, part, request);
      if (lease.upload.state === 'receiving') await this.receive(lease, part, request);
      return isWholeFile(lease.upload) ? await this.finishing.finish(lease) : lease.upload;
    } finally {
      await lease.release();
    }
  }

  /** @throws Failure upload-not-found, upload-locked while its file is being taken in */
  async terminate(id: string): Promise<void> {
    const upload = await this.find(id);
    refuseEnded({ state: upload.state, problem: null });
    if (!(await this.remove(upload))) throw uploadLocked();
    if (upload.state !== 'finished') uploadsEnded.inc({ outcome: 'terminated' });
  }

  private async remove(upload: Upload): Promise<boolean> {
    const removed = await this.store.remove(upload.id, requireSubject());
    if (removed) for (const id of filesOf(upload)) await this.folder.remove(id);
    return removed;
  }

  /** The answer to the last part was lost on its way, and the client asks again. */
  private again(upload: Upload, { offsetBytes }: PartHeaders): Upload {
    refuseFinal(upload);
    if (offsetBytes !== upload.offsetBytes) throw wrongOffset(upload);
    return upload;
  }

  private async checkLength(lease: UploadLease, { lengthBytes }: PartHeaders, request: FastifyRequest): Promise<void> {
    const known = lease.upload.lengthBytes;
    if (lengthBytes !== undefined && known !== null && known !== lengthBytes)
      throw headerFault('upload-length', `The length is ${known} already.`);
    if (lengthBytes !== undefined && known === null) {
      if (lengthBytes < Math.max(1, lease.upload.offsetBytes)) throw headerFault('upload-length', 'There are more bytes already.');
      await this.requireRoom(lengthBytes - lease.upload.offsetBytes, lengthBytes);
      await lease.tellLength(lengthBytes);
    }
    const room = (lease.upload.lengthBytes ?? this.limits.maxBytes) - lease.upload.offsetBytes;
    if (Number(request.headers['content-length'] ?? 0) > room)
      throw new Failure('payload-too-large', `Only ${room} more bytes belong to this upload.`);
  }

  /** The previous holder may not know yet that it lost the lease: the bytes are copied to a new file, so that its late writes have no effect. */
  private async settle(lease: UploadLease): Promise<void> {
    const { id, offsetBytes } = lease.upload;
    await withHeartbeat(
      () => lease.renew(),
      () => this.folder.renewFile(id, offsetBytes),
    );
    lease.settled();
  }

  private async receive(lease: UploadLease, { checksum, onChunk: tell }: PartHeaders, request: FastifyRequest): Promise<void> {
    partsArriving.inc();
    const file = await this.folder.open(lease.upload.id).catch(giveUp);
    try {
      await lease.renew(); // the file is the one that is ours: it is put in another's place only after our lease was taken
      await this.requireBytes(lease, file);
      const onChunk = (chunk: Buffer) => {
        this.buffers.add(chunk.length);
        partBytes.inc(chunk.length);
        tell?.(chunk);
      };
      const { maxBytes, idleMs } = this.limits;
      await receivePart(lease, file, { source: request.raw, checksum, maxBytes, idleMs, stopping: this.lifecycle.stopping, onChunk });
    } finally {
      partsArriving.dec();
      await file.close();
    }
  }

  /** A disk that lost bytes: go back to what is left. */
  private async requireBytes(lease: UploadLease, file: PartFile): Promise<void> {
    if (file.sizeBytes >= lease.upload.offsetBytes) return;
    await lease.advance(file.sizeBytes);
    throw wrongOffset(lease.upload);
  }

  private async requireRoom(newBytes: number, lengthBytes: number = newBytes): Promise<void> {
    const { maxBytes } = this.limits;
    if (lengthBytes > maxBytes) throw new Failure('payload-too-large', `A file may have ${maxBytes} bytes at most.`);
    const freeBytes = await this.folder.freeBytes();
    if (freeBytes !== undefined && newBytes > freeBytes)
      throw new Failure('storage-full', 'There is no room for a file of this size.', { retryAfterSeconds: 60 });
  }
}

const isWholeFile = ({ state, concat }: Upload) => state === 'arrived' && concat !== 'partial';

function refuseFinal({ concat }: Upload): void {
  if (concat === 'final') throw new Failure('forbidden', 'A final upload has the bytes of its parts, and takes none of its own.');
}

function giveUp(error: unknown): never {
  partsArriving.dec();
  throw error;
}
