/**
 * The CPU time of the text analysis beside a full parse by wink-nlp (its English model) of the same texts in the same run:
 *
 *   WINK_NLP=/folder/with/both/packages npm run bench -- posts/ratio [ROUNDS]
 *
 * WINK_NLP is a folder in whose node_modules wink-nlp and wink-eng-lite-web-model are installed; without it only our own figures are printed. The texts
 * are posts of about 1,000 characters that the labelled sentences make up, in another order for each post, so that no two are alike. Rounds alternate;
 * each figure is the least of all rounds, which other load on the machine disturbs least.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { analyzeText, engineTasks } from '../../apps/posts/src/analysis/analyze-text.ts';
import { checkGrammar } from '../../apps/posts/src/analysis/grammar/check-grammar.ts';
import { seededRandom } from '../../libs/testing/src/synth/random.ts';
import { spentBy } from '../documents/measure.ts';

const rounds = Number(process.argv[2] ?? 5);
const postsMade = 150;
const gold = join(import.meta.dirname, '../../apps/posts/gold');

/** The texts of all labelled files of a language. */
function sentences(language: 'en' | 'es'): string[] {
  const files = readdirSync(gold).filter((name) => name.endsWith(`.${language}.jsonl`));
  return files.flatMap((name) =>
    readFileSync(join(gold, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { text: string }).text),
  );
}

function posts(language: 'en' | 'es'): string[] {
  const [parts, random] = [sentences(language), seededRandom(language === 'en' ? 1 : 2)];
  return Array.from({ length: postsMade }, () => {
    let text = '';
    while (text.length < 900) text += `${parts[Math.floor(random() * parts.length)]}${random() < 0.2 ? '\n\n' : ' '}`;
    return text.trimEnd();
  });
}

/** @returns milliseconds of CPU time a text */
async function costOf(texts: readonly string[], work: (text: string) => unknown): Promise<number> {
  const { cpuSeconds } = await spentBy(() => texts.forEach(work));
  return (1_000 * cpuSeconds) / texts.length;
}

interface Parsed {
  tokens(): { out(): unknown };
  entities(): { out(): unknown };
  sentences(): { out(): unknown };
  out(as: unknown): unknown;
}

/** Reads what its pipeline makes: tokens, sentences, entities and sentiment. */
function winkParse(): ((text: string) => unknown) | undefined {
  const folder = process.env.WINK_NLP;
  if (!folder) return undefined;
  const load = createRequire(join(folder, 'node_modules', 'x.js'));
  const nlp = load('wink-nlp')(load('wink-eng-lite-web-model')) as {
    readonly its: { readonly sentiment: unknown };
    readDoc(text: string): Parsed;
  };
  return (text) => {
    const document = nlp.readDoc(text);
    return [document.tokens().out(), document.sentences().out(), document.entities().out(), document.out(nlp.its.sentiment)];
  };
}

const wink = winkParse();
for (const language of ['en', 'es'] as const) {
  const texts = posts(language);
  const works: Record<string, (text: string) => unknown> = {
    ...(wink ? { 'wink-nlp, full parse': wink } : {}),
    'fast: as without tasks': (text) => analyzeText(text),
    'full: all tasks': (text) => analyzeText(text, { tasks: [...engineTasks, 'embedding', 'grammar'], checkGrammar }),
    ...Object.fromEntries(engineTasks.map((task) => [`  ${task} alone`, (text: string) => analyzeText(text, { tasks: [task] })])),
  };
  const least = new Map(Object.keys(works).map((name) => [name, Number.POSITIVE_INFINITY]));
  for (let round = 0; round <= rounds; round++)
    for (const [name, work] of Object.entries(works)) {
      const cost = await costOf(texts, work);
      if (round > 0) least.set(name, Math.min(least.get(name)!, cost)); // the first one warms up
    }
  const base = least.get('wink-nlp, full parse');
  const characters = texts.reduce((sum, { length }) => sum + length, 0) / texts.length;
  console.log(`${language}: ${texts.length} posts of ${characters.toFixed(0)} characters, ms of CPU time a post`);
  for (const [name, cost] of least)
    console.log(`  ${name.padEnd(30)} ${cost.toFixed(3)}${base ? `  ${(base / cost).toFixed(2)}x the posts of wink-nlp` : ''}`);
}
