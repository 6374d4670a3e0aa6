import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { Log } from '#platform';
import { failureOfError } from '../http/failure-of-error.ts';
import { Sealer } from '../identity/sealer.ts';
import { IdempotencyStore, type KeyedRequest, leaseMs } from './idempotency.store.ts';
import { answerAgain, type GoodAnswer, maxAnswerBytes, refusalToKeep, type StoredAnswer } from './stored-answer.ts';

const purpose = 'stored replies';

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
   * @throws Failure `idempotency-in-flight`, `idempotency-key-reused`; what `work` threw, also when it is thrown again
   */
  async once(
    named: Omit<KeyedRequest, 'fingerprint'>,
    facts: string,
    work: () => Promise<GoodAnswer & { readonly keep: boolean }>,
    onReplay: () => void,
  ): Promise<GoodAnswer> {
    const request = { ...named, fingerprint: await this.sealer.fingerprint(purpose, facts) };
    const turn = await this.store.begin(request);
    if (turn.kind === 'ours') return this.first(request, turn.token, work);
    onReplay();
    return answerAgain(await this.open(request, turn.sealedAnswer));
  }

  /** @throws what `work` threw; after `deadline-exceeded` the key stays taken for a while, for the work may go on where it was asked for */
  private async first(request: KeyedRequest, token: string, work: () => Promise<GoodAnswer & { readonly keep: boolean }>) {
    const beat = setInterval(() => void this.tell(() => this.store.renew(request, token)), leaseMs / 3);
    try {
      const { keep, ...answer } = await work();
      await this.conclude(request, token, keep ? answer : undefined);
      return answer;
    } catch (error) {
      const failure = failureOfError(error);
      if (failure.code === 'deadline-exceeded') await this.tell(() => this.store.leaveOpen(request, token));
      else await this.conclude(request, token, refusalToKeep(failure));
      throw error;
    } finally {
      clearInterval(beat);
    }
  }

  /** The answer goes out whether it could be kept or not: the work is done. */
  private async conclude(request: KeyedRequest, token: string, answer: StoredAnswer | undefined): Promise<void> {
    try {
      const text = answer && JSON.stringify(answer);
      if (text && Buffer.byteLength(text) <= maxAnswerBytes)
        await this.store.answer(request, token, await this.sealer.seal(purpose, text, boundTo(request)));
      else await this.store.release(request, token);
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
