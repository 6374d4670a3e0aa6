import { Injectable } from '@nestjs/common';
import {
  Failure,
  type getPostVersion,
  type getPostVersionDiff,
  invalidField,
  type listPostVersions,
  type Post,
  parseDecimal,
  type ReplyOf,
  type RequestOf,
  type restorePostVersion,
  textChangesMax,
} from '#contracts';
import { countFitting } from './post.presenter.ts';
import { PostService } from './post.service.ts';
import { PostStore, type PostVersionRow } from './post.store.ts';
import { diffTexts } from './text-diff.ts';

@Injectable() // answers for the texts that a post has had
export class PostVersionService {
  constructor(
    private readonly posts: PostService,
    private readonly store: PostStore,
  ) {}

  /** @throws Failure `post-not-found`; `request-invalid` for a cursor that no page gave out */
  async list({ postId, cursor, limit }: RequestOf<typeof listPostVersions>): Promise<ReplyOf<typeof listPostVersions>> {
    const before = beforeOf(cursor);
    await this.posts.get(postId);
    const rows = await this.store.versions(postId, limit + 1, before);
    const all = rows.slice(0, limit).map(presentVersion);
    const items = all.slice(0, countFitting(all));
    return { items, nextCursor: rows.length > items.length ? String(items.at(-1)!.version) : null };
  }

  /** @throws Failure `post-not-found`, `post-version-not-found` */
  async get({ postId, version }: RequestOf<typeof getPostVersion>): Promise<ReplyOf<typeof getPostVersion>> {
    await this.posts.get(postId);
    return presentVersion(await this.find(postId, version));
  }

  /** @throws Failure `post-not-found`, `post-version-not-found` */
  async compare({ postId, version, against }: RequestOf<typeof getPostVersionDiff>): Promise<ReplyOf<typeof getPostVersionDiff>> {
    await this.posts.get(postId);
    const [from, to] = await Promise.all([this.find(postId, against ?? version - 1), this.find(postId, version)]);
    const { changes, ...counts } = diffTexts(from.text, to.text, textChangesMax);
    return { from: from.version, to: to.version, changes: [...changes], ...counts };
  }

  /** The text of that version becomes the newest version. @throws Failure `post-not-found`, `post-version-not-found`, `precondition-failed`, `overloaded` */
  async restore({ postId, version, ifRevision }: RequestOf<typeof restorePostVersion>): Promise<Post> {
    await this.posts.get(postId);
    const { text } = await this.find(postId, version);
    return this.posts.change(postId, { ifRevision }, text);
  }

  /** Of a post that the caller may see. */
  private async find(postId: string, version: number): Promise<PostVersionRow> {
    const row = await this.store.version(postId, version);
    if (!row) throw new Failure('post-version-not-found', `The post has no version ${version}, or it is not kept any more.`);
    return row;
  }
}

const presentVersion = ({ version, text, createdAt }: PostVersionRow) => ({ version, text, createdAt: createdAt.toISOString() });

/** A cursor is the last version of the page before. */
function beforeOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const version = parseDecimal(cursor);
  if (version !== undefined && version >= 1 && version <= 1_000_000) return version;
  throw invalidField('/query/cursor', 'Use nextCursor of the page before, unchanged.', 'cursor-invalid');
}
