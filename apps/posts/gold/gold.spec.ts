import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const span = { start: z.int().min(0), end: z.int().positive(), text: z.string().min(1) };
const entityTypes = ['PERSON', 'ORG', 'PLACE', 'DATE', 'MONEY', 'URL', 'MENTION', 'HASHTAG'] as const;
const tones = ['formal', 'casual', 'enthusiastic', 'urgent', 'critical', 'informative', 'empathetic'] as const;

/** The labels of each task: closed sets and spans. */
const labels = {
  language: { language: z.union([z.string().regex(/^[a-z]{2}$/), z.literal('und')]) },
  sentiment: { sentiment: z.enum(['positive', 'neutral', 'negative']) },
  tone: { tone: z.enum(tones) },
  entities: { entities: z.array(z.strictObject({ type: z.enum(entityTypes), ...span })) },
  grammar: { errors: z.array(z.strictObject({ ...span, suggestions: z.array(z.string().min(1)).min(1) })) },
  keywords: { keywords: z.array(z.string().min(1)).min(4).max(12) },
  readability: { language: z.enum(['en', 'es']), sentences: z.int().positive(), words: z.int().positive() },
} as const;
const anyLine = z.looseObject({ id: z.string(), text: z.string().min(1) });
const spans = z.array(z.object(span));

const read = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8');
const linesOf = (file: string) => read(file).trimEnd().split('\n');
const itemsOf = (file: string) => linesOf(file).map((line) => anyLine.parse(JSON.parse(line)));
/** Paths below this folder, those of the fresh sets too. */
const filesEnding = (ending: string) =>
  readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(ending));
const setOf = (file: string) => basename(file, '.jsonl');

describe.each(filesEnding('.jsonl'))('%s', (file) => {
  const items = itemsOf(file);

  it('has the fields and labels of its task on every line', () => {
    const task = setOf(file).split('.')[0] as keyof typeof labels;
    const schema = z.strictObject({ id: z.string(), text: z.string(), ...labels[task] });
    expect(items.filter((item) => !schema.safeParse(item).success)).toEqual([]);
  });

  it('numbers its lines from 1 and repeats no text', () => {
    const prefix = setOf(file).replace('.', '-');
    expect(items.map(({ id }) => id)).toEqual(items.map((_, index) => `${prefix}-${String(index + 1).padStart(3, '0')}`));
    expect(new Set(items.map(({ text }) => text)).size).toBe(items.length);
  });

  it('has spans that cut their own text out of the post, in order and without overlap', () => {
    for (const item of items) {
      const marked = spans.parse(item.entities ?? item.errors ?? []);
      expect(marked.map(({ start, end }) => item.text.slice(start, end))).toEqual(marked.map(({ text }) => text));
      expect(marked.every(({ start }, index) => start >= (marked[index - 1]?.end ?? 0))).toBe(true);
    }
  });
});

it.each(filesEnding('.jsonl').filter((file) => setOf(file).startsWith('keywords')))('%s lists keywords that stand in the post', (file) => {
  for (const { text, keywords } of itemsOf(file))
    for (const keyword of z.array(z.string()).parse(keywords)) expect(text.toLowerCase()).toContain(keyword);
});

it.each(filesEnding('.tsv'))('%s has a word and its syllables on every line, each word once', (file) => {
  const lines = linesOf(file);
  expect(lines.filter((line) => !/^\p{L}+\t[1-9]$/u.test(line))).toEqual([]);
  expect(new Set(lines.map((line) => line.split('\t')[0])).size).toBe(lines.length);
});
