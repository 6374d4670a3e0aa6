/** What happens to fifty recordings in flight when PostgreSQL, NATS, Redis or the disk under them gives way. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freeze, until } from '#testing';
import { expectAllWell, fiftyInFlight, forgetAll, incomingOf, recording, uploadMany } from './support/tracks.ts';
import { openWorld, type World } from './support/world.ts';

const limitMs = 240_000;
let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 120_000);
afterEach(async () => {
  world?.ffmpeg.release();
  if (world) await forgetAll(world);
}, 60_000);
afterAll(() => world?.close(), 60_000);

const takesUploads = () =>
  until(
    async () => (await world.ana.upload(recording())).status === 202, // everything an upload needs is there again
    60_000,
    250,
  );

describe('fifty recordings in flight survive', () => {
  it(
    'NATS killed and restarted with its data',
    async () => {
      const accepted = await fiftyInFlight(world);
      await world.nats.kill();
      world.ffmpeg.release();
      await world.nats.restart();
      expect(await takesUploads()).toBe(true);
      await expectAllWell(world, accepted);
    },
    limitMs,
  );

  it(
    'NATS restarted without its data: what it carried is published again from the database',
    async () => {
      const accepted = await fiftyInFlight(world);
      await world.nats.kill();
      rmSync(join(world.natsFolder, 'jetstream'), { recursive: true });
      await world.nats.restart();
      world.ffmpeg.release();
      await expectAllWell(world, accepted);
    },
    limitMs,
  );

  it(
    'PostgreSQL killed and restarted',
    async () => {
      const accepted = await fiftyInFlight(world);
      await world.postgres.kill();
      world.ffmpeg.release();
      expect((await world.ana.get('/v1/jobs')).status).toBe(503);
      await world.postgres.restart();
      expect(await takesUploads()).toBe(true);
      await expectAllWell(world, accepted);
    },
    limitMs,
  );

  it(
    'PostgreSQL frozen and let go on: meanwhile every request is answered, and every probe names it',
    async () => {
      const accepted = await fiftyInFlight(world);
      const thaw = freeze(world.postgres);
      try {
        world.ffmpeg.release();
        const paths = ['/v1/jobs', '/v1/webhooks', '/v1/tracks', `/v1/tracks/${accepted[0]!.trackId}`, '/v1/uploads'];
        for (const { status, body } of await Promise.all(paths.map((path) => world.ana.get(path))))
          expect([status, body.code]).toEqual([503, 'service-unavailable']);
        for (const { url } of [world.gateway, ...world.audio]) {
          const ready = await fetch(`${url}/health/ready`);
          expect([ready.status, ((await ready.json()) as Readiness).error.postgres?.status]).toEqual([503, 'down']);
        }
      } finally {
        thaw();
      }
      expect(await takesUploads()).toBe(true);
      await expectAllWell(world, accepted);
    },
    limitMs,
  );

  it(
    'Redis killed, while uploads go on without it',
    async () => {
      const accepted = await fiftyInFlight(world);
      await world.redis.kill();
      world.ffmpeg.release();
      const without = await uploadMany(world, 10);
      expect(without).toHaveLength(10);
      await expectAllWell(world, [...accepted, ...without]);
      await world.redis.restart();
    },
    limitMs,
  );

  it(
    'a full disk: uploads are refused with 507 and leave nothing, what is there can be read, and room heals it',
    async () => {
      const accepted = await fiftyInFlight(world);
      const whole = await bytesOf(accepted[0]!.trackId);
      const ballast = join(world.disk.path, 'ballast');
      fill(ballast);
      world.ffmpeg.release();
      const refused = await world.ana.upload(recording(60));
      expect(refused).toMatchObject({ status: 507, body: { code: 'storage-full' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(incomingOf(world)).toEqual([]);
      expect((await bytesOf(accepted[0]!.trackId)).equals(whole)).toBe(true);
      await expectAllWell(world, accepted, 1);
      rmSync(ballast);
      const { body } = await world.ana.upload(recording(60), { wait: 60 });
      expect(body).toMatchObject({ state: 'ready' });
    },
    limitMs,
  );
});

interface Readiness {
  readonly error: Readonly<Record<string, { readonly status: string } | undefined>>;
}

const bytesOf = async (trackId: string) => Buffer.from(await (await world.ana.raw(`/v1/tracks/${trackId}/file`)).arrayBuffer());

/** To the last byte but one page. */
function fill(path: string): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(65_536), { flag: 'a' });
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}
