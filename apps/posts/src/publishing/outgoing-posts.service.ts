import { Inject, Injectable } from '@nestjs/common';
import { AttachmentService } from '../attachments/attachment.service.ts';
import { PostStore } from '../posts/post.store.ts';
import { type AccountRow, AccountStore } from './account.store.ts';
import type { PublicationRow } from './publication.store.ts';
import type { OutgoingFile, OutgoingPost, Publisher } from './publisher.ts';
import { PublisherRegistry } from './publisher-registry.service.ts';
import { maxFileBytes, PUBLISHING_CONFIG, type PublishingConfig } from './publishing.config.ts';
import { faultOfPost } from './unfit-post.ts';

export interface Outgoing {
  readonly account: AccountRow;
  readonly publisher: Publisher;
  readonly post: OutgoingPost;
}

@Injectable() // puts together what a publication sends: the text, the files, the account, the publisher
export class OutgoingPosts {
  constructor(
    private readonly accounts: AccountStore,
    private readonly posts: PostStore,
    private readonly attachments: AttachmentService,
    private readonly publishers: PublisherRegistry,
    @Inject(PUBLISHING_CONFIG) private readonly config: PublishingConfig,
  ) {}

  /** @returns undefined when the account or the post is gone */
  async of({ id, ownerId, accountId, postId, publisher: name, text }: PublicationRow): Promise<Outgoing | undefined> {
    const [account, post] = await Promise.all([this.accounts.find({ id: accountId, ownerId }), this.posts.find({ id: postId, ownerId })]);
    if (!account || !post) return undefined;
    const files = await this.filesOf(ownerId, post.attachmentIds);
    return { account, publisher: this.publishers.get(name).publisher, post: { id, text: text ?? post.text, files } };
  }

  /** In the order of the ids; no byte is read. */
  private async filesOf(ownerId: string, ids: readonly string[]): Promise<OutgoingFile[]> {
    const rows = await this.attachments.ofPost(ownerId, ids);
    return rows.map(({ sha256, fileName, contentType, sizeBytes }) => ({
      ...{ fileName, contentType, sizeBytes },
      open: () => this.attachments.open({ sha256 }),
    }));
  }

  /** @returns why the publisher does not take it; undefined where it does */
  async faultOf(
    publisher: Publisher,
    ownerId: string,
    { text, attachmentIds }: { readonly text: string; readonly attachmentIds: readonly string[] },
  ): Promise<string | undefined> {
    const files = await this.attachments.ofPost(ownerId, attachmentIds);
    return faultOfPost(publisher, { text, files }, maxFileBytes(this.config));
  }

  /** The text or the files may have changed since it was scheduled. */
  faultNow({ publisher, post }: Outgoing): string | undefined {
    return faultOfPost(publisher, post, maxFileBytes(this.config));
  }
}
