/** What an installation must do whoever runs it: each check makes what it needs and removes it again. */
import { randomUUID } from 'node:crypto';
import { type Answer, type Client, Deviation, expect, expectStatus } from './client.ts';
import { shortTone } from './short-tone.ts';

export interface Check {
  readonly name: string;
  /** @throws Deviation */
  readonly run: (client: Client) => Promise<void>;
}

const tus = { 'tus-resumable': '1.0.0' };
const partType = 'application/offset+octet-stream';
const streamTimeoutMs = 60_000;
const jobPolls = 60;
const pollMs = 1_000;

const problem = (answer: Answer, status: number, code: string): void => {
  expectStatus(answer, status);
  expect('the content type', answer.headers.get('content-type')?.split(';')[0], 'application/problem+json');
  expect('the code', answer.json?.code, code);
};

export const checks: readonly Check[] = [
  { name: 'status answers without a token', run: async (client) => expectStatus(await client.ask('/v1/status', { anonymous: true }), 200) },
  {
    name: 'errors are problem documents with a page',
    run: async (client) => {
      problem(await client.ask('/v1/tracks?limit=0'), 400, 'request-invalid');
      const missing = await client.ask(`/v1/tracks/${randomUUID()}`);
      problem(missing, 404, 'track-not-found');
      expect('the request id', typeof missing.headers.get('x-request-id'), 'string');
      expectStatus(await client.ask(new URL(missing.json.type, 'http://any').pathname, { anonymous: true }), 200);
    },
  },
  {
    name: 'a request without a token is refused',
    run: async (client) => expectStatus(await client.ask('/v1/tracks', { anonymous: true }), 401),
  },
  {
    name: 'If-None-Match answers 304, If-Match guards changes',
    run: (client) =>
      withPlaylist(client, async (path) => {
        const first = await client.ask(path);
        const etag = first.headers.get('etag') ?? '';
        expect('an ETag', etag !== '', true);
        expectStatus(await client.ask(path, { headers: { 'if-none-match': etag } }), 304);
        const change = (value: string) => client.ask(path, { method: 'PATCH', headers: { 'if-match': value }, body: { title: 'Changed' } });
        expectStatus(await change(etag), 200);
        expectStatus(await change(etag), 412);
      }),
  },
  {
    name: 'Idempotency-Key runs a POST once',
    run: async (client) => {
      const headers = { 'idempotency-key': randomUUID() };
      const post = (title: string) => client.ask('/v1/playlists', { method: 'POST', headers, body: { title } });
      const [first, again] = [await post('Verification'), await post('Verification')];
      expectStatus(first, 201);
      await client.ask(`/v1/playlists/${first.json.id}`, { method: 'DELETE', headers: { 'if-match': '*' } });
      expect('the id of the second answer', again.json?.id, first.json.id);
      problem(await post('Another'), 422, 'idempotency-key-reused');
    },
  },
  { name: 'tus uploads in parts, ranges of the file, events of the job', run: (client) => uploadAndRead(client) },
];

async function withPlaylist(client: Client, work: (path: string) => Promise<void>): Promise<void> {
  const made = await client.ask('/v1/playlists', { method: 'POST', body: { title: 'Verification' } });
  expectStatus(made, 201);
  const path = `/v1/playlists/${made.json.id}`;
  try {
    await work(path);
  } finally {
    await client.ask(path, { method: 'DELETE', headers: { 'if-match': '*' } });
  }
}

async function uploadAndRead(client: Client): Promise<void> {
  const bytes = shortTone();
  const { track, job } = await uploadInParts(client, bytes);
  try {
    await readRanges(client, `${track}/file`, bytes);
    await followJob(client, job);
  } finally {
    await client.ask(track, { method: 'DELETE', headers: { 'if-match': '*' } });
  }
}

/** Two parts, and between them a wrong offset that must be refused. @returns the paths of the track and its job */
async function uploadInParts(client: Client, bytes: Buffer): Promise<{ readonly track: string; readonly job: string }> {
  const named = Buffer.from('verification.wav').toString('base64');
  const headers = { ...tus, 'upload-length': String(bytes.length), 'upload-metadata': `filename ${named}` };
  const made = await client.ask('/v1/uploads', { method: 'POST', headers });
  expectStatus(made, 201);
  const path = new URL(made.headers.get('location') ?? '', 'http://any').pathname;
  const append = (offset: number, part: Buffer) =>
    client.ask(path, {
      method: 'PATCH',
      headers: { ...tus, 'content-type': partType, 'upload-offset': String(offset) },
      body: new Uint8Array(part),
    });
  const half = Math.floor(bytes.length / 2);
  expectStatus(await append(0, bytes.subarray(0, half)), 204);
  problem(await append(0, bytes.subarray(0, half)), 409, 'upload-offset-mismatch');
  const stands = await client.ask(path, { method: 'HEAD', headers: tus });
  expect('Upload-Offset', stands.headers.get('upload-offset'), String(half));
  const last = await append(half, bytes.subarray(half));
  expectStatus(last, 204);
  const [, job = ''] = /<([^>]+)>; rel="monitor"/.exec(last.headers.get('link') ?? '') ?? [];
  return { track: last.headers.get('rafaga-resource') ?? '', job };
}

async function readRanges(client: Client, path: string, bytes: Buffer): Promise<void> {
  const part = await client.ask(path, { headers: { range: 'bytes=10-19' } });
  expectStatus(part, 206);
  expect('Content-Range', part.headers.get('content-range'), `bytes 10-19/${bytes.length}`);
  expect('the part', part.bytes.equals(bytes.subarray(10, 20)), true);
  expectStatus(await client.ask(path, { headers: { range: `bytes=${bytes.length}-` } }), 416);
  const whole = await client.ask(path);
  expect('the whole file', whole.bytes.equals(bytes), true);
  expectStatus(await client.ask(path, { headers: { 'if-none-match': whole.headers.get('etag') ?? '' } }), 304);
}

/** Waits for the end of the job, then hears its events twice: all of them, and those after the last but one. */
async function followJob(client: Client, path: string): Promise<void> {
  let state = '';
  for (let polls = 0; polls < jobPolls && !['succeeded', 'failed', 'cancelled'].includes(state); polls++) {
    if (polls > 0) await new Promise((resolve) => setTimeout(resolve, pollMs));
    state = (await client.ask(path)).json?.state;
  }
  expect('the state of the job', state, 'succeeded');
  const all = await eventIds(client, `${path}/events`, {});
  const missed = await eventIds(client, `${path}/events`, { 'last-event-id': all.at(-2) ?? '0' });
  expect('the event that was missed', missed.join(), all.at(-1));
}

async function eventIds(client: Client, path: string, headers: Readonly<Record<string, string>>): Promise<string[]> {
  const response = await client.open(path, { headers }, AbortSignal.timeout(streamTimeoutMs));
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) throw new Deviation('the events are no event stream');
  return [...(await response.text()).matchAll(/^id: (.+)$/gm)].map(([, id]) => id!);
}
