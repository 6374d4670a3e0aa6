import type { ChatOpenAICompletions } from '@langchain/openai';
import { Inject, Injectable } from '@nestjs/common';
import { Failure, postMaxLength } from '#contracts';
import { boundedFetch } from './bounded-fetch.ts';
import { LLM_CONFIG, type LlmConfig } from './llm.config.ts';
import { failureOfLlm, invalidAnswer } from './llm-failures.ts';
import type { Message } from './prompts.ts';

export interface LlmRequest {
  readonly messages: readonly Message[];
  readonly signal: AbortSignal;
  /** Given: the answer is streamed. */
  readonly onPiece?: ((piece: string) => void) | undefined;
}

/** About 8,000 characters. */
const maxTokens = 2_000;

/**
 * Asks the language model. Requests go by `completionWithRetry`, below the layer of LangChain that traces and counts tokens: neither LangSmith nor a
 * download of token tables can be reached, whatever the environment says.
 */
@Injectable()
export class LlmClient {
  #client: Promise<ChatOpenAICompletions> | undefined;
  #inFlight = 0;

  constructor(@Inject(LLM_CONFIG) private readonly config: LlmConfig) {}

  /** Undefined: none is configured. */
  get model(): string | undefined {
    return this.config.LLM_MODEL;
  }

  /**
   * Takes one of the slots, until the returned function is called.
   *
   * @throws Failure `overloaded` when as many answers are waited for as may be
   */
  admit(): () => void {
    if (this.#inFlight >= this.config.LLM_SLOTS)
      throw new Failure('overloaded', 'Too many texts are being written.', { retryAfterSeconds: 5 });
    this.#inFlight++;
    let isReleased = false;
    return () => {
      if (!isReleased) this.#inFlight--;
      isReleased = true;
    };
  }

  /**
   * @returns the whole answer, never empty
   * @throws Failure `llm-refused`, `llm-unavailable`, `llm-answer-invalid`, `llm-timeout`; the reason of the signal when it aborts
   */
  async ask({ messages, signal, onPiece }: LlmRequest): Promise<string> {
    const late = AbortSignal.timeout(this.config.LLM_TIMEOUT_MS);
    const either = AbortSignal.any([signal, late]);
    try {
      this.#client ??= open(this.config);
      const client = await this.#client;
      const answer = onPiece ? await stream(client, messages, either, onPiece) : await complete(client, messages, either);
      if (answer.trim() === '') throw invalidAnswer('The language model gave an empty answer.');
      return answer;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (late.aborted) throw new Failure('llm-timeout', 'The language model took too long.', { cause: error, retryAfterSeconds: 10 });
      throw failureOfLlm(error);
    }
  }
}

/** The library loads with the first request. */
async function open({ LLM_BASE_URL, LLM_API_KEY, LLM_MODEL, LLM_TIMEOUT_MS }: LlmConfig): Promise<ChatOpenAICompletions> {
  const { ChatOpenAICompletions } = await import('@langchain/openai');
  return new ChatOpenAICompletions({
    model: LLM_MODEL!,
    apiKey: LLM_API_KEY ?? 'none',
    timeout: LLM_TIMEOUT_MS,
    maxRetries: 0,
    configuration: { baseURL: LLM_BASE_URL, fetch: boundedFetch, organization: null, project: null, logLevel: 'off' },
  });
}

const paramsOf = (client: ChatOpenAICompletions, messages: readonly Message[]) => ({
  ...{ model: client.model, messages: [...messages], max_tokens: maxTokens, n: 1 },
});
const once = (signal: AbortSignal) => ({ signal, maxRetries: 0 });

async function complete(client: ChatOpenAICompletions, messages: readonly Message[], signal: AbortSignal): Promise<string> {
  const answer = await client.completionWithRetry({ ...paramsOf(client, messages), stream: false }, once(signal));
  const choice = answer?.choices?.[0];
  const content = choice?.message?.content;
  if (typeof content !== 'string') throw invalidAnswer('The language model did not answer in the protocol of chat completions.');
  requireWhole(choice?.finish_reason, content);
  return content;
}

async function stream(
  client: ChatOpenAICompletions,
  messages: readonly Message[],
  signal: AbortSignal,
  onPiece: (piece: string) => void,
): Promise<string> {
  const chunks = await client.completionWithRetry({ ...paramsOf(client, messages), stream: true }, once(signal));
  let [content, finish] = ['', undefined as string | undefined];
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    const choice = chunk?.choices?.[0];
    const piece: unknown = choice?.delta?.content;
    if (typeof piece === 'string') {
      content += piece;
      if (content.length > postMaxLength) throw invalidAnswer('The answer of the language model is too long.');
      onPiece(piece);
    }
    finish ??= choice?.finish_reason ?? undefined;
  }
  signal.throwIfAborted();
  requireWhole(finish, content);
  return content;
}

/** Without a reason to finish it broke off; `length` says that it was cut. */
function requireWhole(finish: string | null | undefined, content: string): void {
  if (finish === 'content_filter') throw invalidAnswer('The filter of the language model stopped the answer.');
  if (finish !== 'stop') throw invalidAnswer('The answer of the language model broke off.');
  if (content.length > postMaxLength) throw invalidAnswer('The answer of the language model is too long.');
}
