import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { Log } from '#platform';
import { failureOfError } from '../http/failure-of-error.ts';
import { runWithWorkId } from '../http/work-id.ts';
import { Sealer } from '../identity/sealer.ts';
import { IdempotencyStore, type KeyedRequest, keyReused, leaseMs } from './idempotency.store.ts';
import { answerAgain, type GoodAnswer, maxAnswerBytes, refusalToKeep, type StoredAnswer } from './stored-answer.ts';

const purpose = 'stored replies';

/** A streamed body, whose content hash is known only after reading. */
export interface StreamedContent {
  /** Hash of the content; undefined when the work ended before reading all of it. */
  readonly noted: () => string | undefined;
  /** Reads and hashes the body without running the work. */
  readonly read: () => Promise<string>;
}

type Work = () => Promise<GoodAnswer & { readonly keep: boolean }>;

@Injectable() // runs the work of an idempotency key once and replays its response
export class IdempotentAnswers {
  constructor(
    private readonly store: IdempotencyStore,
    private readonly sealer: Sealer,
    private readonly log: Log,
  ) {}

  /**
   * @param facts equal for equal requests
   * @param work runs for the first request; `keep: false` if its response cannot be replayed
   * @param onReplay called before a response is replayed
   * @param content of a streamed body: responses are replayed only for equal content, and stored only if it is known
   * @throws Failure `idempotency-in-flight`, `idempotency-key-reused`; errors of `work`, also on replay
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
    if (turn.kind === 'ours') return this.first(request, turn.token, () => runWithWorkId(turn.workId, work), content);
    if (content) await this.requireSame(turn.content, await content.read());
    onReplay();
    return answerAgain(await this.open(request, turn.sealedAnswer));
  }

  /** @throws errors of `work`; after `deadline-exceeded` the key stays held for a while, because the work may continue in its service */
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

  /** A failure to store the response does not fail the request: the work is done. */
  private async conclude(request: KeyedRequest, token: string, answer: StoredAnswer | undefined, content: StreamedContent | undefined) {
    try {
      const text = answer && JSON.stringify(answer);
      const held = content?.noted();
      const isKnown = content === undefined || held !== undefined; // without a content hash the response could be replayed for other content
      if (text && isKnown && Buffer.byteLength(text) <= maxAnswerBytes) {
        const print = held === undefined ? null : await this.sealer.fingerprint(purpose, held);
        const sealed = await this.sealer.seal(purpose, text, boundTo(request));
        if (!(await this.store.answer(request, token, sealed, print))) await this.store.release(request, token);
      } else await this.store.release(request, token);
    } catch (error) {
      this.log.warn({ err: error }, 'failed to store the response of an Idempotency-Key');
    }
  }

  private async tell(say: () => Promise<unknown>): Promise<void> {
    try {
      await say();
    } catch (error) {
      this.log.warn({ err: error }, 'failed to renew the lease of an Idempotency-Key');
    }
  }

  private async open(request: KeyedRequest, sealed: Buffer): Promise<StoredAnswer> {
    const text = await this.sealer.unseal(purpose, sealed, boundTo(request));
    if (text === undefined) throw new Failure('internal', 'The stored response cannot be decrypted.');
    return JSON.parse(text) as StoredAnswer; // trusted: encrypted and authenticated by this gateway
  }
}

const boundTo = ({ scope, key }: KeyedRequest) => `${scope}\n${key}`;
