import { Histogram } from 'prom-client';
import type { TaskTime } from './analyze-texts.worker.ts';

const seconds = new Histogram({
  name: 'nlp_processing_duration_seconds',
  help: 'Time of one task on one text, by task and language (en, es, und, other).',
  labelNames: ['task', 'language'],
  buckets: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
});

const languages = new Set(['en', 'es', 'und']);

export function observeTasks(times: readonly TaskTime[]): void {
  for (const { task, language, durationMs } of times)
    seconds.observe({ task, language: languages.has(language) ? language : 'other' }, durationMs / 1_000);
}
