/** Publications: what is due, who works on it, what became of it. Every query of an owner names it. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import {
  endedPublicationStatuses,
  openPublicationStatuses,
  type Publication,
  type PublicationStatus,
  type PublisherName,
} from '#contracts';
import { Database, mayAct } from '#platform';
import { loadPage, type OwnedKey, type Page, type PageRequest, queryRows } from '#storage';
import type { Next } from './publication-state.ts';

@Entity({ schema: 'posts', name: 'publication' })
export class PublicationRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'owner_id' })
  ownerId!: string;

  @Column('uuid', { name: 'post_id' })
  postId!: string;

  @Column('uuid', { name: 'account_id' })
  accountId!: string;

  @Column('text')
  publisher!: PublisherName;

  @Column('text')
  status!: PublicationStatus;

  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  @Column('text', { name: 'time_zone' })
  timeZone!: string;

  /** Null until it is sent. */
  @Column('text', { nullable: true })
  text!: string | null;

  @Column('text', { name: 'provider_id', nullable: true })
  providerId!: string | null;

  @Column('text', { nullable: true })
  url!: string | null;

  @Column('jsonb', { nullable: true })
  problem!: Publication['problem'];

  @Column('integer')
  attempts!: number;

  @Column('integer')
  checks!: number;

  /** An attempt may have reached the provider without an answer. */
  @Column('boolean', { name: 'is_uncertain' })
  isUncertain!: boolean;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt!: Date | null;

  /** Null once it has ended. */
  @Column('timestamptz', { name: 'next_at', nullable: true })
  nextAt!: Date | null;

  @Column('uuid', { name: 'claimed_by', nullable: true })
  claimedBy!: string | null;

  @Column('timestamptz', { name: 'claimed_until', nullable: true })
  claimedUntil!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}

export type NewPublication = Pick<PublicationRow, 'id' | 'ownerId' | 'postId' | 'accountId' | 'publisher' | 'dueAt' | 'timeZone'>;

export interface Claim {
  readonly row: PublicationRow;
  /** The copy that had it before was lost, or lost its connection, while it was sending. */
  readonly wasInterrupted: boolean;
}

const open = listed(openPublicationStatuses);
/** Ended within a day without being refused. */
const recent = listed(['published', 'accepted', 'duplicate']);
const announced = new Set<PublicationStatus>([
  ...endedPublicationStatuses.filter((status) => status !== 'cancelled'),
  'unconfirmed',
  'rate-limited',
]);

function listed(statuses: readonly PublicationStatus[]): string {
  return statuses.map((status) => `'${status}'`).join(', ');
}

@Injectable()
export class PublicationStore {
  constructor(private readonly database: Database) {}

  /**
   * @param text of the post
   * @returns what stands against it: as many publications wait as may, the post was deleted meanwhile, or the same text is on its way to the account
   */
  add(
    row: NewPublication,
    { text, maxOpen, allowDuplicate }: { text: string; maxOpen: number; allowDuplicate: boolean },
  ): Promise<'too-many' | 'deleted' | 'duplicate' | 'added'> {
    return this.database.transaction(async (tx) => {
      await queryRows(tx, `SELECT pg_advisory_xact_lock(hashtextextended('publications ' || $1, 0))`, [row.ownerId]);
      const waiting = `SELECT count(*)::int AS count FROM posts.publication WHERE owner_id = $1 AND next_at IS NOT NULL`;
      const [{ count } = { count: 0 }] = await queryRows<{ count: number }>(tx, waiting, [row.ownerId]);
      if (count >= maxOpen) return 'too-many';
      if (!(await lockPost(tx, row))) return 'deleted'; // what was read of it may have come from a cache
      if (!allowDuplicate && (await isDuplicate(tx, row, text))) return 'duplicate';
      await queryRows(
        tx,
        `INSERT INTO posts.publication (id, owner_id, post_id, account_id, publisher, status, due_at, time_zone, next_at)
         VALUES ($1, $2, $3, $4, $5, 'scheduled', $6, $7, $6)`,
        [row.id, row.ownerId, row.postId, row.accountId, row.publisher, row.dueAt, row.timeZone],
      );
      await updatePostStatus(tx, row);
      return 'added';
    });
  }

  find(key: OwnedKey & { readonly postId?: string | undefined }): Promise<PublicationRow | null> {
    const { id, ownerId, postId } = key;
    return this.database.repository(PublicationRow).findOneBy({ id, ownerId, ...(postId === undefined ? {} : { postId }) });
  }

  /** Newest first. */
  list(ownerId: string, postId: string, page: PageRequest): Promise<Page<PublicationRow>> {
    const query = this.database.repository(PublicationRow).createQueryBuilder('publication');
    return loadPage(query.where({ ownerId, postId }), page);
  }

