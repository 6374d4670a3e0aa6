import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'tus-js-client';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio'], { GATEWAY_UPLOADS_PER_USER: '3' });
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close());

const sound = clicks(128, 150, 21); // 6.6 MB
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type Options = client.UploadOptions;

function uploadOf(file: Buffer | Readable, options: Options): client.Upload {
  return new client.Upload(file as never, {
    endpoint: `${stack.url}/v1/uploads`,
    headers: { authorization: `Bearer ${ana.token}` },
    metadata: { filename: 'ráfaga 夜.wav', filetype: 'audio/wav' },
    retryDelays: [0, 300, 1_000, 2_000, ...Array(12).fill(3_000)],
    ...options,
  });
}

/** Uploads a file with tus-js-client. @returns the upload after its success */
function send(file: Buffer | Readable, options: Options = {}): Promise<client.Upload> {
  return new Promise((resolve, reject) => {
    const upload = uploadOf(file, { ...options, onSuccess: () => resolve(upload), onError: reject });
    upload.start();
  });
}

async function expectTrack({ url }: client.Upload): Promise<void> {
  const { body } = await ana.get(new URL(url!, stack.url).pathname);
  expect(body).toMatchObject({ state: 'finished', fileName: 'ráfaga 夜.wav' });
  const file = await ana.raw(`${body.resource.links.self}/file`);
  expect(sha256(Buffer.from(await file.arrayBuffer()))).toBe(sha256(sound));
}

describe('tus-js-client', () => {
  it('uploads a file in one request', async () => expectTrack(await send(sound)));
  it('uploads it in chunks', async () => expectTrack(await send(sound, { chunkSize: 1_000_000 })));
  it('sends the first chunk in the creation request', async () => expectTrack(await send(sound, { uploadDataDuringCreation: true })));
  it('uploads a stream of unknown length', async () =>
    expectTrack(await send(Readable.from([sound]), { chunkSize: 2_000_000, uploadLengthDeferred: true })));

  it('resumes after the gateway was killed', async () => {
    let killed: Promise<void> | undefined;
    const killAndRestart = async () => {
      await stack.processes.services.gateway!.kill();
      await stack.processes.services.gateway!.restart();
    };
    const onProgress = (sentBytes: number) => {
      if (sentBytes > 2_000_000) killed ??= killAndRestart();
    };
    const done = await send(sound, { chunkSize: 500_000, onProgress });
    await killed;
    await expectTrack(done);
  });

  it('can be paused and resumed', async () => {
    const { promise: paused, resolve: pause } = Promise.withResolvers<void>();
    const onChunkComplete = (_chunk: number, acceptedBytes: number) => {
      if (acceptedBytes === 2_000_000) pause();
    };
    const upload = uploadOf(sound, { chunkSize: 1_000_000, onChunkComplete });
    upload.start();
    await paused;
    await upload.abort(); // a restart on the same object would treat the aborted request as an error and retry on its own
    await expectTrack(await send(sound, { chunkSize: 1_000_000, uploadUrl: upload.url }));
  });

  it('terminates its upload on abort', async () => {
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const upload = uploadOf(sound, { chunkSize: 100_000, onChunkComplete: () => resolve() });
    upload.start();
    await begun;
    await upload.abort(true);
    expect((await ana.get(new URL(upload.url!).pathname)).status).toBe(404); // other uploads may exist: a client that has to wait creates a new one
  });

  it('reports a rejected file', async () => {
    const refused = send(Buffer.from('no sound'), { retryDelays: [] });
    await expect(refused).rejects.toMatchObject({ originalResponse: expect.anything() });
    const error: client.DetailedError = await refused.catch((thrown) => thrown);
    expect(error.originalResponse?.getStatus()).toBe(422);
    expect(JSON.parse(error.originalResponse!.getBody()).code).toBe('media-not-audio');
  });
});
