/** Rewriting and drafting of posts: by a language model where one is configured, else by rules. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { postAdvice } from './post-advice.ts';
import { postMaxLength } from './posts.ts';
import { event, rpc, type Unchanging } from './rpc.ts';
import { text } from './values.ts';

export const rewritingFailures = {
  'llm-not-configured': {
    status: 409,
    title: 'No language model is configured',
    page: 'Rules judge a text; they cannot write one. The operator of this installation has set no language model: `docs/operations.md` says which settings it needs.',
  },
  'llm-budget-exceeded': {
    status: 429,
    title: 'Your requests to the language model are used up for today',
    page: 'Each account has so many requests a day (UTC) to the language model. An answer that was given before costs none. `Retry-After` says when the next day begins.',
  },
  'llm-refused': {
    status: 502,
    title: 'The language model refuses the request',
    page: 'The endpoint of the language model refused the key, the model or the request. Trying again does not help; the operator checks `LLM_API_KEY`, `LLM_MODEL` and `LLM_BASE_URL`.',
  },
  'llm-answer-invalid': {
    status: 502,
    title: 'The language model gave no usable answer',
    page: 'The answer was empty, far too long, broke off, or was not in the protocol of chat completions. Nothing was changed; try again.',
  },
  'llm-unavailable': {
    status: 503,
    title: 'The language model does not answer',
    page: 'The endpoint of the language model cannot be reached, has too much to do, or failed. Try again after `Retry-After`.',
  },
  'llm-timeout': {
    status: 504,
    title: 'The language model took too long',
    page: 'The whole answer did not arrive within the time that the operator allows (`LLM_TIMEOUT_MS`). Try again, or with a shorter text.',
  },
} as const satisfies FailureTable;

/** Longest instruction of a client, in UTF-16 units. */
export const instructionMaxLength = 500;
export const briefMaxLength = 2_000;

const score = postAdvice.shape.score.nullable();

export const postRewrite = z
  .object({
    source: z.enum(['llm', 'rules']).meta({
      description: '`llm`: a language model wrote `text`; `rules`: none is configured, and the suggestions are about your text.',
      examples: ['llm'],
    }),
    text: z
      .string()
      .nullable()
      .meta({
        description: 'The new text, without markup; null where only rules answer. It is not saved.',
        examples: ['What does Madrid taste like? We open an office to find out.'],
      }),
    model: z
      .string()
      .nullable()
      .meta({ description: 'The language model that wrote it.', examples: ['gpt-4o-mini'] }),
    isCached: z.boolean().meta({ description: 'The same was asked before; it cost no request.', examples: [false] }),
    redactedCount: z
      .number()
      .int()
      .nonnegative()
      .meta({
        description: 'E-mail addresses, telephone and other personal numbers that the model did not see; they stand in `text` again.',
        examples: [1],
      }),
    scoreBefore: score.meta({ description: 'Score of the advice on your text; null for a draft.', examples: [58] }),
    scoreAfter: score.meta({ description: 'Score of the advice on the new text; null where there is none.', examples: [81] }),
    suggestions: postAdvice.shape.suggestions.meta({
      description: 'The advice that is left: on the new text, or on yours where there is none.',
    }),
  })
  .meta({ id: 'PostRewrite', description: 'A text written anew, with advice on it.' });
export type PostRewrite = Unchanging<z.output<typeof postRewrite>>;

const language = z
  .enum(['en', 'es'])
  .optional()
  .meta({ description: 'Language of the new text; the one of yours unless given.', examples: ['en'] });

export const rewriteOptions = z.strictObject({
  instruction: text({ min: 1, max: instructionMaxLength })
    .optional()
    .meta({ description: 'What to change; without it the advice is followed.', examples: ['Shorter, and with a question at the end.'] }),
  language,
});

export const draftOptions = z.strictObject({
  brief: text({ min: 1, max: briefMaxLength }).meta({
    description: 'What the post is to say, in notes.',
    examples: ['New office in Madrid, opens on 3 May, we hire five engineers'],
  }),
  language,
});

/** Who asks names it, follows it by {@link postRewriteProgressed} and ends it by {@link postRewriteAbandoned}. */
const run = { rewriteId: z.uuid(), isStreamed: z.boolean() };

/** The longest that a language model is waited for is below these. */
const deadlineMs = 70_000;
export const llmTimeoutMaxMs = 60_000;

const llmFailures = ['llm-budget-exceeded', 'llm-refused', 'llm-answer-invalid', 'llm-unavailable', 'llm-timeout', 'overloaded'] as const;

export const rewritePost = rpc({
  subject: 'posts.post.rewrite.v1',
  request: z.strictObject({ postId: z.uuid(), ...rewriteOptions.shape, ...run }),
  reply: postRewrite,
  failures: ['post-not-found', ...llmFailures],
  deadlineMs,
});

export const draftPost = rpc({
  subject: 'posts.post.draft.v1',
  request: z.strictObject({ ...draftOptions.shape, ...run }),
  reply: postRewrite,
  failures: ['llm-not-configured', ...llmFailures],
  deadlineMs,
});

/** More of a text that is being written; `text` continues what came before. */
export const postRewriteProgressed = event({
  subject: 'events.rewrite.progressed.v1',
  publishedBy: 'posts',
  payload: z.object({ rewriteId: z.uuid(), text: z.string().max(postMaxLength) }),
});

/** Nobody waits for it any more. */
export const postRewriteAbandoned = event({
  subject: 'events.rewrite-reader.left.v1',
  publishedBy: 'gateway',
  payload: z.object({ rewriteId: z.uuid() }),
});
