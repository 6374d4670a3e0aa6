import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  calendarMaxDays,
  type cancelPublication,
  decodeSortedCursor,
  encodeSortedCursor,
  Failure,
  type findPublication,
  type getPublication,
  invalidField,
  type listCalendar,
  type listPublications,
  openPublicationsMax,
  type Publication,
  type publishPost,
  type RequestOf,
  type updatePublication,
} from '#contracts';
import { requireSubject } from '#platform';
import { countFitting } from '../posts/post.presenter.ts';
import { PostService } from '../posts/post.service.ts';
import { PostStore } from '../posts/post.store.ts';
import { AccountStore } from './account.store.ts';
import { dueTimeOf } from './due-time.ts';
import { OutgoingPosts } from './outgoing-posts.service.ts';
import { PublicationRow, PublicationStore } from './publication.store.ts';
import { PublicationRunner } from './publication-runner.service.ts';
import { PublisherRegistry } from './publisher-registry.service.ts';
import { presentAccount, presentPublication } from './publishing.presenter.ts';

interface PageOfPublications {
  readonly items: Publication[];
  readonly nextCursor: string | null;
}

const dayMs = 86_400_000;

@Injectable() // schedules posts to be published, and tells what became of them
export class PublicationService {
  constructor(
    private readonly publications: PublicationStore,
    private readonly accounts: AccountStore,
    private readonly publishers: PublisherRegistry,
    private readonly posts: PostService,
    private readonly postStore: PostStore,
    private readonly outgoing: OutgoingPosts,
    private readonly runner: PublicationRunner,
  ) {}

  /**
   * @throws Failure `post-not-found`, `publisher-account-not-found`, `publisher-not-configured`, `publisher-token-revoked`, `publication-in-the-past`,
   *   `publication-duplicate`, `post-not-publishable`, `too-many-publications`, `request-invalid`
   */
  async publish({ postId, accountId, allowDuplicate = false, ...when }: RequestOf<typeof publishPost>): Promise<Publication> {
    const ownerId = requireSubject();
    const post = await this.posts.get(postId);
    const account = await this.accounts.find({ id: accountId, ownerId });
    if (!account) throw new Failure('publisher-account-not-found', 'You have connected no such account.');
    const { publisher } = this.publishers.getConfigured(account.publisher);
    if (presentAccount(account).status !== 'connected')
      throw new Failure('publisher-token-revoked', 'Connect this account again: its permission has ended.');
    const fault = await this.outgoing.faultOf(publisher, ownerId, post);
    if (fault) throw new Failure('post-not-publishable', fault);
    const { dueAt, timeZone } = dueTimeOf(when, new Date());
    const row = { id: randomUUID(), ownerId, postId, accountId, publisher: account.publisher, dueAt, timeZone };
    const outcome = await this.publications.add(row, { text: post.text, maxOpen: openPublicationsMax, allowDuplicate });
    if (outcome === 'deleted') throw new Failure('post-not-found', 'There is no such post.');
    if (outcome === 'too-many') throw new Failure('too-many-publications', `${openPublicationsMax} publications wait already.`);
    if (outcome === 'duplicate')
      throw new Failure('publication-duplicate', 'This text is on its way to this account, or was published there within a day.');
    await this.posts.invalidate(ownerId, postId);
    this.runner.wake();
    return this.get({ postId, publicationId: row.id });
  }

  /** @throws Failure `post-not-found`; `request-invalid` for a wrong cursor */
  async list({ postId, ...page }: RequestOf<typeof listPublications>): Promise<PageOfPublications> {
    const { metadata } = await this.posts.get(postId);
    const load = async (limit: number) => {
      const { items, nextCursor } = await this.publications.list(requireSubject(), postId, { ...page, limit });
      return { items: items.map((row) => presentPublication(row, metadata)), nextCursor };
    };
    const loaded = await load(page.limit);
    const fitting = countFitting(loaded.items);
    return fitting < loaded.items.length ? load(fitting) : loaded;
  }

  /** @throws Failure `publication-not-found`, also for one of somebody else */
  async get({ postId, publicationId }: RequestOf<typeof getPublication>): Promise<Publication> {
    return this.present(await this.find(publicationId, postId));
  }

  /** @throws Failure `publication-not-found` */
  async findById({ publicationId }: RequestOf<typeof findPublication>): Promise<Publication> {
    return this.present(await this.find(publicationId));
  }

  /** @throws Failure `publication-not-found`, `publication-not-open`, `publication-in-the-past`, `request-invalid` */
  async update({ postId, publicationId, ...when }: RequestOf<typeof updatePublication>): Promise<Publication> {
    const row = await this.find(publicationId, postId);
    const { dueAt, timeZone } = dueTimeOf({ ...when, timeZone: when.timeZone ?? row.timeZone }, new Date());
    const isMoved = await this.publications.move(row, dueAt, timeZone);
    return this.changed(row, isMoved);
  }

  /** @throws Failure `publication-not-found`, `publication-not-open` */
  async cancel({ postId, publicationId }: RequestOf<typeof cancelPublication>): Promise<Publication> {
    const row = await this.find(publicationId, postId);
    return this.changed(row, await this.publications.cancel(row));
  }

  /** @throws Failure `request-invalid` */
  async calendar({ from, to, cursor, limit }: RequestOf<typeof listCalendar>): Promise<PageOfPublications> {
    const lengthMs = Date.parse(to) - Date.parse(from);
    if (lengthMs <= 0) throw invalidField('/query/to', 'to must be after from.');
    if (lengthMs > calendarMaxDays * dayMs) throw invalidField('/query/to', `to must be at most ${calendarMaxDays} days after from.`);
    const position = decodeSortedCursor(cursor, 'dueAt', 'text');
    const after = position ? { dueAt: String(position.value), id: position.id } : undefined;
    if (after && Number.isNaN(Date.parse(after.dueAt)))
      throw invalidField('/query/cursor', 'Use nextCursor of the page before, unchanged.', 'cursor-invalid');
    const ownerId = requireSubject();
    const rows = await this.publications.calendar(ownerId, { from, to, after, limit: limit + 1 });
    const metadata = await this.postStore.metadataOf(ownerId, [...new Set(rows.map(({ postId }) => postId))]);
    const all = rows.slice(0, limit).map((row) => presentPublication(row, metadata.get(row.postId) ?? {}));
    const items = all.slice(0, countFitting(all));
    const last = rows.length > items.length ? items.at(-1) : undefined;
    return { items, nextCursor: last ? encodeSortedCursor({ sort: 'dueAt', value: last.dueAt, id: last.id }) : null };
  }

  private async find(publicationId: string, postId?: string): Promise<PublicationRow> {
    const row = await this.publications.find({ id: publicationId, ownerId: requireSubject(), postId });
    if (!row) throw new Failure('publication-not-found', 'There is no such publication.');
    return row;
  }

  private async present(row: PublicationRow): Promise<Publication> {
    const metadata = await this.postStore.metadataOf(row.ownerId, [row.postId]);
    return presentPublication(row, metadata.get(row.postId) ?? {});
  }

  private async changed({ id, ownerId, postId }: PublicationRow, isChanged: boolean): Promise<Publication> {
    if (!isChanged) throw new Failure('publication-not-open', 'It is being published, or has ended.');
    await this.posts.invalidate(ownerId, postId);
    this.runner.wake();
    return this.get({ postId, publicationId: id });
  }
}
