/** Two copies of every service behind the gateway: they share the load, and one of them may be killed. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServiceName } from '#contracts';
import type { RunningService } from '#testing';
import { Api } from '../test-e2e/support/api.ts';
import { metric, openTestStack, type TestStack } from '../test-e2e/support/test-stack.ts';
import { type ReadingFigures, readFrom } from './support/reading-load.ts';

/** What each service answers to a read through the gateway. */
const reads = {
  audio: { path: '/v1/tracks', subject: 'audio.track.list.v1' },
  video: { path: '/v1/videos', subject: 'video.video.list.v1' },
  posts: { path: '/v1/posts', subject: 'posts.post.list.v1' },
  health: { path: '/v1/system/info', subject: 'health.system-info.get.v1' },
} as const satisfies Partial<Record<ServiceName, object>>;
type Reader = keyof typeof reads;
const readers = Object.keys(reads) as Reader[];
/** The cache service answers the others, when neither memory nor Redis has a value. */
const names = [...readers, 'cache'] as const;
const paths = readers.map((name) => reads[name].path);
const [clients, requests] = [16, 4_000];
const maxFailedRatio = 0.001;

let stack: TestStack;
let operator: Api;
let copies: Readonly<Record<Reader | 'cache', readonly [RunningService, RunningService]>>;

beforeAll(async () => {
  stack = await openTestStack(['gateway', ...names], { BUS_SILENCE_MS: '5000', LOG_LEVEL: 'warn' });
  const { services, startReplica, environment } = stack.processes;
  const seconds = await Promise.all(names.map((name) => startReplica(name)));
  copies = Object.fromEntries(names.map((name, at) => [name, [services[name]!, seconds[at]!]])) as unknown as typeof copies;
  operator = await Api.registerOperator(stack.url, environment.DATABASE_URL);
}, 240_000);
afterAll(() => stack?.close(), 60_000);

const load = (onAnswer?: (answered: number) => void): Promise<ReadingFigures> =>
  readFrom({ url: stack.url, paths, token: operator.token!, clients, requests }, onAnswer);
const answeredBy = ({ url }: RunningService, subject: string) =>
  metric(url, 'rpc_request_duration_seconds_count', { subject, outcome: 'ok' });

describe('two copies of each service', () => {
  it('share the load within 20 %', async () => {
    const { answers } = await load();
    expect([...answers.keys()]).toEqual([200]);
    for (const name of readers) {
      const [first, second] = await Promise.all(copies[name].map((copy) => answeredBy(copy, reads[name].subject)));
      const mean = (first! + second!) / 2;
      expect({ name, mean }).toEqual({ name, mean: expect.closeTo(requests / readers.length / 2, -2) });
      expect({ name, isShared: Math.abs(first! - mean) <= 0.2 * mean }).toEqual({ name, isShared: true });
    }
  }, 120_000);

  it.each(names)(
    'serve on while one of %s is killed: under 0.1 %% of the requests fail',
    async (name) => {
      const [, victim] = copies[name];
      let killing: Promise<void> | undefined;
      const { failedRatio, answers } = await load((answered) => {
        if (answered === requests / 4) killing = victim.kill();
      });
      await killing;
      expect({ answers, isServed: failedRatio < maxFailedRatio }).toEqual({ answers, isServed: true });
      await victim.restart();
    },
    180_000,
  );
});
