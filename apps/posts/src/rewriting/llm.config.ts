import * as z from 'zod';
import { llmTimeoutMaxMs } from '#contracts';

/** The language model that posts are rewritten by; part of the configuration of the posts service. Without a model rules answer. */
export const llmConfig = z.object({
  /** Of any endpoint that speaks the protocol of OpenAI's chat completions, with its version: `https://api.openai.com/v1`. */
  LLM_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://api.openai.com/v1'),
  /** Endpoints of one's own often take any. */
  LLM_API_KEY: z.string().min(1).max(1_000).optional(),
  LLM_MODEL: z.string().min(1).max(200).optional(),
  /** For one whole answer. */
  LLM_TIMEOUT_MS: z.coerce.number().int().min(100).max(llmTimeoutMaxMs).default(30_000),
  /** Requests of one account in a day (UTC), over all copies of the service. */
  LLM_BUDGET_REQUESTS: z.coerce.number().int().min(0).max(1_000_000).default(50),
  /** Answers that one copy waits for at a time; more are refused as `overloaded`. */
  LLM_SLOTS: z.coerce.number().int().min(1).max(1_000).default(16),
});

export type LlmConfig = z.output<typeof llmConfig>;
export const LLM_CONFIG = Symbol('configuration of the language model');
