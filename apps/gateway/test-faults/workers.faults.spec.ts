/** What happens to fifty recordings in flight when those who work on them are killed, frozen or asked to leave. */
import { request as openRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { metric, query } from '../test-e2e/support/house.ts';
import { expectAllWell, fiftyInFlight, forgetAll, incomingOf, recording, running, uploadMany } from './support/tracks.ts';
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

describe('fifty recordings in flight survive', () => {
  it(
    'kill -9 of a worker in the middle of ffmpeg',
    async () => {
      const accepted = await fiftyInFlight(world);
      await world.audio[0].kill();
      world.ffmpeg.release();
      await expectAllWell(world, accepted, 2);
      await world.audio[0].restart();
    },
    limitMs,
  );

  it(
    'a worker frozen past its deadlines, which wakes up and wants to write',
    async () => {
      const accepted = await fiftyInFlight(world);
      process.kill(world.audio[0].pid, 'SIGSTOP');
      world.ffmpeg.release();
      const othersAreDone = async () => (await running(world)) === 0 && (await waiting()) === 0;
      expect(await until(othersAreDone, 120_000, 250)).toBe(true);
      process.kill(world.audio[0].pid, 'SIGCONT');
      expect(await until(async () => (await metric(world.audio[0].url, 'job_attempts_total', { outcome: 'lost' })) >= 3, 30_000)).toBe(
        true,
      );
      await expectAllWell(world, accepted, 2);
    },
    limitMs,
  );

  it(
    'SIGTERM of one worker after the other under load: no attempt is counted for it',
    async () => {
      const uploading = uploadMany(world, 60);
      expect(await until(async () => (await running(world)) >= 4, 30_000)).toBe(true);
      await world.audio[0].restart();
      await world.audio[1].restart();
      const accepted = await uploading;
      expect(accepted.length).toBeGreaterThanOrEqual(50);
      await expectAllWell(world, accepted, 1);
    },
    limitMs,
  );

  it(
    'kill -9 of every process that could publish them, after their commit',
    async () => {
      await query(world.postgres.url, delayCarrying);
      const accepted = await uploadMany(world);
      await Promise.all([world.gateway, ...world.audio].map((service) => service.kill()));
      expect(await waiting()).toBe(50);
      await query(world.postgres.url, 'DROP TRIGGER later ON jobs.outbox; UPDATE jobs.outbox SET due_at = now()');
      await Promise.all([world.gateway, ...world.audio].map((service) => service.restart()));
      await expectAllWell(world, accepted, 1);
    },
    limitMs,
  );

  it(
    'kill -9 of the gateway in the middle of an upload, which leaves no file',
    async () => {
      const accepted = await fiftyInFlight(world);
      const cut = openUpload();
      expect(await until(() => incomingOf(world).length === 1, 10_000)).toBe(true);
      await world.gateway.kill();
      cut.destroy();
      world.ffmpeg.release();
      await world.gateway.restart();
      await expectAllWell(world, accepted);
      expect(incomingOf(world)).toEqual([]);
    },
    limitMs,
  );

  it(
    'a recording that no attempt can finish: it is given up with its reason, the others go on',
    async () => {
      world.ffmpeg.hold();
      const { body } = await world.ana.upload(recording());
      world.ffmpeg.poison(body.track.sha256);
      const accepted = await uploadMany(world);
      world.ffmpeg.release();
      expect(await until(async () => (await world.ana.get(body.links.job)).body.state === 'failed', 150_000, 500)).toBe(true);
      const failed = (await world.ana.get(body.links.job)).body;
      expect(failed).toMatchObject({ attempts: 4, reason: { code: 'deadline-exceeded' } });
      const letters = '/v1/operators/dead-letters';
      const letter = async () =>
        (await world.operator.get(`${letters}?limit=100`)).body.items.find(({ jobId }: { jobId: string }) => jobId === failed.id);
      expect(await until(async () => (await letter()) !== undefined, 10_000)).toBe(true);
      world.ffmpeg.poison(undefined);
      expect((await world.operator.send(`${letters}/${(await letter()).id}/replay`, { method: 'POST' })).status).toBe(200);
      await expectAllWell(world, accepted);
      expect((await world.ana.get(body.links.job)).body).toMatchObject({ state: 'succeeded', attempts: 1, reason: null });
    },
    limitMs,
  );

  it(
    'a hundred listeners who do not read: they are let go, everybody else hears all',
    async () => {
      const accepted = await fiftyInFlight(world);
      const before = await metric(world.gateway.url, 'process_resident_memory_bytes');
      const deaf = Array.from({ length: 100 }, (_, i) => listenDeaf(`/v1/jobs/${accepted[i % 50]!.jobId}/events`));
      const heard = world.ana.raw(`/v1/jobs/${accepted[49]!.jobId}/events`).then((response) => response.text());
      world.ffmpeg.release();
      await expectAllWell(world, accepted);
      expect(await heard).toContain('event: job.succeeded');
      expect((await metric(world.gateway.url, 'process_resident_memory_bytes')) - before).toBeLessThan(100_000_000);
      for (const socket of deaf) socket.destroy();
    },
    limitMs,
  );
});

/** Jobs are committed, and their messages wait for a moment that does not come. */
const delayCarrying = `
  CREATE OR REPLACE FUNCTION jobs.later() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.due_at := now() + interval '1 hour';
    RETURN NEW;
  END $$;
  CREATE TRIGGER later BEFORE INSERT ON jobs.outbox FOR EACH ROW WHEN (NEW.channel = 'carry') EXECUTE FUNCTION jobs.later()`;

async function waiting(): Promise<number> {
  return (await query(world.postgres.url, `SELECT id FROM jobs.job WHERE state = 'queued'`)).length;
}

function openUpload() {
  const headers = { authorization: `Bearer ${world.ana.token}`, 'content-type': 'multipart/form-data; boundary=cut' };
  const request = openRequest(`${world.gateway.url}/v1/tracks`, { method: 'POST', headers });
  request.on('error', () => undefined); // the gateway is killed on purpose
  request.write('--cut\r\ncontent-disposition: form-data; name="file"; filename="half.wav"\r\ncontent-type: audio/wav\r\n\r\n');
  request.write(recording(10).subarray(0, 200_000));
  return request;
}

function listenDeaf(path: string) {
  const { hostname, port } = new URL(world.gateway.url);
  const socket = connect(Number(port), hostname, () => {
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${world.ana.token}\r\n\r\n`);
  });
  socket.on('error', () => undefined); // it is let go
  return socket.pause();
}
