/**
 * Provider search, playlists and warm answers over HTTP: gateway and audio service as the last build made them, with servers of their own.
 *
 *   npm run bench -- audio/library [WRITES] [SEARCHES]
 *
 * Each of four processes makes WRITES additions to one playlist. Providers are a loopback server with their shapes. Times are wall-clock times of the
 * client; the ratios compare rounds of the same run.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startService } from '#testing/servers';
import { startReceiver } from '../../libs/testing/src/infrastructure/receiver.ts';
import { encodeWav } from '../../libs/testing/src/synth/wav.ts';
import { percentile, withBenchServers } from '../jobs/bench-servers.ts';
import { randomTrack } from './random-track.ts';
import { report } from './spent-cpu.ts';

const editors = 4;

class Client {
  readonly url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  static async register(url: string): Promise<Client> {
    const account = { email: `${randomUUID()}@example.org`, password: 'correct horse battery' };
    const anonymous = new Client(url, '');
    await anonymous.post('/v1/auth/register', account);
    return new Client(url, (await anonymous.post<{ accessToken: string }>('/v1/auth/login', account)).accessToken);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a bench reads any answer
  async send<T = any>(path: string, init: RequestInit = {}): Promise<T> {
    const headers = { ...(this.token && { authorization: `Bearer ${this.token}` }), ...init.headers };
    const answer = await fetch(new URL(path, this.url), { ...init, headers });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${bytes.toString().slice(0, 300)}`);
    return (answer.headers.get('content-type') ?? '').includes('json') ? JSON.parse(bytes.toString()) : (bytes as T);
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  post<T = any>(path: string, body: object): Promise<T> {
    return this.send(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  upload(bytes: Uint8Array): Promise<any> {
    const form = new FormData();
    form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), 'song.wav');
    return this.send('/v1/tracks?wait=60', { method: 'POST', body: form });
  }
}

async function timesOf(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}
const median = (times: readonly number[]) => percentile(times, 0.5);

if (process.send) await edit(JSON.parse(process.argv[2]!));
else await bench(Number(process.argv[2] ?? 1_000), Number(process.argv[3] ?? 40));

/** One editor in a process of its own. */
async function edit(order: { url: string; token: string; path: string; trackId: string; writes: number }): Promise<void> {
  const client = new Client(order.url, order.token);
  for (let write = 0; write < order.writes; write++) await client.post(order.path, { trackIds: [order.trackId], position: 0 });
  process.disconnect();
}

async function bench(writes: number, searches: number): Promise<void> {
  const providers = await startProviders();
  await withBenchServers(async (servers) => {
    const settings = {
      ...{ GATEWAY_KEY_SECRET: randomBytes(32).toString('base64'), GATEWAY_RATE_LIMIT_PER_MINUTE: '1000000', LOG_LEVEL: 'silent' },
      ...{
        SOUNDCLOUD_URL: providers.url,
        SOUNDCLOUD_AUTH_URL: providers.url,
        SOUNDCLOUD_CLIENT_ID: 'id',
        SOUNDCLOUD_CLIENT_SECRET: 'secret',
      },
      ...{ YOUTUBE_URL: providers.url, YOUTUBE_API_KEY: 'key', YOUTUBE_DAILY_QUOTA: '1000000', OUTBOUND_ALLOW_PRIVATE: providers.host },
      ...{ FFMPEG_PATH: process.env.FFMPEG_PATH ?? 'ffmpeg', AUDIO_SEARCH_OWNER_SHARE: '1' },
    };
    const started = [await startService('audio', { ...servers, ...settings }), await startService('gateway', { ...servers, ...settings })];
    try {
      const client = await Client.register(started[1]!.url);
      const trackId = await warmAndCold(client);
      await searchProviders(client, providers, searches);
      await playlists(client, trackId, writes);
    } finally {
      await Promise.all(started.map((service) => service.stop()));
    }
  });
  await providers.stop();
}

/** @returns a track */
async function warmAndCold(client: Client): Promise<string> {
  const song = encodeWav([randomTrack(500, 60).samples], 22_050);
  const cold = await timesOf(1, () => client.upload(song));
  const { id } = await client.upload(song);
  const warm = await timesOf(20, () => client.upload(song));
  report('a song of 60 s sent again by sent for the first time, analysed', cold[0]! / median(warm), 'x faster', { atLeast: 10 });
  for (const path of ['analysis', 'waveform.json', 'waveform.png?widthPx=1600&heightPx=300'])
    report(`GET …/${path}, p95 warm`, percentile(await timesOf(100, () => client.send(`/v1/tracks/${id}/${path}`)), 0.95), 'ms', {
      atMost: 50,
    });
  return id;
}

type Providers = Awaited<ReturnType<typeof startProviders>>;

