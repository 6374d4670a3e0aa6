/**
 * Latency of a read through the gateway while every worker of the audio service is busy, as a ratio to the same read on an idle stack. Idle and busy
 * rounds alternate, so that other load on the machine affects both alike. Needs a build.
 *
 *   npm run bench -- priority [--rounds N] [--seconds N] [--connections N] [--rate N] [--minutes N] [--niceness N]
 *
 * `--minutes` is the length of each recording that keeps a worker busy. A busy round at whose end a worker is idle is counted as invalid.
 */
import { rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, type RunningService, startNats, startPostgres, startRedis, startService, until } from '#testing/servers';
import { whiteNoise } from '../../libs/testing/src/synth/noise.ts';
import { seededRandom } from '../../libs/testing/src/synth/random.ts';
import { encodeWav } from '../../libs/testing/src/synth/wav.ts';
import { pacedLoad } from '../edge/paced-load.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '16' },
    rate: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '40' },
    niceness: { type: 'string', default: '5' },
  },
});
const [rounds, seconds, connections, perSecond] = [values.rounds, values.seconds, values.connections, values.rate].map(Number) as [
  number,
  number,
  number,
  number,
];
const workers = availableParallelism();
const sampleRateHz = 11_025;
const undo: (() => unknown)[] = [];

async function startServices(): Promise<{ gateway: RunningService; audio: RunningService }> {
  const [postgres, redis, nats] = await Promise.all([startPostgres(), startRedis(), startNats()]);
  undo.push(() => Promise.all([postgres.stop(), redis.stop(), nats.stop()]));
  await createDatabase(postgres.url, 'bench');
  const database = new URL(postgres.url);
  database.pathname = '/bench';
  const blobs = join(tmpdir(), `rafaga-priority-${process.pid}`);
  undo.push(() => rmSync(blobs, { recursive: true, force: true }));
  const environment = {
    ...{ DATABASE_URL: database.href, REDIS_URL: redis.url, NATS_URL: nats.url, BLOB_STORE_URL: `file://${blobs}` },
    ...{
      GATEWAY_RATE_LIMIT_PER_MINUTE: '10000000',
      LOG_LEVEL: 'warn',
      WORKER_NICENESS: values.niceness,
      GATEWAY_KEY_PATH: join(blobs, '.identity.key'),
    },
  };
  const audio = await startService('audio', { ...environment, WORKER_PROCESSES: String(workers), WORKER_THREADS: String(workers) });
  undo.push(() => audio.stop());
  const gateway = await startService('gateway', environment);
  undo.push(() => gateway.stop());
  return { gateway, audio };
}

async function json<T>(url: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function signIn(url: string): Promise<{ authorization: string }> {
  const body = JSON.stringify({ email: 'bench@example.org', password: 'a password for a bench' });
  const credentials = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  await json(`${url}/v1/auth/register`, credentials);
  const { accessToken } = await json<{ accessToken: string }>(`${url}/v1/auth/login`, credentials);
  return { authorization: `Bearer ${accessToken}` };
}

interface Uploaded {
  readonly id: string;
  readonly links: { readonly job: string };
}

function upload(url: string, headers: Record<string, string>, wav: Buffer<ArrayBuffer>, query = ''): Promise<Uploaded> {
  const form = new FormData();
  form.set('file', new Blob([wav]), 'bench.wav');
  return json(`${url}/v1/tracks${query}`, { method: 'POST', body: form, headers });
}

/** Another seed gives other bytes, so that no analysis is shared. */
const noiseWav = (lengthSeconds: number, seed: number) =>
  Buffer.from(encodeWav([whiteNoise(lengthSeconds, sampleRateHz, seededRandom(seed))], sampleRateHz));

async function busyWorkers({ url }: RunningService): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^job_in_flight{[^}]*} (\d+)$/gm)].reduce((sum, [, value]) => sum + Number(value), 0);
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

interface Figures {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly failed: number;
  readonly isValid: boolean;
}

async function untilBusy(audio: RunningService, count: number): Promise<void> {
  if (!(await until(async () => (await busyWorkers(audio)) === count, 120_000)))
    throw new Error(`The audio service never had ${count} busy workers.`);
}

/** Reads for some seconds; valid if `count` workers are busy at the end. */
async function measure(urls: readonly string[], headers: Record<string, string>, audio: RunningService, count: number): Promise<Figures> {
  const { latenciesMs, failed } = await pacedLoad(urls, { connections, perSecond, seconds, headers });
  const at = (share: number) => latenciesMs[Math.floor(share * latenciesMs.length)] ?? Number.NaN;
  return { p50Ms: at(0.5), p95Ms: at(0.95), failed, isValid: (await busyWorkers(audio)) === count };
}

const summary = (figures: readonly Figures[]) => ({
  'p50 ms': Number(median(figures.map(({ p50Ms }) => p50Ms)).toFixed(1)),
  'p95 ms': Number(median(figures.map(({ p95Ms }) => p95Ms)).toFixed(1)),
  failed: figures.reduce((sum, { failed }) => sum + failed, 0),
  'invalid rounds': figures.filter(({ isValid }) => !isValid).length,
});

const ratios = (idle: readonly Figures[], busy: readonly Figures[]) => {
  const of = (key: 'p50Ms' | 'p95Ms') => Number(median(busy.map((one, round) => one[key] / idle[round]![key])).toFixed(2));
  return { 'p50 ms': of('p50Ms'), 'p95 ms': of('p95Ms') };
};

async function main(): Promise<void> {
  const { gateway, audio } = await startServices();
  const headers = await signIn(gateway.url);
  const tracks: string[] = [];
  while (tracks.length < 20) tracks.push((await upload(gateway.url, headers, noiseWav(3, tracks.length), '?wait=30')).id);
  const urls = tracks.map((id) => `${gateway.url}/v1/tracks/${id}`);
  const recordings = Array.from({ length: 2 * workers }, (_, i) => noiseWav(60 * Number(values.minutes), 1_000 + i));
  await measure(urls, headers, audio, 0); // warm-up
  const [idle, busy]: [Figures[], Figures[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    await untilBusy(audio, 0);
    idle.push(await measure(urls, headers, audio, 0));
    const jobs: string[] = [];
    for (const wav of recordings) jobs.push((await upload(gateway.url, headers, wav)).links.job);
    await untilBusy(audio, workers);
    busy.push(await measure(urls, headers, audio, workers));
    for (const job of jobs) await fetch(gateway.url + job, { method: 'DELETE', headers });
  }
  console.log(`${workers} workers, ${connections} connections at ${perSecond} req/s, median of ${rounds} rounds of ${seconds} s`);
  console.table({ idle: summary(idle), 'all workers busy': summary(busy), 'ratio, median of rounds': ratios(idle, busy) });
}

async function stopAll(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stopAll().finally(() => process.exit(1)));
try {
  await main();
} finally {
  await stopAll();
}
