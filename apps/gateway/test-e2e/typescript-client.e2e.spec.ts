/** The published TypeScript client, driven against the running platform. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newSecret, signedHeaders } from '#platform';
import {
  type Connection,
  type components,
  createClient,
  dataOf,
  followEvents,
  itemsOf,
  parseEvents,
  type RafagaClient,
  RafagaError,
  uploadFile,
  verifyWebhook,
  waitForJob,
} from '../../../clients/typescript/src/index.ts';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let connection: Connection;
let api: RafagaClient;

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio', 'posts']);
  const { token } = await Api.register(stack.url);
  connection = { baseUrl: stack.url, token: async () => token! };
  api = createClient(connection);
}, 120_000);
afterAll(() => stack?.close());

const fileOf = (seconds: number) => new Blob([clicks(120, seconds) as Uint8Array<ArrayBuffer>], { type: 'audio/wav' });

/** Breaks the connection of the numbered PATCH requests. */
function breaking(...numbers: number[]): typeof fetch {
  let sent = 0;
  return async (input, init) => {
    if (init?.method === 'PATCH' && numbers.includes(++sent)) throw new TypeError('connection lost');
    return fetch(input, init);
  };
}

/** Compiles: an answer of a later version may have states that this one does not know. */
const stateOfLater: components['schemas']['ResourceState'] = 'archived';

describe('the TypeScript client', () => {
  it('takes values that it does not know', () => {
    const known: readonly components['schemas']['ResourceState'][] = ['processing', 'ready', 'failed'];
    expect(known).not.toContain(stateOfLater);
  });

  it('sends a file in parts over a connection that breaks, tells its progress, and waits for the analysis', async () => {
    const file = fileOf(8);
    const seen: number[] = [];
    const upload = await uploadFile({ ...connection, fetch: breaking(2, 3) }, file, {
      metadata: { filename: 'clicks.wav', title: 'Señal' },
      chunkBytes: Math.ceil(file.size / 3),
      onProgress: (sent) => seen.push(sent),
    });
    expect(seen.at(-1)).toBe(file.size);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const job = await waitForJob(connection, upload.job!.id);
    expect(job).toMatchObject({ state: 'succeeded', percent: 100 });
    const track = dataOf(await api.GET('/v1/tracks/{trackId}', { params: { path: { trackId: upload.resource!.id } } }));
    expect(track).toMatchObject({ title: 'Señal', state: 'ready' });
    expect(track.bpm).toBeCloseTo(120, 0);
  });

  it('goes on with an upload that was given up', async () => {
    const file = fileOf(4);
    let path = '';
    const given = {
      chunkBytes: Math.ceil(file.size / 2),
      onCreated: (created: string) => (path = created),
      metadata: { filename: 'x.wav' },
    };
    await expect(uploadFile({ ...connection, fetch: breaking(2) }, file, { ...given, maxRetries: 0 })).rejects.toThrow('connection lost');
    const sent: number[] = [];
    const upload = await uploadFile(connection, file, { resume: path, onProgress: (bytes) => sent.push(bytes) });
    expect(sent[0]).toBe(given.chunkBytes);
    expect(upload.offsetBytes).toBe(file.size);
  });

  it('goes through every page of a list', async () => {
    for (const text of ['One.', 'Two.', 'Three.']) dataOf(await api.POST('/v1/posts', { body: { text } }));
    const texts: (string | undefined)[] = [];
    const pages = itemsOf(async (cursor) =>
      dataOf(await api.GET('/v1/posts', { params: { query: { limit: 1, ...(cursor ? { cursor } : {}) } } })),
    );
    for await (const post of pages) texts.push(post.text);
    expect(texts).toEqual(['Three.', 'Two.', 'One.']);
  });

  it('follows the events of a job from the one that was seen last', async () => {
    const upload = await uploadFile(connection, fileOf(6), { metadata: { filename: 'y.wav' } }); // other bytes: a job of its own
    const path = `/v1/jobs/${upload.job!.id}/events`;
    await waitForJob(connection, upload.job!.id);
    const all = [];
    for await (const event of followEvents(connection, path)) {
      all.push(event);
      if (event.type === 'job.succeeded') break;
    }
    expect(all.length).toBeGreaterThan(1);
    const rest = [];
    for await (const event of followEvents(connection, path, { lastEventId: all.at(-2)!.id })) {
      rest.push(event.id);
      if (event.type === 'job.succeeded') break;
    }
    expect(rest).toEqual([all.at(-1)!.id]);
  });

  it('throws the problem of an answer with its code', async () => {
    const trackId = '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10';
    const failed = api.GET('/v1/tracks/{trackId}', { params: { path: { trackId } } }).then(dataOf);
    await expect(failed).rejects.toThrow(RafagaError);
    await expect(failed).rejects.toMatchObject({ status: 404, problem: { code: 'track-not-found' } });
    await expect(waitForJob(connection, trackId)).rejects.toMatchObject({ problem: { code: 'job-not-found' } });
    const refused = uploadFile(connection, new Blob(['no sound']), { metadata: { filename: 'z.wav' } });
    await expect(refused).rejects.toMatchObject({ status: 422, problem: { code: 'media-not-audio' } });
  });

  it('trusts a message of a webhook that our key has signed, and no other', async () => {
    const secret = newSecret();
    const body = JSON.stringify({ type: 'webhook.test', timestamp: '2026-01-31T12:00:00.000Z', data: { message: 'ñ' } });
    const headers = signedHeaders({ id: 'msg_1', timestampSeconds: 1_000, body }, [newSecret(), secret]);
    const at = { nowMs: 1_000_000 };
    await expect(verifyWebhook(body, headers, secret, at)).resolves.toEqual(JSON.parse(body));
    await expect(verifyWebhook(body, new Headers(headers), secret, at)).resolves.toMatchObject({ type: 'webhook.test' });
    await expect(verifyWebhook(body.replace('ñ', 'n'), headers, secret, at)).rejects.toThrow('No signature fits.');
    await expect(verifyWebhook(body, headers, newSecret(), at)).rejects.toThrow('No signature fits.');
    await expect(verifyWebhook(body, headers, secret, { nowMs: 1_301_000 })).rejects.toThrow('too old');
    await expect(verifyWebhook(body, { ...headers, 'webhook-id': undefined }, secret, at)).rejects.toThrow('missing');
  });

  it('reads events whose bytes arrive in any pieces', async () => {
    const text = ': hello\n\nid: 1\nevent: a.b\ndata: {"text":\ndata: "ñ"}\n\ndata: 2\n\nid: 3\n\n';
    const bytes = new TextEncoder().encode(text);
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const read = [];
    for await (const event of parseEvents(pieces)) read.push(event);
    expect(read).toEqual([
      { id: '1', type: 'a.b', data: { text: 'ñ' } },
      { id: '', type: 'message', data: 2 },
    ]);
  });
});
