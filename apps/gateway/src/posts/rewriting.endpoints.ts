/** The endpoints of rewriting: a text written anew, at once or as it is written. */
import * as z from 'zod';
import { headerText, postRewriting } from '#contracts';
import { endpoint, type ResponseSpec } from '../http/endpoint.ts';

/** An answer of the language model takes longer than an analysis, and costs money. */
const rewritingCost = 10;
/** Above the deadline of the call. */
const deadlineMs = 72_000;

export const eventStream = 'text/event-stream';

const base = {
  tag: 'Posts',
  auth: 'user',
  method: 'POST',
  cost: rewritingCost,
  deadlineMs,
  headers: z.object({
    accept: headerText(1_024)
      .optional()
      .meta({ description: `\`application/json\`, unless \`${eventStream}\` is asked for.`, examples: [eventStream] }),
  }),
  responses: {
    200: {
      contentType: 'application/json',
      alsoAs: [eventStream],
      schema: postRewriting.postRewrite,
      description: 'The new text, or what rules suggest.',
    } satisfies ResponseSpec,
  },
} as const;

const streamed =
  'Nothing is saved. With `Accept: text/event-stream` it comes as it is written: events `token` with a `text` that continues those before, then `done` ' +
  'with the `PostRewrite`, or `problem` with a problem document. When you disconnect, the writing ends. E-mail addresses, telephone and other personal ' +
  'numbers are replaced before anything leaves this installation, and put back.';

export const rewritePost = endpoint({
  ...base,
  id: 'rewritePost',
  path: '/v1/posts/:postId/rewrite',
  summary: 'Rewrite a post',
  description: `By the language model of the installation; where none is configured, \`source\` is \`rules\` and the suggestions say what to change. ${streamed}`,
  params: z.strictObject({ postId: z.uuid() }),
  body: postRewriting.rewriteOptions,
  failures: [...postRewriting.rewritePost.failures, 'service-unavailable', 'deadline-exceeded'],
  example: { instruction: 'Shorter, and with a question at the end.' },
});

export const draftPost = endpoint({
  ...base,
  id: 'draftPost',
  path: '/v1/posts/draft',
  summary: 'Draft a post from notes',
  description: `By the language model of the installation. ${streamed}`,
  body: postRewriting.draftOptions,
  failures: [...postRewriting.draftPost.failures, 'service-unavailable', 'deadline-exceeded'],
  example: { brief: 'New office in Madrid, opens on 3 May, we hire five engineers', language: 'en' },
});
