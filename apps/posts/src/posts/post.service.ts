import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type createPost, Failure, type Post, type RequestOf, type updatePost } from '#contracts';
import { CACHE, requireSubject } from '#platform';
import type { PostsCache } from '../posts-cache.ts';
import { MeteredTexts } from '../texts/metered-texts.service.ts';
import { countFitting, presentPost, titleOfText } from './post.presenter.ts';
import { analysisColumns, type ListPosts, type PostChanges, type PostRow, PostStore } from './post.store.ts';

@Injectable() // keeps posts with the analysis of their text
export class PostService {
  constructor(
    private readonly posts: PostStore,
    private readonly texts: MeteredTexts,
    @Inject(CACHE) private readonly cache: PostsCache,
  ) {
    cache.configure('post', { warm: (key) => this.load(key) });
  }

  /** Analyses, commits, and only then caches. @throws Failure `external-id-taken`, `quota-exceeded`, `overloaded` */
  async create({ text, title, ...fields }: RequestOf<typeof createPost>): Promise<Post> {
    const ownerId = requireSubject();
    const id = randomUUID();
    const analysis = await this.texts.analyze(text);
    await this.posts.add({ id, ownerId, title: title ?? titleOfText(text), ...fields, ...analysisColumns({ text, analysis }) });
    return this.get(id);
  }

  /** @throws Failure `post-not-found`, also for a post of somebody else */
  async get(postId: string): Promise<Post> {
    const ownerId = requireSubject();
    const key = keyOf(ownerId, postId);
    const post = await this.cache.wrap('post', key, () => this.load(key));
    return post ?? presentPost(await this.find(postId));
  }

  private async load(key: string): Promise<Post | undefined> {
    const [ownerId = '', id = ''] = key.split(':');
    const row = await this.posts.find({ id, ownerId });
    return row ? presentPost(row) : undefined;
  }

  private async find(postId: string): Promise<PostRow> {
    const row = await this.posts.find({ id: postId, ownerId: requireSubject() });
    if (!row) throw notFound();
    return row;
  }

  /** A page of long posts is shorter than asked for. Items lack `analysis` unless the request names it. @throws Failure `request-invalid` for a wrong cursor */
  async list(request: ListPosts): Promise<{ items: Post[]; nextCursor: string | null }> {
    const load = async (limit: number) => {
      const { items, nextCursor } = await this.posts.list(requireSubject(), { ...request, limit });
      return { items: items.map(presentPost), nextCursor };
    };
    const page = await load(request.limit);
    const fitting = countFitting(page.items);
    return fitting < page.items.length ? load(fitting) : page;
  }

  /** @throws Failure `post-not-found`, `precondition-failed`, `external-id-taken`, `metadata-too-large`, `overloaded` */
  async update({ postId, text, ...changes }: RequestOf<typeof updatePost>): Promise<Post> {
    return this.change(postId, changes, text);
  }

  /** @throws Failure `post-not-found`, `precondition-failed` */
  async remove(postId: string, ifRevision?: number): Promise<void> {
    const ownerId = requireSubject();
    if (!(await this.posts.remove({ id: postId, ownerId }, ifRevision))) throw notFound();
    await this.cache.delete('post', keyOf(ownerId, postId));
  }

  /** After a change made outside this service; a post that was read is cached anew, before anybody asks. */
  async invalidate(ownerId: string, postId: string): Promise<void> {
    await this.cache.renew('post', keyOf(ownerId, postId));
  }

  /** A text is analysed and becomes the newest version unless it is that already. @throws as `update` */
  async change(postId: string, changes: PostChanges, text?: string): Promise<Post> {
    const ownerId = requireSubject();
    if (text !== undefined) await this.get(postId); // no analysis for a post that is not there
    const analyzed = text === undefined ? undefined : { text, analysis: await this.texts.analyze(text) };
    if (!(await this.posts.update({ id: postId, ownerId }, changes, analyzed))) throw notFound();
    await this.cache.delete('post', keyOf(ownerId, postId));
    return this.get(postId);
  }
}

/** The owner is part of the key: another one's question finds nothing, as in the store. */
const keyOf = (ownerId: string, postId: string) => `${ownerId}:${postId}`;

const notFound = () => new Failure('post-not-found', 'There is no such post.');
