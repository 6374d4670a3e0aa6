/** What is found in a text; every finding has its span and a confidence. The posts service analyses, for posts and documents alike. */
import * as z from 'zod';
import { rounded } from './resource.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { text } from './values.ts';

export const textMaxLength = 100_000;
export const textBatchMax = 1_000;

export const textTasks = [
  'language',
  'sentiment',
  'tone',
  'readability',
  'keywords',
  'entities',
  'structure',
  'embedding',
  'grammar',
] as const;
export type TextTask = (typeof textTasks)[number];
export const sentimentLabels = ['positive', 'neutral', 'negative'] as const;
export const toneLabels = ['formal', 'casual', 'enthusiastic', 'urgent', 'critical', 'informative', 'empathetic'] as const;
export const entityTypes = ['PERSON', 'ORG', 'PLACE', 'DATE', 'MONEY', 'URL', 'EMAIL', 'MENTION', 'HASHTAG'] as const;

const confidence = rounded(2, z.number().min(0).max(1)).meta({ description: 'From 0 to 1.', examples: [0.87] });
const offset = z.number().int().nonnegative();
const span = {
  start: offset.meta({ description: 'First UTF-16 unit of the span.', examples: [0] }),
  end: offset.meta({ description: 'After its last UTF-16 unit.', examples: [5] }),
};
const score = rounded(3);
const evidence = z.array(z.object({ ...span, text: z.string(), weight: score })).meta({ description: 'The words that made it.' });
const grade = rounded(2).nullable();

export const textAnalysis = z
  .object({
    language: z.string().meta({ description: 'ISO 639-1, or `und`.', examples: ['en'] }),
    languageConfidence: confidence,
    sentiment: z
      .object({
        label: z.enum(sentimentLabels),
        score: score.meta({ description: 'From -1 to 1.', examples: [0.62] }),
        confidence,
        words: evidence,
      })
      .nullable(),
    tone: z
      .object({
        label: z.enum(toneLabels),
        confidence,
        scores: z.record(z.string(), score).meta({ description: 'By tone.' }),
        evidence,
      })
      .nullable(),
    readability: z
      .object({
        sentences: offset,
        words: offset,
        syllables: offset,
        readingSeconds: rounded(1).meta({ description: 'At 238 words a minute.' }),
        flesch: grade,
        fleschKincaidGrade: grade,
        smog: grade,
        ari: grade,
        colemanLiau: grade,
        gunningFog: grade,
        fernandezHuerta: grade,
        szigrisztPazos: grade,
      })
      .nullable()
      .meta({ description: 'Formulas that do not fit the language are null.' }),
    keywords: z.array(z.object({ text: z.string(), score, ...span })).meta({ description: 'Best first; the span of the first mention.' }),
    entities: z.array(z.object({ type: z.enum(entityTypes), ...span, text: z.string(), confidence })),
    structure: z
      .object({
        hook: z.object({ ...span, isFolded: z.boolean() }).meta({ description: 'What is read before the fold.' }),
        lengthUnits: offset.meta({ description: 'UTF-16 units, as networks count.' }),
        lengthGraphemes: offset.meta({ description: 'Characters as people count them.' }),
        paragraphs: offset,
        questions: offset,
        links: offset,
        hashtags: z.array(z.string()),
        mentions: z.array(z.string()),
        emoji: offset,
        callsToAction: z.array(z.object({ ...span, text: z.string(), confidence })),
      })
      .nullable(),
    grammar: z
      .array(z.object({ ...span, text: z.string(), suggestions: z.array(z.string()), rule: z.string(), confidence }))
      .nullable()
      .meta({ description: 'null where it was not asked for, or is not available in this language.' }),
    embedding: z
      .array(z.number())
      .nullable()
      .meta({ description: 'Unit vector of the text, by `ngram-hash@1`; null where it was not asked for.' }),
    notes: z
      .array(z.string())
      .meta({ description: 'What could not be done, and why.', examples: [['Readability has no formula for French.']] }),
    engineVersion: z
      .number()
      .int()
      .positive()
      .meta({ examples: [1] }),
  })
  .meta({ id: 'TextAnalysis', description: 'What is found in a text.' });
export type TextAnalysis = Unchanging<z.output<typeof textAnalysis>>;

const analyzable = text({ max: textMaxLength });

/** Why an item of a batch cannot be analysed; undefined for a good one. */
export function faultOfText(item: string): string | undefined {
  if (item.length > textMaxLength) return `A text has at most ${textMaxLength} UTF-16 units; this one has ${item.length}.`;
  return item.isWellFormed() && !item.includes('\0') ? undefined : 'A text must be well-formed Unicode without NUL.';
}

const hasOneForm = ({ text: single, items }: { readonly text?: unknown; readonly items?: unknown }) =>
  (single === undefined) !== (items === undefined);

/**
 * Analyses texts and keeps nothing. An item fails alone (`problem`), the others are answered. `text` is the short form of one item.
 */
export const analyzeTexts = rpc({
  subject: 'posts.text.analyze.v1',
  request: z
    .strictObject({
      text: analyzable
        .optional()
        .meta({ description: 'One text; or `items`.', examples: ['We are thrilled to announce our new office in Madrid! 🎉'] }),
      items: z
        .array(z.strictObject({ id: text({ max: 200 }), text: z.string().max(1_000_000) }))
        .min(1)
        .max(textBatchMax)
        .optional()
        .meta({ description: 'Up to 1,000 texts with ids of your own; or `text`.' }),
      tasks: z
        .array(z.enum(textTasks))
        .min(1)
        .max(textTasks.length)
        .optional()
        .meta({ description: 'What to do; without it all but grammar and embedding.' }),
      language: z.enum(['en', 'es']).optional().meta({ description: 'Skips the detection.' }),
    })
    .refine(hasOneForm, { error: 'give either text or items' }),
  reply: z
    .object({
      items: z.array(
        z.object({
          id: z.string().meta({ description: 'The id that you gave; `0` for a single text.', examples: ['0'] }),
          analysis: textAnalysis.nullable(),
          problem: z.object({ code: z.string(), detail: z.string() }).nullable().meta({ description: 'Why this item has no analysis.' }),
        }),
      ),
      processingMs: rounded(2).meta({ description: 'Time of the analysis itself, all items together.', examples: [1.84] }),
    })
    .meta({ id: 'TextAnalyses' }),
  failures: ['request-invalid'],
  deadlineMs: 20_000,
});

export const textTasksDefault: readonly TextTask[] = textTasks.filter((task) => task !== 'grammar' && task !== 'embedding');
