import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Failure } from '#contracts';
import { Database, Lifecycle, Log } from '#platform';
import { AttachmentService } from '../attachments/attachment.service.ts';
import { PostService } from '../posts/post.service.ts';
import { PostStore } from '../posts/post.store.ts';
import { AccessService } from './access.service.ts';
import { AccountStore } from './account.store.ts';
import { attempt } from './attempt.ts';
import { type Claim, type PublicationRow, PublicationStore } from './publication.store.ts';
import { afterSending, type Next } from './publication-state.ts';
import { PublisherRegistry } from './publisher-registry.service.ts';
import { PUBLISHING_CONFIG, type PublishingConfig } from './publishing.config.ts';
import { countAttempt } from './publishing.metrics.ts';

/** The instance that a publication is added by wakes itself; the others find it when they look again. */
const pollMs = 10_000;
/** Added to the time of an attempt: what claiming and writing may take. */
const leaseMarginMs = 30_000;

@Injectable() // publishes what is due; of several instances one works on each publication
export class PublicationRunner implements OnApplicationBootstrap {
  private readonly wakes: readonly WakeSignal[];

  constructor(
    private readonly publications: PublicationStore,
    private readonly accounts: AccountStore,
    private readonly access: AccessService,
    private readonly publishers: PublisherRegistry,
    private readonly attachments: AttachmentService,
    private readonly posts: PostStore,
    private readonly postService: PostService,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(PUBLISHING_CONFIG) private readonly config: PublishingConfig,
  ) {
    this.wakes = Array.from({ length: config.POSTS_PUBLISHING_SLOTS }, () => new WakeSignal());
  }

  onApplicationBootstrap(): void {
    const running = this.database.whenOpen().then(() => Promise.all(this.wakes.map((wake) => this.run(wake))));
    this.lifecycle.onDrain('publications', async () => {
      if (this.database.sourceOrNone) await running;
    });
  }

  /** Something is due now or has moved. */
  wake(): void {
    for (const wake of this.wakes) wake.notify();
  }

  private run(wake: WakeSignal): Promise<void> {
    const { log, lifecycle } = this;
    return runBackgroundLoop({ purpose: 'publish what is due', log, signal: lifecycle.stopping, wake, step: () => this.step() });
  }

  private async step(): Promise<number> {
    const leaseMs = this.config.POSTS_PUBLISHING_TIMEOUT_MS + leaseMarginMs;
    const claim = await this.publications.claim(randomUUID(), leaseMs / 1_000);
    if (!claim) return Math.min(pollMs, (await this.publications.nextInMs()) ?? pollMs);
    const next = await this.attempt(claim);
    const { row } = claim;
    if (next && (await this.publications.finish(row, next))) {
      countAttempt(row.publisher, next.status);
      this.log.info({ publicationId: row.id, status: next.status, code: next.problem?.code }, 'publication attempted');
    }
    await this.postService.invalidate(row.ownerId, row.postId);
    return 0;
  }

  private async attempt({ row, wasInterrupted }: Claim): Promise<Next | undefined> {
    const { ownerId, accountId, postId } = row;
    const [account, post] = await Promise.all([this.accounts.find({ id: accountId, ownerId }), this.posts.find({ id: postId, ownerId })]);
    if (!account || !post) return { status: 'cancelled', problem: null };
    const { publisher } = this.publishers.get(row.publisher);
    const text = row.text ?? post.text;
    const at = atOf(row, wasInterrupted);
    const signal = AbortSignal.timeout(this.config.POSTS_PUBLISHING_TIMEOUT_MS);
    try {
      const next = await attempt({
        ...{ publisher, at, signal, isUnconfirmed: row.status === 'unconfirmed' },
        post: { id: row.id, text, files: await this.attachments.readAll(ownerId, post.attachmentIds) },
        open: (expired) => this.access.open(account, signal, expired),
        begin: () => this.publications.begin(row, text, at.isUncertain),
      });
      if (next?.status === 'revoked') await this.access.revoke(account.grantId);
      return next;
    } catch (error) {
      if (error instanceof Failure && error.code === 'blob-not-found')
        return { status: 'failed', problem: { code: error.code, detail: error.message } };
      if (!signal.aborted) throw error;
      const detail = `${publisher.title} did not answer in time.`;
      return afterSending({ ...at, attempts: at.attempts + 1 }, { kind: 'unreachable', mayHaveActed: true, detail });
    }
  }
}

const atOf = ({ attempts, checks, providerId, isUncertain }: PublicationRow, wasInterrupted: boolean) => ({
  ...{ attempts, checks, providerId },
  isUncertain: isUncertain || (wasInterrupted && attempts > 0),
});
