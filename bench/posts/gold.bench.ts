/**
 * Accuracy of the text analysis on the gold sets; `npm run bench -- posts/gold [--wrong] [--tuned]`. `--wrong` prints the misses of the parts for
 * tuning only, `--tuned` leaves the other parts alone: they are measured at the end, not while the engine changes.
 */
import { allParts, type Miss, scoreGold, tuningParts } from '../../apps/posts/gold/score-gold.ts';

const misses: Miss[] = [];
const parts = process.argv.includes('--tuned') ? tuningParts : allParts;
const scores = scoreGold(misses, parts);
console.log(`${'task'.padEnd(26)} ${parts.map((part) => part.padEnd(14)).join(' ')}`);
for (const task of new Set(scores.map((score) => score.task))) {
  const shown = scores.filter((score) => score.task === task).map(({ score, items }) => `${score.toFixed(3)} (${items})`.padEnd(14));
  console.log(`${task.padEnd(26)} ${shown.join(' ')}`);
}
if (process.argv.includes('--wrong'))
  for (const { task, part, line } of misses) if (tuningParts.includes(part)) console.log(`${task} ${part}: ${line}`);
