/** Fifty jobs in flight during faults of PostgreSQL, NATS, Redis and the disk. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freeze, until } from '#testing';
import { type FaultTestStack, startFaultTestStack } from './support/fault-test-stack.ts';
import { deleteAll, expectConsistentState, fiftyInFlight, incomingOf, recording, uploadMany } from './support/tracks.ts';

const limitMs = 240_000;
let stack: FaultTestStack;

beforeAll(async () => {
  stack = await startFaultTestStack();
}, 120_000);
afterEach(async () => {
  stack?.ffmpeg.release();
  if (stack) await deleteAll(stack);
}, 60_000);
afterAll(() => stack?.close(), 60_000);

const acceptsUploads = () =>
  until(
    async () => (await stack.ana.upload(recording())).status === 202, // everything that an upload needs is available again
    60_000,
    250,
  );

describe('fifty jobs in flight survive', () => {
  it(
    'NATS killed and restarted with its data',
    async () => {
      const accepted = await fiftyInFlight(stack);
      await stack.nats.kill();
      stack.ffmpeg.release();
      await stack.nats.restart();
      expect(await acceptsUploads()).toBe(true);
      await expectConsistentState(stack, accepted);
    },
    limitMs,
  );

  it(
    'NATS restarted without its data: messages are published again from the database',
    async () => {
      const accepted = await fiftyInFlight(stack);
      await stack.nats.kill();
      rmSync(join(stack.natsFolder, 'jetstream'), { recursive: true });
      await stack.nats.restart();
      stack.ffmpeg.release();
      await expectConsistentState(stack, accepted);
    },
    limitMs,
  );

  it(
    'PostgreSQL killed and restarted',
    async () => {
      const accepted = await fiftyInFlight(stack);
      await stack.postgres.kill();
      stack.ffmpeg.release();
      expect((await stack.ana.get('/v1/jobs')).status).toBe(503);
      await stack.postgres.restart();
      expect(await acceptsUploads()).toBe(true);
      await expectConsistentState(stack, accepted);
    },
    limitMs,
  );

  it(
    'PostgreSQL frozen and resumed: meanwhile every request is answered, and every probe reports it',
    async () => {
      const accepted = await fiftyInFlight(stack);
      const thaw = freeze(stack.postgres);
      try {
        stack.ffmpeg.release();
        const paths = ['/v1/jobs', '/v1/webhooks', '/v1/tracks', `/v1/tracks/${accepted[0]!.trackId}`, '/v1/uploads'];
        for (const { status, body } of await Promise.all(paths.map((path) => stack.ana.get(path))))
          expect([status, body.code]).toEqual([503, 'service-unavailable']);
        for (const { url } of [stack.gateway, ...stack.audio]) {
          const ready = await fetch(`${url}/health/ready`);
          expect([ready.status, ((await ready.json()) as Readiness).error.postgres?.status]).toEqual([503, 'down']);
        }
      } finally {
        thaw();
      }
      expect(await acceptsUploads()).toBe(true);
      await expectConsistentState(stack, accepted);
    },
    limitMs,
  );

  it(
    'Redis killed, while uploads continue without it',
    async () => {
      const accepted = await fiftyInFlight(stack);
      await stack.redis.kill();
      stack.ffmpeg.release();
      const without = await uploadMany(stack, 10);
      expect(without).toHaveLength(10);
      await expectConsistentState(stack, [...accepted, ...without]);
      await stack.redis.restart();
    },
    limitMs,
  );

  it(
    'a full disk: uploads fail with 507 and leave nothing, existing files are readable, and free space restores uploads',
    async () => {
      const accepted = await fiftyInFlight(stack);
      const whole = await bytesOf(accepted[0]!.trackId);
      const makeRoom = stack.disk.fill();
      stack.ffmpeg.release();
      const refused = await stack.ana.upload(recording(60));
      expect(refused).toMatchObject({ status: 507, body: { code: 'storage-full' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(incomingOf(stack)).toEqual([]);
      expect((await bytesOf(accepted[0]!.trackId)).equals(whole)).toBe(true);
      await expectConsistentState(stack, accepted, 1);
      makeRoom();
      const { body } = await stack.ana.upload(recording(60), { wait: 60 });
      expect(body).toMatchObject({ state: 'ready' });
    },
    limitMs,
  );
});

interface Readiness {
  readonly error: Readonly<Record<string, { readonly status: string } | undefined>>;
}

const bytesOf = async (trackId: string) => Buffer.from(await (await stack.ana.raw(`/v1/tracks/${trackId}/file`)).arrayBuffer());
