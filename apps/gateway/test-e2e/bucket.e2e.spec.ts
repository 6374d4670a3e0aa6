import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type S3Server, startS3 } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let s3: S3Server;
let stack: TestStack;
let folder: string;
let ana: Api;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-bucket-'));
  s3 = await startS3();
  stack = await openTestStack(['gateway', 'audio'], {
    BLOB_STORE_URL: `s3://rafaga/tracks?forcePathStyle=true&endpoint=${encodeURIComponent(s3.endpoint)}`,
    GATEWAY_UPLOAD_FOLDER: folder,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  });
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(async () => {
  await stack?.close();
  await s3?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('an S3 bucket as blob store', () => {
  it('stores, analyses and serves a track, whole and by range', async () => {
    const bytes = clicks(124, 10, 77, 44_100);
    const track = await ana.analyse(bytes);
    expect(Math.abs(track.analysis.bpm / 124 - 1)).toBeLessThan(0.01);
    expect(s3.contents()).toEqual({ keys: [`/rafaga/tracks/blobs/${track.sha256}`], incompleteUploads: 0 });
    const whole = await ana.raw(track.links.file);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    const part = await ana.raw(track.links.file, { headers: { range: 'bytes=1000-1999' } });
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1_000, 2_000))).toBe(true);
  });
  it('keeps no staging object of a rejected file; its blob is removed by the sweep', async () => {
    const temporary = () => s3.contents().keys.filter((key) => !key.startsWith('/rafaga/tracks/blobs/'));
    expect((await ana.upload(Buffer.from('no sound at all'))).status).toBe(422);
    expect([temporary(), s3.contents().incompleteUploads]).toEqual([[], 0]);
  });
  it('answers 507 when it is full', async () => {
    s3.fail(507);
    expect(await ana.upload(clicks(100, 3, 78))).toMatchObject({ status: 507, body: { code: 'storage-full' } });
    s3.fail(0);
    expect((await ana.upload(clicks(100, 3, 78))).status).toBe(202);
  });
});
