/** Whose post is whose, and the texts that a post has had. Every query names the owner: another one's post is not there. */
import { Injectable } from '@nestjs/common';
import { Column, CreateDateColumn, Entity, type EntityManager, In, LessThan, LessThanOrEqual, PrimaryColumn } from 'typeorm';
import { Failure, type listPosts, type OwnerChanges, type Post, type RequestOf, type TextAnalysis } from '#contracts';
import { Database } from '#platform';
import {
  deleteOwned,
  insertOwned,
  type ListDeclaration,
  loadList,
  type NewOwnedRow,
  type OwnedKey,
  OwnedRow,
  type Page,
  queryRows,
  updateOwned,
} from '#storage';
import { searchConditions } from './post-search.ts';

@Entity({ schema: 'posts', name: 'post' })
export class PostRow extends OwnedRow {
  @Column('text')
  text!: string;

  @Column('text', { default: 'draft' })
  status!: Post['status'];

  @Column('integer', { default: 1 })
  version!: number;

  /** These three are copied from the analysis: lists filter by them. */
  @Column('text')
  language!: string;

  @Column('text', { name: 'sentiment_label', nullable: true })
  sentimentLabel!: Post['sentimentLabel'];

  @Column('text', { name: 'tone_label', nullable: true })
  toneLabel!: Post['toneLabel'];

  @Column('uuid', { name: 'attachment_ids', array: true })
  attachmentIds!: string[];

  @Column('jsonb')
  analysis!: TextAnalysis;
}

@Entity({ schema: 'posts', name: 'post_version' })
export class PostVersionRow {
  @PrimaryColumn('uuid', { name: 'post_id' })
  postId!: string;

  @PrimaryColumn('integer')
  version!: number;

  @Column('text')
  text!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

export type NewPost = NewOwnedRow<PostRow>;
export type ListPosts = RequestOf<typeof listPosts>;

export type PostChanges = OwnerChanges & { readonly ifRevision?: number | undefined; readonly attachmentIds?: string[] | undefined };

/** A text with its analysis. */
export interface AnalyzedText {
  readonly text: string;
  readonly analysis: TextAnalysis;
}

/** Older versions of a post are dropped. */
const maxVersions = 100;

const postsList: ListDeclaration<ListPosts> = {
  sorts: { updatedAt: { sql: 'post.updated_at', type: 'timestamp' } },
  ranges: {},
  equals: {
    status: 'post.status',
    language: 'post.language',
    sentimentLabel: 'post.sentiment_label',
    toneLabel: 'post.tone_label',
  },
};

export const analysisColumns = ({ text, analysis }: AnalyzedText) => ({
  ...{ text, analysis, language: analysis.language },
  sentimentLabel: analysis.sentiment?.label ?? null,
  toneLabel: analysis.tone?.label ?? null,
});

@Injectable()
export class PostStore {
  constructor(private readonly database: Database) {}

  /** Writes the post with its first version. @throws Failure `external-id-taken`, `attachment-not-found` */
  async add(post: NewPost & { readonly text: string }): Promise<void> {
    await this.database.transaction(async (tx) => {
      await requireAttachments(tx, post.ownerId, post.attachmentIds);
      await insertOwned(tx, PostRow, post, [post.text]);
      await tx.insert(PostVersionRow, { postId: post.id, version: 1, text: post.text });
    });
  }

  find({ id, ownerId }: OwnedKey): Promise<PostRow | null> {
    return this.database.repository(PostRow).findOne({ where: { id, ownerId } });
  }

  /** Analyses are loaded only where the request asks for them. @throws Failure `request-invalid` */
  list(ownerId: string, { q, ...request }: ListPosts & { readonly q?: string | undefined }): Promise<Page<PostRow>> {
    const columns = this.database
      .repository(PostRow)
      .metadata.columns.map(({ propertyName }) => propertyName)
      .filter((name) => name !== 'searchText' && (name !== 'analysis' || request.fields?.includes('analysis')));
    const query = this.database.repository(PostRow).createQueryBuilder('post');
    query.select(columns.map((name) => `post.${name}`)).where({ ownerId });
    for (const { sql, values } of searchConditions(ownerId, q ?? '')) query.andWhere(sql, values);
    return loadList(query, request, postsList);
  }

  /**
   * Changes the owner's fields, the attachments, the text. A text that differs becomes the next version.
   *
   * @returns false when the owner has no such post. @throws Failure `precondition-failed`, `external-id-taken`, `metadata-too-large`, `attachment-not-found`
   */
  update({ id, ownerId }: OwnedKey, { attachmentIds, ...changes }: PostChanges, analyzed?: AnalyzedText): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await requireAttachments(tx, ownerId, attachmentIds); // before the post, as the deletion of an attachment locks them
      const row = await tx.findOne(PostRow, {
        select: { id: true, text: true, version: true },
        where: { id, ownerId },
        lock: { mode: 'for_no_key_update' },
      });
      if (!row) return false;
      const isNew = analyzed !== undefined && analyzed.text !== row.text;
      const version = row.version + 1;
      const attached = attachmentIds === undefined ? {} : { attachmentIds };
      const own = isNew
        ? { values: { ...analysisColumns(analyzed), ...attached, version }, searched: [analyzed.text] }
        : { values: attached };
      await updateOwned(tx, PostRow, { id, ownerId }, changes, own);
      if (isNew) await addVersion(tx, { postId: id, version, text: analyzed.text });
      return true;
    });
  }

  /** @returns false when the owner has no such post. @throws Failure `precondition-failed` */
  remove(key: OwnedKey, ifRevision?: number): Promise<boolean> {
    return this.database.transaction((tx) => deleteOwned(tx, PostRow, key, ifRevision));
  }

  /** The owner's pairs by post. */
  async metadataOf(ownerId: string, ids: readonly string[]): Promise<ReadonlyMap<string, Record<string, string>>> {
    const rows = await this.database
      .repository(PostRow)
      .find({ select: { id: true, metadata: true }, where: { ownerId, id: In([...ids]) } });
    return new Map(rows.map(({ id, metadata }) => [id, metadata]));
  }

  /** New to old, from `before` on. */
  versions(postId: string, limit: number, before?: number): Promise<PostVersionRow[]> {
    const where = { postId, ...(before === undefined ? {} : { version: LessThan(before) }) };
    return this.database.repository(PostVersionRow).find({ where, order: { version: 'DESC' }, take: limit });
  }

  version(postId: string, version: number): Promise<PostVersionRow | null> {
    return this.database.repository(PostVersionRow).findOneBy({ postId, version });
  }
}

async function addVersion(tx: EntityManager, version: Pick<PostVersionRow, 'postId' | 'version' | 'text'>): Promise<void> {
  await tx.insert(PostVersionRow, version);
  await tx.delete(PostVersionRow, { postId: version.postId, version: LessThanOrEqual(version.version - maxVersions) });
}

/** They cannot be deleted before the transaction has ended. @throws Failure `attachment-not-found`, also for one of somebody else */
async function requireAttachments(tx: EntityManager, ownerId: string, ids: readonly string[] = []): Promise<void> {
  if (ids.length === 0) return;
  const sql = 'SELECT id FROM posts.attachment WHERE owner_id = $1 AND id = ANY($2) ORDER BY id FOR KEY SHARE';
  const found = await queryRows(tx, sql, [ownerId, ids]);
  if (found.length < ids.length) throw new Failure('attachment-not-found', 'You have no such attachment.');
}
