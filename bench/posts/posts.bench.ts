/**
 * Accuracy on labelled sentences, CPU time of the text analysis, and posts through the gateway under many connections:
 *
 *   npm run bench -- posts [--connections N] [--users N] [--rate N] [--seconds N] [--posts N] [--only-http]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyzeText, engineTasks } from '../../apps/posts/src/analysis/analyze-text.ts';
import { measureHttp } from './http-load.ts';

type Labelled = readonly (readonly [label: string, text: string])[];
type Golden = Readonly<Record<'en' | 'es', Readonly<Record<string, Labelled>>>>;

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden-sentiment.json'), 'utf8')) as Golden;

function accuracy(): void {
  for (const [language, splits] of Object.entries(golden))
    for (const [split, items] of Object.entries(splits)) {
      const answers = items.map(([label, text]) => ({ label, text, ...analyzeText(text, { tasks: ['sentiment'] }) }));
      const right = answers.filter(({ label, sentiment }) => sentiment!.label === label).length;
      const told = answers.filter((answer) => answer.language === language).length;
      console.log(
        `sentiment ${language} ${split.padEnd(8)} ${right}/${items.length} ${(right / items.length).toFixed(3)}  language ${told}/${items.length}`,
      );
      for (const { label, text, sentiment } of answers)
        if (process.argv.includes('--wrong') && sentiment!.label !== label)
          console.log(`  ${label} -> ${sentiment!.label} ${sentiment!.score} ${text}`);
    }
}

/** Posts of about 1,000 characters from the labelled sentences, in one language each. */
function posts(): string[] {
  return Object.values(golden).flatMap((splits) => {
    const sentences = Object.values(splits)
      .flat()
      .map(([, text]) => text);
    return Array.from({ length: 20 }, (_, post) => {
      let text = '';
      for (let at = post * 7; text.length < 940; at++) text += `${sentences[at % sentences.length]}${at % 5 ? ' ' : '\n\n'}`;
      return `${text}\nhttps://example.com/post #RemoteWork @ana_dev $1.2M, 3 de mayo 🎉`;
    });
  });
}

function speed(texts: readonly string[]): void {
  const characters = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
  for (let round = 0; round < 20; round++) for (const text of texts) analyzeText(text);
  const before = process.memoryUsage().rss;
  const times: number[] = [];
  const cpu = process.cpuUsage();
  for (let round = 0; round < 50; round++)
    for (const text of texts) {
      const start = performance.now();
      analyzeText(text);
      times.push(performance.now() - start);
    }
  const { user, system } = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.floor(share * times.length)]!.toFixed(3);
  console.log(`${times.length} posts of ${characters.toFixed(0)} characters: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`);
  console.log(
    `posts per CPU second ${((times.length * 1e6) / (user + system)).toFixed(0)}, resident memory +${((process.memoryUsage().rss - before) / 2 ** 20).toFixed(1)} MiB`,
  );
  for (const task of engineTasks) console.log(`  ${task.padEnd(12)} ${taskCost(texts, task).toFixed(3)} ms with tokens and language`);
}

function taskCost(texts: readonly string[], task: (typeof engineTasks)[number]): number {
  const cpu = process.cpuUsage();
  for (let round = 0; round < 10; round++) for (const text of texts) analyzeText(text, { tasks: [task] });
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1_000 / (10 * texts.length);
}

if (!process.argv.includes('--only-http')) {
  accuracy();
  speed(posts());
}
await measureHttp(posts());
