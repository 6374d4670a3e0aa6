import { Counter, Gauge, Histogram } from 'prom-client';

export const attemptOutcomes = ['succeeded', 'failed', 'retried', 'deferred', 'released', 'lost'] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

export const jobDuration = new Histogram({
  name: 'job_duration_seconds',
  help: 'Time of one attempt at a job, by kind and outcome.',
  labelNames: ['kind', 'outcome'],
  buckets: [0.005, 0.025, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_600],
});
export const jobAttempts = new Counter({
  name: 'job_attempts_total',
  help: 'Attempts that ended, by kind and outcome.',
  labelNames: ['kind', 'outcome'],
});
export const jobCost = new Counter({
  name: 'job_cost_cpu_seconds_total',
  help: 'CPU time of the child processes and worker threads that jobs used, by kind.',
  labelNames: ['kind'],
});
export const jobsInFlight = new Gauge({ name: 'job_in_flight', help: 'Jobs that this process is working on.', labelNames: ['kind'] });
export const jobDeadLetters = new Counter({
  name: 'job_dead_letters_total',
  help: 'Jobs that failed for good although they were worth retrying.',
  labelNames: ['kind'],
});
export const jobQueueDepth = new Gauge({ name: 'job_queue_depth', help: 'Jobs that wait, in all of the system.', labelNames: ['kind'] });
export const jobOldest = new Gauge({
  name: 'job_oldest_seconds',
  help: 'How long the job that waits longest has been due, in all of the system.',
  labelNames: ['kind'],
});
export const outboxPending = new Gauge({
  name: 'outbox_pending',
  help: 'Messages that are due and not published yet, in all of the system.',
});
export const outboxLag = new Gauge({ name: 'outbox_lag_seconds', help: 'Age of the oldest message that is due and not published yet.' });

/** Begins the counters of a kind at 0, so that its first dead letter is an increase. */
export function countJobsFromZero(kind: string): void {
  for (const outcome of attemptOutcomes) jobAttempts.inc({ kind, outcome }, 0);
  jobDeadLetters.inc({ kind }, 0);
  jobCost.inc({ kind }, 0);
  jobsInFlight.inc({ kind }, 0);
}
