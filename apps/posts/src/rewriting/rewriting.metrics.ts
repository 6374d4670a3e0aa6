import { Counter, Histogram } from 'prom-client';
import { Failure } from '#contracts';
import type { Order } from './prompts.ts';

const outcomes = [
  'answered',
  'cached',
  'refused',
  'invalid',
  'unavailable',
  'timeout',
  'abandoned',
  'over-budget',
  'overloaded',
  'failed',
] as const;
type Outcome = (typeof outcomes)[number];

const requests = new Counter({
  name: 'llm_requests_total',
  help: 'Requests to the language model, by task (rewrite, draft) and outcome.',
  labelNames: ['task', 'outcome'],
});

const seconds = new Histogram({
  name: 'llm_answer_duration_seconds',
  help: 'Time of one whole answer of the language model.',
  labelNames: ['task'],
  buckets: [0.25, 0.5, 1, 2, 5, 10, 20, 40, 60],
});

const byCode: Readonly<Record<string, Outcome>> = {
  'llm-refused': 'refused',
  'llm-answer-invalid': 'invalid',
  'llm-unavailable': 'unavailable',
  'llm-timeout': 'timeout',
  'llm-budget-exceeded': 'over-budget',
  cancelled: 'abandoned',
  overloaded: 'overloaded',
};

export const countRewrite = (task: Order['task'], outcome: Outcome): void => requests.inc({ task, outcome });
export const countRewriteFailure = (task: Order['task'], error: unknown): void =>
  countRewrite(task, byCode[Failure.from(error).code] ?? 'failed');
export const observeAnswer = (task: Order['task'], durationMs: number): void => seconds.observe({ task }, durationMs / 1_000);
