import { request as openRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunningService, until } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { collectEvents } from './support/event-reader.ts';
import { openTestStack, query, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
let audio: RunningService;

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
  audio = stack.processes.services.audio!;
}, 120_000);
afterAll(() => stack?.close());
beforeEach(async () => {
  ana = await Api.register(stack.url);
});

const stateOf = async (path: string) => (await ana.get(path)).body.state;

describe('an audio service that is killed during a job', () => {
  it('finishes the job once after its restart', async () => {
    stack.ffmpeg.hold();
    const { body } = await ana.upload(clicks(128, 10, 20));
    expect(await until(async () => (await stateOf(body.links.job)) === 'running', 20_000)).toBe(true);
    await audio.kill();
    stack.ffmpeg.release();
    await audio.restart();

    const events = await collectEvents(await ana.raw(`${body.links.job}/events`));
    expect(events.filter(({ event }) => event !== 'job.progress').map(({ event }) => event)).toEqual(['job.succeeded']);
    const job = (await ana.get(body.links.job)).body;
    expect(job).toMatchObject({ state: 'succeeded', problem: null, attempts: 2 });
    const rows = await query<{ count: string }>(stack.processes.environment.DATABASE_URL, 'SELECT count(*) FROM jobs.job WHERE id = $1', [
      job.id,
    ]);
    expect(rows).toEqual([{ count: '1' }]);
    const { analysis } = (await ana.get(body.links.self)).body;
    expect(Math.abs(analysis.bpm / 128 - 1)).toBeLessThan(0.01);
  }, 120_000);
});

describe('uploads that are under way when an audio service is killed', () => {
  it('are taken by another copy', async () => {
    const copy = await stack.processes.startReplica('audio');
    const files = [31, 32, 33, 34].map((seed) => clicks(112, 6, seed));
    const uploads = files.map((bytes) => {
      const upload = openUpload(stack.url, ana.token!);
      upload.request.write(bytes.subarray(0, 100_000));
      return upload;
    });
    await audio.kill();
    for (const [at, { request }] of uploads.entries()) {
      request.write(files[at]!.subarray(100_000));
      request.end('\r\n--cut--\r\n');
    }
    for (const [at, { answer }] of uploads.entries()) {
      const { status, body } = await answer;
      expect({ status, sizeBytes: body.sizeBytes }).toEqual({ status: 202, sizeBytes: files[at]!.length });
      expect(await until(async () => (await stateOf(body.links.self)) === 'ready', 40_000)).toBe(true);
    }
    await audio.restart();
    await copy.stop();
  }, 120_000);
});

describe('without the audio service', () => {
  it('its routes answer 503 with Retry-After, and all others work', async () => {
    const { body } = await ana.upload(clicks(100, 4, 21), { wait: 30 });
    await audio.kill();
    const isUnavailable = async () => (await ana.get('/v1/tracks')).status === 503;
    expect(await until(isUnavailable, 20_000)).toBe(true); // requests that NATS delivers to the dead process time out first
    const tracks = await ana.get('/v1/tracks');
    expect(tracks).toMatchObject({ status: 503, body: { code: 'service-unavailable', type: '/problems/service-unavailable' } });
    expect(Number(tracks.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ana.upload(clicks(100, 4, 22))).status).toBe(503);
    expect((await ana.get('/v1/me')).status).toBe(200);
    expect((await ana.get(body.links.job)).body.state).toBe('succeeded');
    expect((await fetch(`${stack.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${stack.url}/openapi.json`)).status).toBe(200);
    await audio.restart();
    expect((await ana.get(body.links.self)).status).toBe(200);
  }, 60_000);

  it('without the health service, the status is what the gateway sees by itself', async () => {
    const servicesIn = async () => (await ana.get('/v1/status')).body.services.map(({ service }: { service: string }) => service);
    expect(await ana.get('/v1/status')).toMatchObject({ status: 200, body: { grade: 'degraded', score: 0.5 } });
    expect(await servicesIn()).toEqual(['gateway', 'health']);
    const health = await stack.processes.startReplica('health');
    expect(await until(async () => (await servicesIn()).length === 6, 20_000, 250)).toBe(true);
    await health.stop();
  }, 60_000);
});

describe('a gateway that receives SIGTERM', () => {
  it('finishes a running upload, accepts no new requests, and exits', async () => {
    const gateway = await stack.processes.startReplica('gateway');
    const bytes = clicks(110, 8, 23);
    const upload = openUpload(gateway.url, ana.token!);
    upload.request.write(bytes.subarray(0, 100_000));
    const known = stack.storedFiles();
    expect(
      await until(() => stack.storedFiles().some((name) => !known.includes(name)) || known.some((name) => name.length === 36), 5_000),
    ).toBe(true);

    const { pid } = gateway;
    process.kill(pid, 'SIGTERM');
    const closed = () =>
      fetch(`${gateway.url}/health/live`).then(
        () => false,
        () => true,
      );
    expect(await until(closed, 20_000)).toBe(true);
    upload.request.write(bytes.subarray(100_000));
    upload.request.end('\r\n--cut--\r\n');
    const { status, body } = await upload.answer;
    expect({ status, sizeBytes: body.sizeBytes }).toEqual({ status: 202, sizeBytes: bytes.length });
    expect(await until(() => !isAlive(pid), 20_000)).toBe(true);
  }, 60_000);

  it('answers clients that wait for a job before it exits', async () => {
    const gateway = await stack.processes.startReplica('gateway');
    stack.ffmpeg.hold();
    try {
      const waiting = new Api(gateway.url, ana.token).upload(clicks(111, 6, 24), { wait: 60 });
      expect(await until(async () => (await ana.get('/v1/jobs?state=running')).body.items.length > 0, 20_000)).toBe(true);
      await gateway.stop();
      expect((await waiting).status).toBe(202);
    } finally {
      stack.ffmpeg.release();
    }
  }, 60_000);
});

// biome-ignore lint/suspicious/noExplicitAny: a test reads any body; its expectations check it
type Reply = { status: number; body: any };

function openUpload(url: string, token: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'multipart/form-data; boundary=cut' };
  const request = openRequest(`${url}/v1/tracks`, { method: 'POST', headers });
  const answer = new Promise<Reply>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', async (response) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(await text(response)) }));
  });
  request.write('--cut\r\ncontent-disposition: form-data; name="file"; filename="slow.wav"\r\n\r\n');
  return { request, answer };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // no such process
  }
}