/** SoundCloud and YouTube; iTunes has a quota of 20 a minute. */
async function startProviders() {
  const state = { delaysMs: { sc: 0, yt: 0 }, faultShare: 0, asked: 0, faulty: 0 };
  const answers: Readonly<Record<string, unknown>> = {
    '/oauth/token': { access_token: 't', expires_in: 3_600, token_type: 'bearer' },
    '/tracks': [{ id: 7, title: 'Jóga', duration: 305_100, permalink_url: 'https://soundcloud.com/b/j', user: { username: 'Björk' } }],
    '/search': { items: [{ id: { videoId: 'aaaaaaaaaaa' }, snippet: { title: 'Joga', channelTitle: 'Björk - Topic' } }] },
    '/videos': {
      items: [{ id: 'aaaaaaaaaaa', contentDetails: { duration: 'PT5M6S' }, snippet: { title: 'Joga', channelTitle: 'Björk' } }],
    },
  };
  const receiver = await startReceiver(async ({ url }, response) => {
    const path = url.split('?')[0]!;
    if (path === '/tracks') await delay(state.delaysMs.sc);
    if (path === '/search') await delay(state.delaysMs.yt);
    const isFaulty = path !== '/oauth/token' && (state.asked++ * 7) % 100 < 100 * state.faultShare;
    if (isFaulty) state.faulty++;
    response.writeHead(isFaulty ? 503 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answers[path] ?? {}));
  });
  return { ...receiver, state };
}

async function searchProviders(client: Client, { state }: Providers, searches: number): Promise<void> {
  const search = () => client.send(`/v1/search/tracks?q=${randomUUID()}&providers=soundcloud,youtube`);
  await timesOf(5, search);
  const plain = median(await timesOf(10, search));
  state.delaysMs = { sc: 300, yt: 400 };
  const slow = median(await timesOf(10, search));
  report('search: time beyond the slowest provider (400 ms, the other 300 ms), by that time', (slow - plain) / 400, 'x', { atMost: 1.25 });
  Object.assign(state, { delaysMs: { sc: 0, yt: 0 }, faultShare: 0.2, asked: 0, faulty: 0 });
  let [failed, withoutItems] = [0, 0];
  for (let at = 0; at < searches; at++) {
    const items = await search().then(
      (found) => found.items.length,
      () => -1,
    );
    if (items < 0) failed++;
    if (items === 0) withoutItems++;
  }
  const upstream = state.faulty / state.asked;
  report('search: faulty answers of providers', 100 * upstream, '%');
  report('search: answers that failed or had no item', (100 * (failed + withoutItems)) / searches, '%', { atMost: 20 * upstream });
  state.faultShare = 0;
}

async function playlists(client: Client, trackId: string, writes: number): Promise<void> {
  const other = (await client.upload(encodeWav([randomTrack(501, 4).samples], 22_050))).id as string;
  const sized = async (items: number) => {
    const { links } = await client.post('/v1/playlists', { title: `${items}`, trackIds: [other] });
    for (let left = items - 1; left > 0; left -= 1_000)
      await client.post(links.items, { trackIds: Array.from({ length: Math.min(1_000, left) }, () => trackId) });
    return links as { self: string; items: string };
  };
  const [small, large] = [await sized(10), await sized(10_000)];
  const within = ({ items }: { items: string }) => timesOf(60, () => client.send(`${items}?trackId=${other}`));
  const [inSmall, inLarge] = [median(await within(small)), median(await within(large))];
  report('playlists: place of a track among 10 items', inSmall, 'ms');
  report('playlists: among 10,000 by among 10', inLarge / inSmall, 'x', { atMost: 1.5 });
  const file = join(tmpdir(), `rafaga-bench-${randomUUID()}.json`);
  const page = await client.send(`${large.items}?limit=100`);
  writeFileSync(file, JSON.stringify(Array.from({ length: 10_000 }, (_, at) => ({ ...page.items[at % 100], id: randomUUID() }))));
  const reread = median(
    await timesOf(20, async () => (JSON.parse(readFileSync(file, 'utf8')) as { trackId: string }[]).find((item) => item.trackId === other)),
  );
  report('playlists: reading a JSON file of 10,000 items by a look-up over HTTP', reread / inLarge, 'x', { atLeast: 100 });
  report('heap of an item in an answer', heapOf(page.items), 'bytes');
  const { links } = await client.post('/v1/playlists', { title: 'editors', trackIds: [] });
  const order = { url: client.url, token: client.token, path: links.items, trackId, writes };
  const children: ChildProcess[] = Array.from({ length: editors }, () => fork(import.meta.filename, [JSON.stringify(order)]));
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number));
  const { itemCount } = await client.send(links.self);
  report(`playlists: items lost of ${editors} processes with ${writes} writes each`, editors * writes - itemCount, 'items', { atMost: 0 });
  if (codes.some((code) => code !== 0)) console.log('an editor failed');
}

/** Of 2,000 copies, without what they share. */
function heapOf(items: readonly object[]): number {
  const text = JSON.stringify(items);
  const before = process.memoryUsage().heapUsed;
  const copies = Array.from({ length: Math.ceil(2_000 / items.length) }, () => JSON.parse(text) as unknown[]);
  return (process.memoryUsage().heapUsed - before) / (copies.length * items.length);
}
