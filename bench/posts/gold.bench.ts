/**
 * Accuracy of the text analysis on the gold sets; `npm run bench -- posts/gold [--wrong] [--tuned]`. `--wrong` prints the misses of the tuned parts
 * only, `--tuned` leaves the other parts alone: they are measured at the end, not while the engine changes.
 */
import { allParts, type Miss, type Part, scoreGold } from '../../apps/posts/gold/score-gold.ts';

const misses: Miss[] = [];
const parts: readonly Part[] = process.argv.includes('--tuned') ? ['tuned', 'practice'] : allParts;
const scores = scoreGold(misses, parts);
console.log(`${'task'.padEnd(26)} ${parts.map((part) => part.padEnd(14)).join(' ')}`);
for (const task of new Set(scores.map((score) => score.task))) {
  const shown = scores.filter((score) => score.task === task).map(({ score, items }) => `${score.toFixed(3)} (${items})`.padEnd(14));
  console.log(`${task.padEnd(26)} ${shown.join(' ')}`);
}
if (process.argv.includes('--wrong'))
  for (const { task, part, line } of misses) if (part === 'tuned' || part === 'practice') console.log(`${task}: ${line}`);
