import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { CACHE, Log, requireSubject } from '#platform';
import type { PostsCache } from '../posts-cache.ts';
import { GrowingAnswer } from './growing-answer.ts';
import { LLM_CONFIG, type LlmConfig } from './llm.config.ts';
import { LlmBudgetStore } from './llm-budget.store.ts';
import { LlmClient, type LlmRequest } from './llm-client.service.ts';
import { invalidAnswer, statusOf } from './llm-failures.ts';
import { toPlainText } from './plain-text.ts';
import { messagesOf, type Order, promptVersion } from './prompts.ts';
import { type Redaction, redact, restore } from './redaction.ts';
import type { RunControl } from './rewrite-runs.service.ts';
import { countRewrite, countRewriteFailure, observeAnswer } from './rewriting.metrics.ts';

export interface WrittenText {
  readonly text: string;
  readonly model: string;
  readonly redactedCount: number;
}

/** Failures that operators can do something about. */
const endpointFailures: ReadonlySet<string> = new Set(['llm-refused', 'llm-unavailable', 'llm-answer-invalid', 'llm-timeout']);

@Injectable() // has a text written by the language model: within the budget, from the cache where it was asked before, without what identifies people
export class TextWriter {
  constructor(
    private readonly llm: LlmClient,
    private readonly budget: LlmBudgetStore,
    private readonly log: Log,
    @Inject(CACHE) private readonly cache: PostsCache,
    @Inject(LLM_CONFIG) private readonly config: LlmConfig,
  ) {}

  get isConfigured(): boolean {
    return this.llm.model !== undefined;
  }

  /** @throws Failure `llm-budget-exceeded`, `llm-refused`, `llm-unavailable`, `llm-answer-invalid`, `llm-timeout`, `overloaded`, `cancelled` */
  async write(order: Order, control: RunControl): Promise<WrittenText & { readonly isCached: boolean }> {
    const key = this.keyOf(order);
    const known = await this.cache.get<WrittenText>('rewrite', key);
    if (known) {
      countRewrite(order.task, 'cached');
      control.show?.(known.text);
      return { ...known, isCached: true };
    }
    try {
      const written = await this.ask(order, control);
      countRewrite(order.task, 'answered');
      await this.cache.set('rewrite', key, written, { tags: [requireSubject()] });
      return { ...written, isCached: false };
    } catch (error) {
      countRewriteFailure(order.task, error);
      this.tell(Failure.from(error));
      throw error;
    }
  }

  /** Forgets what was written for an account. */
  forget(ownerId: string): Promise<void> {
    return this.cache.invalidateTag(ownerId);
  }

  /** Not the message of the endpoint: it may quote the prompt. */
  private tell(failure: Failure): void {
    const { code } = failure;
    if (endpointFailures.has(code)) this.log.warn({ code, status: statusOf(failure) }, 'the language model has written no text');
  }

  private async ask(order: Order, control: RunControl): Promise<WrittenText> {
    const release = this.llm.admit();
    try {
      control.signal.throwIfAborted();
      await this.takeRequest();
      return await this.askAdmitted(order, control);
    } finally {
      release();
    }
  }

  private async askAdmitted(order: Order, { signal, show }: RunControl): Promise<WrittenText> {
    const { texts, originals } = redact([order.text, order.instruction ?? '', ...order.advice]);
    const [text = '', instruction, ...advice] = texts;
    const messages = messagesOf({ ...order, text, instruction: order.instruction && instruction, advice });
    const whole = await this.answerOf(order.task, { messages, signal }, show && following(originals, show));
    const written = restore(toPlainText(whole), originals);
    if (written === '') throw invalidAnswer('The language model gave an empty answer.');
    return { text: written, model: this.llm.model!, redactedCount: originals.size };
  }

  private async answerOf(task: Order['task'], request: LlmRequest, followed: ReturnType<typeof following> | undefined): Promise<string> {
    const startedAt = performance.now();
    try {
      const answer = await this.llm.ask({ ...request, onPiece: followed?.add });
      observeAnswer(task, performance.now() - startedAt);
      return answer;
    } finally {
      followed?.end();
    }
  }

  private async takeRequest(): Promise<void> {
    const retryAfterSeconds = await this.budget.take(requireSubject(), this.config.LLM_BUDGET_REQUESTS);
    if (retryAfterSeconds !== undefined)
      throw new Failure('llm-budget-exceeded', `${this.config.LLM_BUDGET_REQUESTS} requests a day are answered.`, { retryAfterSeconds });
  }

  /** By owner: how long an answer takes reveals nothing about what others have asked. */
  private keyOf({ task, text, instruction, language, advice }: Order): string {
    const asked = JSON.stringify([
      promptVersion,
      this.config.LLM_BASE_URL,
      this.llm.model,
      task,
      text,
      instruction ?? null,
      language ?? null,
      advice,
    ]);
    return `${requireSubject()}:${createHash('sha256').update(asked).digest('base64url')}`;
  }
}

/** Pieces that come within this time are one message. */
const showWithinMs = 50;

/** Shows an answer as it grows. `end` drops what is not shown yet: whoever follows gets the whole text. */
function following(originals: Redaction['originals'], show: (text: string) => void): { add(piece: string): void; end(): void } {
  const answer = new GrowingAnswer((received) => restore(toPlainText(received), originals));
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    show(answer.more());
  };
  return {
    add: (piece) => {
      answer.add(piece);
      timer ??= setTimeout(flush, showWithinMs);
    },
    end: () => clearTimeout(timer),
  };
}
