import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { Log } from '#platform';
import { PostService } from '../posts/post.service.ts';
import { AccessService } from './access.service.ts';
import { attempt } from './attempt.ts';
import { type Outgoing, OutgoingPosts } from './outgoing-posts.service.ts';
import { type Claim, type PublicationRow, PublicationStore } from './publication.store.ts';
import { afterSending, type Next } from './publication-state.ts';
import { isRefusal } from './publisher.ts';
import { PUBLISHING_CONFIG, type PublishingConfig } from './publishing.config.ts';
import { countAttempt } from './publishing.metrics.ts';

/** Added to the time of an attempt: what claiming and writing may take. */
const leaseMarginMs = 30_000;

@Injectable() // makes one attempt at a due publication and stores its outcome
export class PublicationAttempts {
  constructor(
    private readonly publications: PublicationStore,
    private readonly outgoing: OutgoingPosts,
    private readonly access: AccessService,
    private readonly posts: PostService,
    private readonly log: Log,
    @Inject(PUBLISHING_CONFIG) private readonly config: PublishingConfig,
  ) {}

  /** @returns false when none is due */
  async makeOne(): Promise<boolean> {
    const leaseMs = this.config.POSTS_PUBLISHING_TIMEOUT_MS + leaseMarginMs;
    const claim = await this.publications.claim(randomUUID(), leaseMs / 1_000);
    if (!claim) return false;
    const { row } = claim;
    const next = await this.make(claim);
    if (next && (await this.publications.finish(row, next))) {
      countAttempt(row.publisher, next.status);
      this.log.info({ publicationId: row.id, status: next.status, code: next.problem?.code }, 'publication attempted');
    }
    await this.posts.invalidate(row.ownerId, row.postId);
    return true;
  }

  /** @returns undefined when another instance has taken over */
  private async make({ row, wasInterrupted }: Claim): Promise<Next | undefined> {
    const outgoing = await this.outgoing.of(row);
    if (!outgoing) return { status: 'cancelled', problem: null };
    const at = atOf(row, wasInterrupted);
    const isUnconfirmed = row.status === 'unconfirmed';
    const fault = isUnconfirmed || at.isUncertain ? undefined : this.outgoing.faultNow(outgoing);
    if (fault) return failed('post-not-publishable', fault);
    const signal = AbortSignal.timeout(this.config.POSTS_PUBLISHING_TIMEOUT_MS);
    try {
      return await this.attempt(row, outgoing, { at, isUnconfirmed, signal });
    } catch (error) {
      if (error instanceof Failure && error.code === 'file-lost') return failed(error.code, error.message);
      if (!signal.aborted) throw error;
      const detail = `${outgoing.publisher.title} did not answer in time.`;
      return afterSending({ ...at, attempts: at.attempts + 1 }, { kind: 'unreachable', mayHaveActed: true, detail });
    }
  }

  private async attempt(row: PublicationRow, outgoing: Outgoing, how: How): Promise<Next | undefined> {
    const { account, publisher, post } = outgoing;
    let used: string | undefined;
    const open = async (expired?: string) => {
      const opened = await this.access.open(account, how.signal, expired);
      used = isRefusal(opened) ? undefined : opened.secret;
      return opened;
    };
    const begin = () => this.publications.begin(row, post.text, how.at.isUncertain);
    const next = await attempt({ publisher, post, ...how, open, begin });
    if (next?.status !== 'revoked' || (await this.access.revoke(account.grantId, used))) return next;
    const detail = `${publisher.title} refused a token that was renewed meanwhile.`;
    return afterSending({ ...how.at, attempts: how.at.attempts + 1 }, { kind: 'unreachable', mayHaveActed: false, detail });
  }
}

interface How {
  readonly at: ReturnType<typeof atOf>;
  readonly isUnconfirmed: boolean;
  readonly signal: AbortSignal;
}

const failed = (code: string, detail: string): Next => ({ status: 'failed', problem: { code, detail } });

const atOf = ({ attempts, checks, providerId, isUncertain }: PublicationRow, wasInterrupted: boolean) => ({
  ...{ attempts, checks, providerId },
  isUncertain: isUncertain || (wasInterrupted && attempts > 0),
});
