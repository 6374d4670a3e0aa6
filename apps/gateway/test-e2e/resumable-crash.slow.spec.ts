import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freeze, until } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import type { TestStack } from './support/test-stack.ts';
import { append, newUpload, offsetOf, openPatch } from './support/tus.ts';
import { expectWhole as expectWholeIn, openUploadStack, sha256 } from './support/whole-upload.ts';

let stack: TestStack;
let ana: Api;
beforeAll(async () => {
  stack = await openUploadStack();
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close());

const expectWhole = (api: Api, path: string, bytes: Uint8Array) => expectWholeIn(stack, api, path, bytes);

async function tracksOf(bytes: Uint8Array): Promise<unknown[]> {
  const { items } = (await ana.get('/v1/tracks?limit=100')).body;
  return items.filter((track: { sha256: string }) => track.sha256 === sha256(bytes));
}

describe('an interrupted upload', () => {
  const sound = clicks(100, 200, 12); // 8.8 MB

  it('can be resumed after its gateway was killed', async () => {
    const path = await newUpload(ana, sound.length);
    const cut = await openPatch(ana, path, 0, sound.length);
    cut.write(sound.subarray(0, 4_000_000));
    await until(async () => (await offsetOf(ana, path)) > 0, 10_000);
    cut.write(sound.subarray(4_000_000, 4_500_000)); // may or may not reach the disk
    await stack.processes.services.gateway!.kill();
    await stack.processes.services.gateway!.restart();

    const offset = await offsetOf(ana, path);
    expect(offset).toBeGreaterThan(0);
    expect(offset).toBeLessThanOrEqual(4_500_000);
    expect((await append(ana, path, offset, sound.subarray(offset))).status).toBe(204); // the lock of the killed process is free
    await expectWhole(ana, path, sound);
  });

  it('can be resumed through another replica of the gateway, which observes its lock', async () => {
    const gateway = await stack.processes.startReplica('gateway');
    const there = new Api(gateway.url, ana.token);
    const path = await newUpload(ana, sound.length);
    const here = await openPatch(ana, path, 0, 2_000_000);
    here.write(sound.subarray(0, 1_000_000));
    await until(async () => (await offsetOf(there, path)) === 1_000_000, 10_000);
    const second = await append(there, path, 1_000_000, sound.subarray(1_000_000));
    expect([second.status, second.body.code]).toEqual([423, 'upload-locked']);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);

    const answered = once(here, 'response');
    here.end(sound.subarray(1_000_000, 2_000_000));
    expect((await answered)[0].statusCode).toBe(204);
    expect((await append(there, path, 2_000_000, sound.subarray(2_000_000))).status).toBe(204);
    await expectWhole(ana, path, sound);
    await gateway.stop();
  });

  it('is not corrupted by a gateway that was frozen and resumes later', async () => {
    const frozen = await stack.processes.startReplica('gateway', { GATEWAY_UPLOAD_IDLE_MS: '60000' });
    const path = await newUpload(ana, sound.length);
    const early = await openPatch(new Api(frozen.url, ana.token), path, 0, sound.length);
    const answered = once(early, 'response');
    early.write(sound.subarray(0, 1_000_000));
    await until(async () => (await offsetOf(ana, path)) === 1_000_000, 10_000);
    const thaw = freeze(frozen);
    early.write(Buffer.alloc(1_500_000, 'other bytes')); // buffered by the sockets until the process resumes
    await until(async () => (await append(ana, path, 1_000_000, sound.subarray(1_000_000, 3_000_000))).status === 204, 20_000);
    thaw();
    expect((await answered)[0].statusCode).toBe(423);
    early.destroy();
    expect(await offsetOf(ana, path)).toBe(3_000_000);
    expect((await append(ana, path, 3_000_000, sound.subarray(3_000_000))).status).toBe(204);
    await expectWhole(ana, path, sound);
    await frozen.stop();
  });

  it('gets 503 from a gateway that stops, and loses no bytes', async () => {
    const gateway = await stack.processes.startReplica('gateway');
    const path = await newUpload(ana, sound.length);
    const leaving = await openPatch(new Api(gateway.url, ana.token), path, 0, sound.length);
    const answered = once(leaving, 'response');
    leaving.write(sound.subarray(0, 2_000_000));
    expect(await until(async () => (await offsetOf(ana, path)) === 2_000_000, 20_000)).toBe(true); // bytes in flight would be lost
    const stopped = gateway.stop();
    expect((await answered)[0].statusCode).toBe(503);
    leaving.destroy();
    await stopped;
    expect((await append(ana, path, 2_000_000, sound.subarray(2_000_000))).status).toBe(204);
    await expectWhole(ana, path, sound);
  });
});

describe('without the audio service', () => {
  it('a complete upload waits, and is finished when the service is back', async () => {
    const sound = clicks(110, 6, 14);
    const path = await newUpload(ana, sound.length);
    await stack.processes.services.audio!.kill();
    expect(await until(async () => (await ana.get('/v1/tracks')).status === 503, 20_000)).toBe(true); // NATS has detected it
    const answer = await append(ana, path, 0, sound);
    expect([answer.status, answer.body.code]).toEqual([503, 'service-unavailable']);
    expect((await ana.get(path)).body.state).toBe('arrived');
    await stack.processes.services.audio!.restart();
    await until(async () => (await ana.get(path)).body.state === 'finished', 40_000);
    await expectWhole(ana, path, sound);
    expect(await tracksOf(sound)).toHaveLength(1);
  });

  it('creates one track, also when its gateway is killed while the service creates it', async () => {
    const sound = clicks(111, 6, 15);
    const gateway = await stack.processes.startReplica('gateway');
    const { pid } = stack.processes.services.audio!;
    const path = await newUpload(ana, sound.length);
    const thaw = freeze({ pid });
    const last = await openPatch(new Api(gateway.url, ana.token), path, 0, sound.length);
    last.end(sound);
    await until(async () => (await ana.get(path)).body.state === 'arrived', 10_000);
    await until(() => stack.storedFiles().includes(sha256(sound)), 10_000); // the request has been sent to the service, or is about to be
    await gateway.kill();
    thaw();
    await until(async () => (await ana.get(path)).body.state === 'finished', 40_000);
    expect(await tracksOf(sound)).toHaveLength(1);
    await expectWhole(ana, path, sound);
  });
});
