/** Accuracy of the text analysis on the gold sets; `npm run bench -- posts/gold [--wrong]`. `--wrong` prints the misses of the tuned part only. */
import { type Miss, scoreGold } from '../../apps/posts/gold/score-gold.ts';

const misses: Miss[] = [];
const scores = scoreGold(misses);
console.log(`${'task'.padEnd(26)} ${'tuned'.padEnd(14)} held back`);
for (const task of new Set(scores.map((score) => score.task))) {
  const shown = scores.filter((score) => score.task === task).map(({ score, items }) => `${score.toFixed(3)} (${items})`.padEnd(14));
  console.log(`${task.padEnd(26)} ${shown.join(' ')}`);
}
if (process.argv.includes('--wrong')) for (const { task, part, line } of misses) if (part === 'tuned') console.log(`${task}: ${line}`);