  /** By due time, from the position `after` on. */
  calendar(ownerId: string, { from, to, after, limit }: CalendarRange): Promise<PublicationRow[]> {
    const query = this.database
      .repository(PublicationRow)
      .createQueryBuilder('publication')
      .where('publication.owner_id = :ownerId', { ownerId })
      .andWhere('publication.due_at >= :from AND publication.due_at < :to', { from, to });
    if (after) query.andWhere('(publication.due_at, publication.id) > (:dueAt, :id)', { dueAt: after.dueAt, id: after.id });
    return query.orderBy('publication.due_at', 'ASC').addOrderBy('publication.id', 'ASC').limit(limit).getMany();
  }

  /** @returns false when it has begun or ended */
  move(key: PublicationKey, dueAt: Date, timeZone: string): Promise<boolean> {
    return this.change(key, 'due_at = $3, time_zone = $4, next_at = $3', [dueAt, timeZone]);
  }

  /** @returns false when it has begun or ended */
  cancel(key: PublicationKey): Promise<boolean> {
    return this.change(key, `status = 'cancelled', next_at = NULL`, []);
  }

  private change(key: PublicationKey, set: string, values: readonly unknown[]): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      if (!(await lockPost(tx, key))) return false;
      const sql = `UPDATE posts.publication SET ${set}, updated_at = now() WHERE id = $1 AND owner_id = $2 AND status = 'scheduled' RETURNING 1`;
      const isChanged = (await queryRows(tx, sql, [key.id, key.ownerId, ...values])).length > 0;
      if (isChanged) await updatePostStatus(tx, key);
      return isChanged;
    });
  }

  /**
   * Claims one publication that is due, for one attempt; those of suspended owners wait. Of several copies one gets it; when that one is lost, another gets it after the lease.
   *
   * @param claimedBy a new id for each claim
   */
  async claim(claimedBy: string, leaseSeconds: number): Promise<Claim | undefined> {
    const rows = await queryRows<{ id: string; was: PublicationStatus }>(
      this.database.source,
      `WITH due AS (
         SELECT id, status AS was FROM posts.publication
         WHERE next_at <= now() AND (claimed_until IS NULL OR claimed_until < now()) AND ${mayAct('publication.owner_id')}
         ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       UPDATE posts.publication p SET claimed_by = $1, claimed_until = now() + make_interval(secs => $2),
         status = CASE WHEN due.was = 'unconfirmed' THEN due.was ELSE 'publishing' END, updated_at = now()
       FROM due WHERE p.id = due.id RETURNING p.id, due.was`,
      [claimedBy, leaseSeconds],
    );
    const [claimed] = rows;
    const row = claimed && (await this.database.repository(PublicationRow).findOneBy({ id: claimed.id, claimedBy }));
    return row ? { row, wasInterrupted: claimed.was === 'publishing' } : undefined;
  }

  /**
   * Notes that the text is sent now; from here on a lost copy may have published it.
   *
   * @param isUncertain an earlier attempt may have arrived
   * @returns false when the claim was lost
   */
  async begin({ id, claimedBy }: PublicationRow, text: string, isUncertain: boolean): Promise<boolean> {
    const sql = `UPDATE posts.publication SET text = coalesce(text, $3), attempts = attempts + 1, is_uncertain = $4, updated_at = now()
      WHERE id = $1 AND claimed_by = $2 RETURNING 1`;
    return (await queryRows(this.database.source, sql, [id, claimedBy, text, isUncertain])).length > 0;
  }

  /** Writes what became of a claimed publication and announces it. @returns false when the claim was lost */
  finish({ id, claimedBy, ownerId, postId }: PublicationRow, next: Next): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      if (!(await lockPost(tx, { ownerId, postId }))) return false;
      const before = await queryRows<{ status: PublicationStatus }>(
        tx,
        'SELECT status FROM posts.publication WHERE id = $1 AND claimed_by = $2 FOR UPDATE',
        [id, claimedBy],
      );
      if (before.length === 0) return false;
      const { providerId, url, isUncertain } = next;
      await queryRows(
        tx,
        `UPDATE posts.publication SET status = $2, problem = $3::jsonb, next_at = now() + make_interval(secs => $4::float8 / 1000),
           provider_id = coalesce($5, provider_id), url = coalesce($6, url), is_uncertain = coalesce($7, is_uncertain),
           checks = checks + $8, published_at = coalesce(published_at, CASE WHEN $9 THEN now() END),
           claimed_by = NULL, claimed_until = NULL, updated_at = now() WHERE id = $1`,
        [
          ...[id, next.status, next.problem && JSON.stringify(next.problem), next.waitMs ?? null],
          ...[providerId ?? null, url ?? null, isUncertain ?? null, next.isChecked ? 1 : 0],
          next.status === 'published' || next.status === 'accepted',
        ],
      );
      if (announced.has(next.status) && !(next.status === 'unconfirmed' && before[0]!.status === 'unconfirmed'))
        await queryRows(tx, `INSERT INTO jobs.announcement (owner_id, type, noun, resource_id) VALUES ($1, $2, 'publication', $3)`, [
          ...[ownerId, `post.${next.status}`, id],
        ]);
      await updatePostStatus(tx, { ownerId, postId });
      return true;
    });
  }

  /** Of an account that is disconnected. @returns ids of the posts whose publications were cancelled */
  static async cancelAll(tx: EntityManager, ownerId: string, accountId: string): Promise<string[]> {
    const waiting = `owner_id = $1 AND account_id = $2 AND next_at IS NOT NULL AND status IN ('scheduled', 'rate-limited', 'retrying')`;
    const posts = await queryRows<{ id: string }>(
      tx,
      `SELECT id FROM posts.post WHERE id IN (SELECT post_id FROM posts.publication WHERE ${waiting}) ORDER BY id FOR NO KEY UPDATE`,
      [ownerId, accountId],
    );
    // One of another post came later: its first attempt finds no account and cancels it.
    const sql = `UPDATE posts.publication SET status = 'cancelled', next_at = NULL, claimed_by = NULL, updated_at = now()
      WHERE ${waiting} AND post_id = ANY($3::uuid[]) RETURNING post_id AS "postId"`;
    const cancelled = await queryRows<{ postId: string }>(tx, sql, [ownerId, accountId, posts.map(({ id }) => id)]);
    const postIds = [...new Set(cancelled.map(({ postId }) => postId))];
    for (const postId of postIds) await updatePostStatus(tx, { ownerId, postId });
    return postIds;
  }

  /** Milliseconds until the next one is due that nobody works on; undefined when none waits. */
  async nextInMs(): Promise<number | undefined> {
    const sql = `SELECT extract(epoch FROM next_at - now()) * 1000 AS ms FROM posts.publication
      WHERE next_at IS NOT NULL AND (claimed_until IS NULL OR claimed_until < now()) AND ${mayAct('publication.owner_id')} ORDER BY next_at LIMIT 1`;
    const [row] = await queryRows<{ ms: string }>(this.database.source, sql);
    return row && Math.max(0, Number(row.ms));
  }
}

