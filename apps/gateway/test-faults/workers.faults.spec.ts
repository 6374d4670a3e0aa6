/** Fifty jobs in flight when workers or gateways are killed, frozen or stopped. */
import { utimesSync } from 'node:fs';
import { request as openRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freeze, until } from '#testing';
import { metric, query } from '../test-e2e/support/test-stack.ts';
import { type FaultTestStack, startFaultTestStack } from './support/fault-test-stack.ts';
import { deleteAll, expectConsistentState, fiftyInFlight, incomingOf, recording, running, uploadMany } from './support/tracks.ts';

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

describe('fifty jobs in flight survive', () => {
  it(
    'kill -9 of a worker while ffmpeg runs',
    async () => {
      const accepted = await fiftyInFlight(stack);
      await stack.audio[0].kill();
      stack.ffmpeg.release();
      await expectConsistentState(stack, accepted, 2);
      await stack.audio[0].restart();
    },
    limitMs,
  );

  it(
    'a worker frozen past its deadlines, which resumes and tries to write',
    async () => {
      const accepted = await fiftyInFlight(stack);
      const thaw = freeze(stack.audio[0]);
      stack.ffmpeg.release();
      const othersAreDone = async () => (await running(stack)) === 0 && (await countQueued()) === 0;
      expect(await until(othersAreDone, 120_000, 250)).toBe(true);
      thaw();
      expect(await until(async () => (await metric(stack.audio[0].url, 'job_attempts_total', { outcome: 'lost' })) >= 3, 30_000)).toBe(
        true,
      );
      await expectConsistentState(stack, accepted, 2);
    },
    limitMs,
  );

  it(
    'SIGTERM of one worker after the other under load, which counts no attempt',
    async () => {
      const uploading = uploadMany(stack, 60);
      expect(await until(async () => (await running(stack)) >= 4, 30_000)).toBe(true);
      await stack.audio[0].restart();
      await stack.audio[1].restart();
      const accepted = await uploading;
      expect(accepted.length).toBeGreaterThanOrEqual(50);
      await expectConsistentState(stack, accepted, 1);
    },
    limitMs,
  );

  it(
    'kill -9 of every process that could publish their messages, after the commit',
    async () => {
      await query(stack.postgres.url, delayPublishing);
      const accepted = await uploadMany(stack);
      await Promise.all([stack.gateway, ...stack.audio].map((service) => service.kill()));
      expect(await countQueued()).toBe(50);
      await query(stack.postgres.url, 'DROP TRIGGER later ON jobs.outbox; UPDATE jobs.outbox SET due_at = now()');
      await Promise.all([stack.gateway, ...stack.audio].map((service) => service.restart()));
      await expectConsistentState(stack, accepted, 1);
    },
    limitMs,
  );

  it(
    'kill -9 of the gateway during an upload, whose file is removed when nobody has written to it for an hour',
    async () => {
      const accepted = await fiftyInFlight(stack);
      const cut = openUpload();
      expect(await until(() => incomingOf(stack).length === 1, 10_000)).toBe(true);
      await stack.gateway.kill();
      cut.destroy();
      stack.ffmpeg.release();
      await stack.gateway.restart();
      const [left] = incomingOf(stack);
      utimesSync(join(stack.blobs, 'incoming', left!), new Date(), new Date(Date.now() - 3_601_000));
      await expectConsistentState(stack, accepted);
      expect(incomingOf(stack)).toEqual([]);
    },
    limitMs,
  );

  it(
    'a recording that no attempt can finish: it fails with its reason, the others continue',
    async () => {
      stack.ffmpeg.hold();
      const { body } = await stack.ana.upload(recording());
      stack.ffmpeg.hangOn(body.sha256);
      const accepted = await uploadMany(stack);
      stack.ffmpeg.release();
      expect(await until(async () => (await stack.ana.get(body.links.job)).body.state === 'failed', 150_000, 500)).toBe(true);
      const failed = (await stack.ana.get(body.links.job)).body;
      expect(failed).toMatchObject({ attempts: 4, problem: { code: 'deadline-exceeded' } });
      const letters = '/v1/operators/dead-letters';
      const letter = async () =>
        (await stack.operator.get(`${letters}?limit=100`)).body.items.find(({ jobId }: { jobId: string }) => jobId === failed.id);
      expect(await until(async () => (await letter()) !== undefined, 10_000)).toBe(true);
      stack.ffmpeg.hangOn(undefined);
      expect((await stack.operator.send(`${letters}/${(await letter()).id}/replay`, { method: 'POST' })).status).toBe(200);
      await expectConsistentState(stack, accepted);
      expect((await stack.ana.get(body.links.job)).body).toMatchObject({ state: 'succeeded', attempts: 1, problem: null });
    },
    limitMs,
  );

  it(
    'a hundred listeners that do not read: they are disconnected, others receive all events',
    async () => {
      const accepted = await fiftyInFlight(stack);
      const before = await metric(stack.gateway.url, 'process_resident_memory_bytes');
      const stalled = Array.from({ length: 100 }, (_, i) => openWithoutReading(`/v1/jobs/${accepted[i % 50]!.jobId}/events`));
      const events = stack.ana.raw(`/v1/jobs/${accepted[49]!.jobId}/events`).then((response) => response.text());
      stack.ffmpeg.release();
      await expectConsistentState(stack, accepted);
      expect(await events).toContain('event: job.succeeded');
      expect((await metric(stack.gateway.url, 'process_resident_memory_bytes')) - before).toBeLessThan(100_000_000);
      for (const socket of stalled) socket.destroy();
    },
    limitMs,
  );
});

/** Delays the messages of committed jobs by an hour. */
const delayPublishing = `
  CREATE OR REPLACE FUNCTION jobs.later() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.due_at := now() + interval '1 hour';
    RETURN NEW;
  END $$;
  CREATE TRIGGER later BEFORE INSERT ON jobs.outbox FOR EACH ROW WHEN (NEW.channel = 'carry') EXECUTE FUNCTION jobs.later()`;

async function countQueued(): Promise<number> {
  return (await query(stack.postgres.url, `SELECT id FROM jobs.job WHERE state = 'queued'`)).length;
}

function openUpload() {
  const headers = { authorization: `Bearer ${stack.ana.token}`, 'content-type': 'multipart/form-data; boundary=cut' };
  const request = openRequest(`${stack.gateway.url}/v1/tracks`, { method: 'POST', headers });
  request.on('error', () => undefined); // the gateway is killed on purpose
  request.write('--cut\r\ncontent-disposition: form-data; name="file"; filename="half.wav"\r\ncontent-type: audio/wav\r\n\r\n');
  request.write(recording(10).subarray(0, 200_000));
  return request;
}

function openWithoutReading(path: string) {
  const { hostname, port } = new URL(stack.gateway.url);
  const socket = connect(Number(port), hostname, () => {
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${stack.ana.token}\r\n\r\n`);
  });
  socket.on('error', () => undefined); // the gateway closes it
  return socket.pause();
}
