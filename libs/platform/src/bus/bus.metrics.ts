import { Counter, Gauge, Histogram } from 'prom-client';
import type { FailureCode } from '#contracts';

/** Buckets hold the objectives (50 ms, 100 ms, 300 ms, 1 s), so that ratios against them are exact. */
export const durationBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10, 30];

export const rpcDuration = new Histogram({
  name: 'rpc_request_duration_seconds',
  help: 'Time from a message to its answer, by contract and outcome (ok or a failure code).',
  labelNames: ['subject', 'outcome'],
  buckets: durationBuckets,
});

/** Since the last time somebody looked, by subject; most calls end so, and adding one here costs less than finding a counter by its labels. */
const answered = new Map<string, number>();

const rpcCalls = new Counter({
  name: 'rpc_client_requests_total',
  help: 'Calls made to other services, by contract and outcome (ok or a failure code).',
  labelNames: ['subject', 'outcome'],
  collect() {
    for (const [subject, calls] of answered) this.inc({ subject, outcome: 'ok' }, calls);
    answered.clear();
  },
});

export const countAnswer = (subject: string): unknown => answered.set(subject, (answered.get(subject) ?? 0) + 1);
export const countFailure = (subject: string, outcome: FailureCode): void => rpcCalls.inc({ subject, outcome });

export const rpcInFlight = new Gauge({ name: 'rpc_in_flight', help: 'Messages being worked on.' });
