import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure, type PublisherAccount } from '#contracts';
import { requireSubject } from '#platform';
import { PostService } from '../posts/post.service.ts';
import { AccountStore } from './account.store.ts';
import { PublicationStore } from './publication.store.ts';
import { presentAccount } from './publishing.presenter.ts';

@Injectable() // accounts that an owner has connected
export class AccountService {
  constructor(
    private readonly accounts: AccountStore,
    private readonly posts: PostService,
  ) {}

  /** @throws Failure `publisher-account-not-found`, also for one of somebody else */
  async get(id: string): Promise<PublisherAccount> {
    const row = await this.accounts.find({ id, ownerId: requireSubject() });
    if (!row) throw notFound();
    return presentAccount(row);
  }

  /** What waits to be published through it is cancelled. @throws Failure `publisher-account-not-found` */
  async remove(id: string): Promise<void> {
    const ownerId = requireSubject();
    let postIds: readonly string[] = [];
    const cancelWaiting = async (tx: EntityManager) => {
      postIds = await PublicationStore.cancelAll(tx, ownerId, id);
    };
    if (!(await this.accounts.remove({ id, ownerId }, cancelWaiting))) throw notFound();
    for (const postId of postIds) await this.posts.invalidate(ownerId, postId);
  }
}

const notFound = () => new Failure('publisher-account-not-found', 'You have connected no such account.');
