import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Inject, Injectable } from '@nestjs/common';
import { parallelMap } from '#compute';
import {
  type Attachment,
  attachmentMaxBytes,
  Failure,
  type locateAttachment,
  type MediaIntake,
  pictureMaxBytes,
  pictureMaxPixels,
  type ReplyOf,
  titleOf,
} from '#contracts';
import { BLOBS, Database, requireSubject, usage } from '#platform';
import { type BlobStore, presentOwned, RowExists } from '#storage';
import { PostService } from '../posts/post.service.ts';
import { type AttachmentRow, AttachmentStore, type ListAttachments } from './attachment.store.ts';
import { type AttachmentInfo, readAttachment } from './read-attachment.ts';

@Injectable() // keeps pictures and documents for posts
export class AttachmentService {
  constructor(
    private readonly database: Database,
    private readonly attachments: AttachmentStore,
    private readonly posts: PostService,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /**
   * Written once for each id, where the caller names one.
   *
   * @throws Failure `file-lost`, `media-not-attachment`, `attachment-too-large`, `external-id-taken`; nothing is written then
   */
  async create(intake: MediaIntake): Promise<Attachment> {
    const ownerId = requireSubject();
    const { id = randomUUID(), blobSha256: sha256, sizeBytes, fileName, tags, metadata, externalId } = intake;
    const existing = await this.attachments.find({ id, ownerId });
    if (existing) return present(existing);
    const info = await this.read(sha256, sizeBytes);
    const row = { id, ownerId, title: titleOf(intake, undefined), tags, metadata, externalId, sha256, fileName, sizeBytes, ...info };
    await this.database
      .transaction(async (tx) => {
        await this.attachments.add(tx, row);
        await usage.record(tx, ownerId, 'storageBytes', sizeBytes);
      })
      .catch((error: unknown) => {
        if (!(error instanceof RowExists)) throw error; // another call with this id has committed first
      });
    return this.get(id);
  }

  private async read(sha256: string, sizeBytes: number): Promise<AttachmentInfo> {
    if (sizeBytes > attachmentMaxBytes) throw tooLarge(`The file has ${sizeBytes} bytes.`);
    const info = readAttachment(await this.bytesOf(sha256));
    if (!info) throw new Failure('media-not-attachment', 'The file is no whole JPEG, PNG, GIF or PDF.');
    const { widthPx, heightPx } = info;
    if (widthPx === null || heightPx === null) return info;
    if (sizeBytes > pictureMaxBytes) throw tooLarge(`The picture has ${sizeBytes} bytes.`);
    if (widthPx * heightPx > pictureMaxPixels) throw tooLarge(`The picture has ${widthPx} × ${heightPx} pixels.`);
    return info;
  }

  private async bytesOf(sha256: string): Promise<Buffer> {
    const { stream, sizeBytes } = await this.blobs.openRead(sha256);
    if (sizeBytes <= attachmentMaxBytes) return buffer(stream);
    stream.destroy();
    throw tooLarge(`The file has ${sizeBytes} bytes.`);
  }

  /** @throws Failure `attachment-not-found`, also for one of somebody else */
  async get(id: string): Promise<Attachment> {
    return present(await this.find(id));
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  async list(request: ListAttachments): Promise<{ items: Attachment[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.attachments.list(requireSubject(), request);
    return { items: items.map(present), nextCursor };
  }

  /** Posts lose it too; its bytes are swept later. @throws Failure `attachment-not-found` */
  async remove(id: string): Promise<void> {
    const row = await this.find(id);
    for await (const posts of this.attachments.takeOutOfAll(row)) await this.invalidate(row.ownerId, posts);
    const late = await this.database.transaction(async (tx) => {
      const had = await this.attachments.remove(tx, row);
      if (had) await usage.record(tx, row.ownerId, 'storageBytes', -row.sizeBytes);
      return had ?? [];
    });
    await this.invalidate(row.ownerId, late);
  }

  private invalidate(ownerId: string, posts: readonly string[]): Promise<unknown> {
    return parallelMap(posts, (postId) => this.posts.invalidate(ownerId, postId), { limit: invalidatedAtOnce });
  }

  /** @throws Failure `attachment-not-found` */
  async locate(id: string): Promise<ReplyOf<typeof locateAttachment>> {
    const { sha256, sizeBytes, contentType, fileName } = await this.find(id);
    return { sha256, sizeBytes, contentType, fileName };
  }

  /** Files of a post in its order, without their bytes. */
  ofPost(ownerId: string, ids: readonly string[]): Promise<AttachmentRow[]> {
    return this.attachments.findMany(ownerId, ids);
  }

  /** Reads the bytes of a file while they are needed. @throws Failure `file-lost` */
  async *open({ sha256 }: Pick<AttachmentRow, 'sha256'>): AsyncGenerator<Uint8Array> {
    const { stream } = await this.blobs.openRead(sha256);
    yield* stream as AsyncIterable<Uint8Array>;
  }

  private async find(id: string): Promise<AttachmentRow> {
    const row = await this.attachments.find({ id, ownerId: requireSubject() });
    if (!row) throw new Failure('attachment-not-found', 'There is no such attachment.');
    return row;
  }
}

const invalidatedAtOnce = 16;

const tooLarge = (detail: string) => new Failure('attachment-too-large', detail);

function present(row: AttachmentRow): Attachment {
  const { fileName, contentType, sizeBytes, sha256, widthPx, heightPx } = row;
  const own = { fileName, contentType, sizeBytes, sha256, widthPx, heightPx };
  return { kind: 'attachment', ...presentOwned(row), state: 'ready', ...own, job: null, problem: null };
}
