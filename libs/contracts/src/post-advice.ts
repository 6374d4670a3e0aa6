/** Advice on a post: what rules find in its text, each with the passage that it is about. */
import * as z from 'zod';
import { postMaxLength } from './posts.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { text } from './values.ts';

export const adviceRules = [
  'length',
  'first-line',
  'hook',
  'paragraphs',
  'call-to-action',
  'hashtags',
  'links',
  'readability',
  'emoji',
  'capitals',
] as const;
export type AdviceRule = (typeof adviceRules)[number];

/** Variants that are compared at once. */
export const variantsMax = 5;

const rule = z.enum(adviceRules).meta({ description: 'The rule.', examples: ['first-line'] });
const score = z.number().int().min(0).max(100);
const unit = z.number().int().nonnegative();

const evidence = z
  .object({
    start: unit.meta({ description: 'First UTF-16 unit of the passage.', examples: [0] }),
    end: unit.meta({ description: 'After its last UTF-16 unit.', examples: [212] }),
    text: z.string().meta({ description: 'The beginning of the passage.', examples: ['We are thrilled to announce'] }),
  })
  .meta({ id: 'AdviceEvidence', description: 'The passage of the text that a suggestion is about.' });

export const postAdvice = z
  .object({
    language: z.string().meta({ description: 'ISO 639-1, or `und`.', examples: ['en'] }),
    score: score.meta({ description: 'From 0 to 100: the weighted mean of the parts.', examples: [74] }),
    parts: z
      .array(
        z.object({
          rule,
          score: score
            .nullable()
            .meta({ description: 'From 0 to 100; null where the rule has no measure for the language.', examples: [60] }),
          weight: unit.meta({ description: 'How much it counts.', examples: [3] }),
          measured: z.string().meta({ description: 'What was measured.', examples: ['212 characters'] }),
        }),
      )
      .meta({ description: 'Every rule, in a fixed order.' }),
    suggestions: z
      .array(
        z.object({
          rule,
          severity: z.enum(['problem', 'improvement']).meta({ description: '`problem`: the network refuses or cuts it.' }),
          message: z
            .string()
            .meta({ description: 'What to change, and why.', examples: ['The first line has 212 characters; LinkedIn folds near 210.'] }),
          evidence: z.array(evidence).max(5).meta({ description: 'The passages; empty where the whole text is meant.' }),
        }),
      )
      .meta({ description: 'Problems first, then what gains most.' }),
    network: z.literal('linkedin').meta({ description: 'Whose limits the rules know.', examples: ['linkedin'] }),
  })
  .meta({ id: 'PostAdvice', description: 'What rules advise about a text.' });
export type PostAdvice = Unchanging<z.output<typeof postAdvice>>;

export const getPostAdvice = rpc({
  subject: 'posts.post-advice.get.v1',
  request: z.strictObject({ postId: z.uuid() }),
  reply: postAdvice,
  failures: ['post-not-found'],
  deadlineMs: 5_000,
});

/** Keeps nothing. */
export const comparePosts = rpc({
  subject: 'posts.post-variant.compare.v1',
  request: z.strictObject({
    variants: z
      .array(text({ min: 1, max: postMaxLength }))
      .min(2)
      .max(variantsMax)
      .meta({ description: 'Two to five texts.', examples: [['We opened an office.', 'What does Madrid taste like? Join us.']] }),
  }),
  reply: z
    .object({
      best: unit.meta({ description: 'Position of the variant with the highest score, from 0; the first one of equals.', examples: [1] }),
      bestByRule: z
        .array(
          z.object({
            rule,
            variants: z.array(unit).meta({ description: 'Positions of the variants with the highest score, from 0.', examples: [[1]] }),
          }),
        )
        .meta({ description: 'Rules that tell the variants apart.' }),
      items: z.array(postAdvice).meta({ description: 'The advice on each variant, in the order of the request.' }),
    })
    .meta({ id: 'PostComparison', description: 'Variants of a text side by side.' }),
  failures: ['overloaded'],
  deadlineMs: 15_000,
});
