import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { Log } from '#platform';
import { failureOfError } from '../http/failure-of-error.ts';
import { Sealer } from '../identity/sealer.ts';
import { IdempotencyStore, type KeyedRequest, keyReused, leaseMs } from './idempotency.store.ts';
import { answerAgain, type GoodAnswer, maxAnswerBytes, refusalToKeep, type StoredAnswer } from './stored-answer.ts';

const purpose = 'stored replies';

/** A body that is a stream: what it holds is known only to whoever has read it. */
export interface StreamedContent {
  /** What the work found in it; undefined where the work ended before all of it was read. */
  readonly noted: () => string | undefined;
  /** Reads it without doing the work. */
  readonly read: () => Promise<string>;
}

type Work = () => Promise<GoodAnswer & { readonly keep: boolean }>;

@Injectable() // does what a key stands for once, and gives the answer to everybody who asks with it
export class IdempotentAnswers {
  constructor(
    private readonly store: IdempotencyStore,
    private readonly sealer: Sealer,
    private readonly log: Log,
  ) {}

  /**
   * @param facts equal for equal requests
   * @param work what to do the first time; `keep: false` where its answer cannot be given again
   * @param onReplay called before an answer is given again
   * @param content of a streamed body: the answer is given again only for the same one, and kept only where it is known
   * @throws Failure `idempotency-in-flight`, `idempotency-key-reused`; what `work` threw, also when it is thrown again
   */
  async once(
    named: Omit<KeyedRequest, 'fingerprint'>,
    facts: string,
    work: Work,
    onReplay: () => void,
    content?: StreamedContent,
  ): Promise<GoodAnswer> {
    const request = { ...named, fingerprint: await this.sealer.fingerprint(purpose, facts) };
    const turn = await this.store.begin(request);
    if (turn.kind === 'ours') return this.first(request, turn.token, work, content);
    if (content) await this.requireSame(turn.content, await content.read());
    onReplay();
    return answerAgain(await this.open(request, turn.sealedAnswer));
  }

  /** @throws what `work` threw; after `deadline-exceeded` the key stays taken for a while, for the work may go on where it was asked for */
  private async first(request: KeyedRequest, token: string, work: Work, content: StreamedContent | undefined) {
    const beat = setInterval(() => void this.tell(() => this.store.renew(request, token)), leaseMs / 3);
    try {
      const { keep, ...answer } = await work();
      await this.conclude(request, token, keep ? answer : undefined, content);
      return answer;
    } catch (error) {
      const failure = failureOfError(error);
      if (failure.code === 'deadline-exceeded') await this.tell(() => this.store.leaveOpen(request, token));
      else await this.conclude(request, token, refusalToKeep(failure), content);
      throw error;
    } finally {
      clearInterval(beat);
    }
  }

  /** @throws Failure `idempotency-key-reused` */
  private async requireSame(kept: Buffer | null, content: string): Promise<void> {
    if (!kept?.equals(await this.sealer.fingerprint(purpose, content))) throw keyReused();
  }

  /** The answer goes out whether it could be kept or not: the work is done. */
  private async conclude(request: KeyedRequest, token: string, answer: StoredAnswer | undefined, content: StreamedContent | undefined) {
    try {
      const text = answer && JSON.stringify(answer);
      const held = content?.noted();
      const isKnown = content === undefined || held !== undefined; // an answer to unread bytes would stand for any others
      if (text && isKnown && Buffer.byteLength(text) <= maxAnswerBytes) {
        const print = held === undefined ? null : await this.sealer.fingerprint(purpose, held);
        await this.store.answer(request, token, await this.sealer.seal(purpose, text, boundTo(request)), print);
      } else await this.store.release(request, token);
    } catch (error) {
      this.log.warn({ err: error }, 'an answer could not be kept for its Idempotency-Key');
    }
  }

  private async tell(say: () => Promise<unknown>): Promise<void> {
    try {
      await say();
    } catch (error) {
      this.log.warn({ err: error }, 'an Idempotency-Key could not be held');
    }
  }

  private async open(request: KeyedRequest, sealed: Buffer): Promise<StoredAnswer> {
    const text = await this.sealer.unseal(purpose, sealed, boundTo(request));
    if (text === undefined) throw new Failure('internal', 'The first answer was kept but cannot be read any more.');
    return JSON.parse(text) as StoredAnswer; // ours: sealed by us, and it opened
  }
}

const boundTo = ({ scope, key }: KeyedRequest) => `${scope}\n${key}`;