type PostKey = Pick<PublicationRow, 'ownerId' | 'postId'>;
type PublicationKey = Pick<PublicationRow, 'id' | 'ownerId' | 'postId'>;

export interface CalendarRange {
  readonly from: string;
  readonly to: string;
  readonly after?: { readonly dueAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

async function isDuplicate(tx: EntityManager, { ownerId, accountId }: NewPublication, text: string): Promise<boolean> {
  const sql = `SELECT 1 FROM posts.publication p JOIN posts.post t ON t.id = p.post_id
    WHERE p.owner_id = $1 AND p.account_id = $2 AND coalesce(p.text, t.text) = $3
      AND (p.status IN (${open}) OR (p.status IN (${recent}) AND p.updated_at > now() - interval '1 day')) LIMIT 1`;
  return (await queryRows(tx, sql, [ownerId, accountId, text])).length > 0;
}

/**
 * Before any of its publications: the deletion of a post locks it first and them next, and of two publications that end at once, the second sees the first.
 * @returns false when the owner has no such post
 */
async function lockPost(tx: EntityManager, { ownerId, postId }: PostKey): Promise<boolean> {
  const sql = 'SELECT 1 FROM posts.post WHERE id = $1 AND owner_id = $2 FOR NO KEY UPDATE';
  return (await queryRows(tx, sql, [postId, ownerId])).length > 0;
}

/** The status of the post, which is locked, follows from its publications. */
async function updatePostStatus(tx: EntityManager, { ownerId, postId }: PostKey): Promise<void> {
  const sql = `UPDATE posts.post t SET status = s.status, updated_at = now() FROM (
      SELECT CASE WHEN bool_or(status IN ('published', 'accepted')) THEN 'published'
        WHEN bool_or(next_at IS NOT NULL) THEN 'scheduled' ELSE 'draft' END AS status
      FROM posts.publication WHERE post_id = $1) s
    WHERE t.id = $1 AND t.owner_id = $2 AND t.status IS DISTINCT FROM s.status`;
  await queryRows(tx, sql, [postId, ownerId]);
}
