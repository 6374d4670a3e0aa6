/** Whose attachment is whose, and which posts have it. Every query names the owner. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, In } from 'typeorm';
import type { AttachmentType, listAttachments, RequestOf } from '#contracts';
import { Database } from '#platform';
import {
  type BlobHolder,
  BlobReferences,
  insertOwned,
  type ListDeclaration,
  loadList,
  type NewOwnedRow,
  type OwnedKey,
  OwnedRow,
  type Page,
  type Queryable,
  queryRows,
} from '#storage';

@Entity({ schema: 'posts', name: 'attachment' })
export class AttachmentRow extends OwnedRow {
  @Column('text')
  sha256!: string;

  @Column('text', { name: 'file_name' })
  fileName!: string;

  @Column('text', { name: 'content_type' })
  contentType!: AttachmentType;

  @Column('integer', { name: 'size_bytes' })
  sizeBytes!: number;

  @Column('integer', { name: 'width_px', nullable: true })
  widthPx!: number | null;

  @Column('integer', { name: 'height_px', nullable: true })
  heightPx!: number | null;
}

export type NewAttachment = NewOwnedRow<AttachmentRow> & Pick<AttachmentRow, 'sha256' | 'fileName'>;
export type ListAttachments = RequestOf<typeof listAttachments>;

const attachmentsList: ListDeclaration<ListAttachments> = { ranges: {}, equals: { contentType: 'attachment.content_type' } };
/** Changed in one transaction: its locks are short, whatever number of posts has an attachment. */
const postsInBatch = 500;

const holderOf = (id: string): BlobHolder => `posts.attachment:${id}`;

@Injectable()
export class AttachmentStore {
  constructor(private readonly database: Database) {}

  /** @throws RowExists; Failure `external-id-taken` */
  async add(tx: EntityManager, row: NewAttachment): Promise<void> {
    await insertOwned(tx, AttachmentRow, row, [row.fileName]);
    await BlobReferences.hold(tx, row.sha256, holderOf(row.id));
  }

  find({ id, ownerId }: OwnedKey): Promise<AttachmentRow | null> {
    return this.database.repository(AttachmentRow).findOneBy({ id, ownerId });
  }

  /** In the order of `ids`; those that are gone are missing. */
  async findMany(ownerId: string, ids: readonly string[]): Promise<AttachmentRow[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.repository(AttachmentRow).findBy({ ownerId, id: In([...ids]) });
    return ids.flatMap((id) => rows.find((row) => row.id === id) ?? []);
  }

  list(ownerId: string, request: ListAttachments): Promise<Page<AttachmentRow>> {
    return loadList(this.database.repository(AttachmentRow).createQueryBuilder('attachment').where({ ownerId }), request, attachmentsList);
  }

  /**
   * Takes it out of posts that have it, at most {@link postsInBatch}. They are locked in the order of their ids, as those of an account that is disconnected.
   * @returns their ids
   */
  static async takeOut(on: Queryable, { id, ownerId }: OwnedKey): Promise<string[]> {
    const posts = await queryRows<{ id: string }>(
      on,
      `WITH attached AS (
         SELECT id FROM posts.post WHERE owner_id = $2 AND attachment_ids <> '{}' AND attachment_ids @> ARRAY[$1::uuid]
         ORDER BY id LIMIT ${postsInBatch} FOR NO KEY UPDATE)
       UPDATE posts.post p SET attachment_ids = array_remove(attachment_ids, $1), updated_at = now() FROM attached WHERE p.id = attached.id RETURNING p.id`,
      [id, ownerId],
    );
    return posts.map((post) => post.id);
  }

  /** Yields the ids of posts that have lost it. What a crash leaves is an attachment of fewer posts, which can be deleted again. */
  async *takeOutOfAll(key: OwnedKey): AsyncGenerator<readonly string[]> {
    for (let count = postsInBatch; count === postsInBatch; ) {
      const posts = await AttachmentStore.takeOut(this.database.source, key);
      count = posts.length;
      yield posts;
    }
  }

  /** Take it out of all posts first: `tx` changes only the posts that got it since then. @returns their ids; undefined when another call has removed it */
  async remove(tx: EntityManager, { id, ownerId, sha256 }: AttachmentRow): Promise<string[] | undefined> {
    if ((await tx.delete(AttachmentRow, { id, ownerId })).affected !== 1) return undefined;
    await BlobReferences.release(tx, sha256, holderOf(id));
    return AttachmentStore.takeOut(tx, { id, ownerId });
  }
}
