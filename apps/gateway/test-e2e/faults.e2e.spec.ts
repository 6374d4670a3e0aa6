import { request as openRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunningService, until } from '#testing';
import { Api } from './support/api.ts';
import { collectEvents } from './support/event-reader.ts';
import { type House, openHouse, query } from './support/house.ts';
import { clicks } from './support/sounds.ts';

let house: House;
let ana: Api;
let audio: RunningService;

beforeAll(async () => {
  house = await openHouse(['gateway', 'audio']);
  audio = house.stack.services.audio!;
}, 120_000);
afterAll(() => house?.close());
beforeEach(async () => {
  ana = await Api.register(house.url);
});

const stateOf = async (path: string) => (await ana.get(path)).body.state;

describe('an audio service that is killed in the middle of a job', () => {
  it('finishes the job after its restart, once', async () => {
    house.ffmpeg.hold();
    const { body } = await ana.upload(clicks(128, 10, 20));
    expect(await until(async () => (await stateOf(body.links.job)) === 'running', 20_000)).toBe(true);
    await audio.kill();
    house.ffmpeg.release();
    await audio.restart();

    const events = await collectEvents(await ana.raw(`${body.links.job}/events`));
    expect(events.filter(({ event }) => event !== 'job.progress').map(({ event }) => event)).toEqual(['job.succeeded']);
    const job = (await ana.get(body.links.job)).body;
    expect(job).toMatchObject({ state: 'succeeded', reason: null, attempts: 2 });
    const rows = await query<{ count: string }>(house.stack.environment.DATABASE_URL, 'SELECT count(*) FROM jobs.job WHERE id = $1', [
      job.id,
    ]);
    expect(rows).toEqual([{ count: '1' }]);
    const { analysis } = (await ana.get(body.links.self)).body;
    expect(Math.abs(analysis.bpm / 128 - 1)).toBeLessThan(0.01);
  }, 120_000);
});

describe('while the audio service is away', () => {
  it('its routes say 503 and when to come back; everything else works', async () => {
    const { body } = await ana.upload(clicks(100, 4, 21), { wait: 30 });
    await audio.kill();
    const away = async () => (await ana.get('/v1/tracks')).status === 503;
    expect(await until(away, 20_000)).toBe(true); // what NATS hands to the dead one before it notices runs into its deadline
    const tracks = await ana.get('/v1/tracks');
    expect(tracks).toMatchObject({ status: 503, body: { code: 'service-unavailable', type: '/problems/service-unavailable' } });
    expect(Number(tracks.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ana.upload(clicks(100, 4, 22))).status).toBe(503);
    expect((await ana.get('/v1/me')).status).toBe(200);
    expect((await ana.get(body.links.job)).body.state).toBe('succeeded');
    expect((await fetch(`${house.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${house.url}/openapi.json`)).status).toBe(200);
    await audio.restart();
    expect((await ana.get(body.links.self)).status).toBe(200);
  }, 60_000);

  it('the status is answered by the health service, or 503 without it', async () => {
    expect(await ana.get('/v1/status')).toMatchObject({ status: 503, body: { code: 'service-unavailable' } });
    const health = await house.stack.another('health');
    expect(await ana.get('/v1/status')).toMatchObject({ status: 200, body: { grade: expect.any(String) } });
    await health.stop();
  }, 60_000);
});

describe('a gateway that is asked to leave', () => {
  it('lets an upload that has begun finish, takes nothing new, and goes', async () => {
    const gateway = await house.stack.another('gateway');
    const bytes = clicks(110, 8, 23);
    const upload = openUpload(gateway.url, ana.token!);
    upload.request.write(bytes.subarray(0, 100_000));
    const known = house.storedFiles();
    expect(
      await until(() => house.storedFiles().some((name) => !known.includes(name)) || known.some((name) => name.length === 36), 5_000),
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
    expect({ status, sizeBytes: body.track?.sizeBytes }).toEqual({ status: 202, sizeBytes: bytes.length });
    expect(await until(() => !isAlive(pid), 20_000)).toBe(true);
  }, 60_000);

  it('answers whoever waits for a job before it goes', async () => {
    const gateway = await house.stack.another('gateway');
    house.ffmpeg.hold();
    try {
      const waiting = new Api(gateway.url, ana.token).upload(clicks(111, 6, 24), { wait: 60 });
      expect(await until(async () => (await ana.get('/v1/jobs?state=running')).body.items.length > 0, 20_000)).toBe(true);
      await gateway.stop();
      expect((await waiting).status).toBe(202);
    } finally {
      house.ffmpeg.release();
    }
  }, 60_000);
});

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came, its expectations are the check
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
