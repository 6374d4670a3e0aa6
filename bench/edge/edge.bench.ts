/**
 * An authenticated, validated, rate-limited GET of cached tracks through gateway → NATS → service, compared with a bare Fastify, a bare NATS hop and an
 * implementation after the documentation of NestJS. The rounds of all variants alternate, so that other load affects all alike, and each starts with an
 * unmeasured warm-up. Ratios are ratios of the medians.
 * The gateway is measured with and without the cache of decoded replies, with and without its access log, and with small answers (a job, under 1 kB)
 * to clients that take compressed ones and to clients that do not. The ratios of each such pair are printed last. The access log is switched while the
 * gateway runs: two processes differ by more than the log costs.
 *
 *   npm run bench -- edge [--rounds N] [--seconds N] [--connections N] [--rate N] [--tracks N] [--only TEXT]
 *
 * `--only` measures the variants whose names contain the text.
 *
 * With `--rate` all connections together send this many requests per second (open loop); otherwise as many as possible (closed loop).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createPublicKey, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createDatabase, type ServiceEnvironment, startNats, startPostgres, startRedis, startService } from '#testing/servers';
import { grantOperator } from '../../apps/gateway/testing/grant-operator.ts';
import { closedLoad } from './closed-load.ts';
import { type LoadFigures, pacedLoad } from './paced-load.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '64' },
    rate: { type: 'string' },
    tracks: { type: 'string', default: '100' },
    only: { type: 'string', default: '' },
  },
});
const [rounds, seconds, connections] = [Number(values.rounds), Number(values.seconds), Number(values.connections)];
const cleanup: (() => unknown)[] = [];

interface Target {
  readonly name: string;
  /** without the path */
  readonly url: string;
  /** pid of the HTTP server, and of the service behind it */
  readonly gatewayPid: number;
  readonly servicePid?: number;
  /** Unless the tracks. */
  readonly paths?: readonly string[];
  /** Default: off. */
  readonly accessLog?: 'on';
  readonly headers?: Readonly<Record<string, string>>;
}
interface Variant {
  readonly url: string;
  readonly pid: number;
}
interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p97Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly gatewayCpuUs: number;
  readonly serviceCpuUs: number;
}

async function variant(file: string, environment: Record<string, string>, role = 'gateway'): Promise<Variant> {
  const path = join(import.meta.dirname, 'variants', file);
  const child = spawn(process.execPath, ['--conditions=source', path, role], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanup.push(() => stop(child));
  const failed = once(child, 'exit').then(() => Promise.reject(new Error(`${file} ${role} ended before it was ready`)));
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), failed])) as [string];
  failed.catch(() => undefined);
  return { url: (JSON.parse(line) as { url: string }).url, pid: child.pid as number };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function json<T>(url: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

interface Rafaga {
  readonly tracks: readonly { readonly id: string; readonly job: { readonly id: string } }[];
  readonly token: string;
  readonly publicKey: string;
  /** With and without the cache of decoded replies. */
  readonly gateways: readonly [Variant, Variant];
  readonly servicePid: number;
  /** Switches the access log of the first. */
  setAccessLog(value: 'on' | 'off'): Promise<void>;
}

/** Starts the gateway and the audio service with analysed tracks. */
async function startRafaga(servers: ServiceEnvironment): Promise<Rafaga> {
  const environment: ServiceEnvironment = {
    ...servers,
    GATEWAY_KEY_SECRET: Buffer.alloc(32, 1).toString('base64'),
    GATEWAY_RATE_LIMIT_PER_MINUTE: '10000000',
    LOG_LEVEL: 'info',
    GATEWAY_ACCESS_LOG: 'off',
  };
  const audio = await startService('audio', environment);
  cleanup.push(() => audio.stop());
  const gateway = await startService('gateway', environment);
  cleanup.push(() => gateway.stop());
  const withoutReplyCache = await startService('gateway', { ...environment, BUS_REPLY_MEMO_MB: '0' });
  cleanup.push(() => withoutReplyCache.stop());
  const credentials = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'bench@example.org', password: 'a password for a bench' }),
  };
  await json(`${gateway.url}/v1/auth/register`, credentials);
  await grantOperator(servers.DATABASE_URL, 'bench@example.org');
  const { accessToken: token } = await json<{ accessToken: string }>(`${gateway.url}/v1/auth/login`, credentials);
  const headers = { authorization: `Bearer ${token}` };
  const tracks: Rafaga['tracks'][number][] = [];
  for (const wav = clickTrack(); tracks.length < Number(values.tracks); ) {
    const form = new FormData();
    form.set('file', new Blob([wav]), 'bench.wav');
    const { id } = await json<{ id: string }>(`${gateway.url}/v1/tracks?wait=30`, { method: 'POST', body: form, headers });
    tracks.push(await json<Rafaga['tracks'][number]>(`${gateway.url}/v1/tracks/${id}`, { headers }));
  }
  const { keys } = await json<{ keys: [Record<string, string>] }>(`${gateway.url}/.well-known/jwks.json`);
  const publicKey = createPublicKey({ key: keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
  const setAccessLog = (value: 'on' | 'off') => switchAccessLog(gateway, headers, value);
  return { tracks, token, publicKey, gateways: [gateway, withoutReplyCache], servicePid: audio.pid, setAccessLog };
}

/** Resolves when the gateway writes a line a request into its log file, or does so no more. */
async function switchAccessLog(
  { url, logFile }: { readonly url: string; readonly logFile: string },
  authorization: Record<string, string>,
  value: 'on' | 'off',
): Promise<void> {
  const headers = { ...authorization, 'content-type': 'application/json' };
  await json(`${url}/v1/operators/settings/gateway`, { method: 'PATCH', headers, body: JSON.stringify({ GATEWAY_ACCESS_LOG: value }) });
  for (const until = Date.now() + 30_000; Date.now() < until; ) {
    const requestId = randomUUID();
    await json(`${url}/v1/me`, { headers: { ...authorization, 'x-request-id': requestId } });
    // Lines are written ten times a second.
    await setTimeout(500);
    if (readFileSync(logFile, 'utf8').includes(requestId) === (value === 'on')) return;
  }
  throw new Error(`the access log was not switched ${value} within 30 s`);
}

/** Eight seconds of clicks at 120 BPM, 16 bit mono WAV. */
function clickTrack(): Buffer<ArrayBuffer> {
  const rate = 22_050;
  const wav = Buffer.alloc(44 + 2 * 8 * rate);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(2 * rate, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(wav.length - 44, 40);
  for (let at = 0; at < 8 * rate; at++)
    wav.writeInt16LE(Math.round(20_000 * Math.exp(-(at % (rate / 2)) / 200) * Math.sin(at / 4)), 44 + 2 * at);
  return wav;
}

/** User and system time of a process so far, in microseconds; 0 without /proc. */
function cpuUs(pid: number | undefined): number {
  try {
    const [, fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ') as [string, string];
    const [user, system] = fields.split(' ').slice(11, 13).map(Number) as [number, number];
    return (user + system) * 10_000;
  } catch {
    return 0;
  }
}

async function load({ url, gatewayPid, servicePid, ...asked }: Target, tracks: readonly string[], token: string): Promise<Figures> {
  const paths = asked.paths ?? tracks;
  const headers = { authorization: `Bearer ${token}`, ...asked.headers };
  const before = [cpuUs(gatewayPid), cpuUs(servicePid)] as const;
  const { perSecond, failed, latenciesMs } = await (values.rate
    ? paced(url, paths, headers, Number(values.rate))
    : closedLoad({ url, paths, connections, seconds, headers }));
  const at = (share: number) => latenciesMs[Math.floor(share * latenciesMs.length)] ?? 0;
  return {
    perSecond,
    failed,
    p50Ms: at(0.5),
    p97Ms: at(0.975),
    p99Ms: at(0.99),
    gatewayCpuUs: (cpuUs(gatewayPid) - before[0]) / latenciesMs.length,
    serviceCpuUs: (cpuUs(servicePid) - before[1]) / latenciesMs.length,
  };
}

function paced(url: string, paths: readonly string[], headers: Record<string, string>, perSecond: number): Promise<LoadFigures> {
  const urls = paths.map((path) => url + path);
  return pacedLoad(urls, { connections, perSecond, seconds, headers });
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;

function report(name: string, figures: readonly Figures[], bare: number): string {
  const of = (key: keyof Figures) => median(figures.map((each) => each[key]));
  const failed = figures.reduce((sum, each) => sum + each.failed, 0);
  const cells = [
    of('perSecond').toFixed(0),
    (of('perSecond') / bare).toFixed(2),
    of('p50Ms').toFixed(1),
    of('p97Ms').toFixed(1),
    of('p99Ms').toFixed(1),
    (of('p99Ms') / of('p50Ms')).toFixed(1),
    failed,
    of('gatewayCpuUs').toFixed(0),
    of('serviceCpuUs').toFixed(0),
  ];
  return `${name.padEnd(50)}${cells.map((cell) => String(cell).padStart(9)).join('')}`;
}

/** Pairs of names of variants: what something costs is the ratio of the first to the second. */
const pairs = [
  ['the access log', 'Ráfaga, with its access log', 'Ráfaga: gateway → bus → audio, all checks'],
  ['Accept-Encoding at small answers', 'Ráfaga, small answers to browsers', 'Ráfaga, small answers'],
] as const;

/** Medians of the ratios of each round, which other load on the machine disturbs less than ratios of medians. */
function compare(figures: ReadonlyMap<string, readonly Figures[]>): string[] {
  return pairs.flatMap(([what, name, base]) => {
    const [with_, without] = [figures.get(name), figures.get(base)];
    if (!with_ || !without) return [];
    const ratio = (key: keyof Figures) => median(with_.map((each, round) => each[key] / without[round]![key])).toFixed(3);
    return [`${what}: ${ratio('perSecond')} times the requests, ${ratio('gatewayCpuUs')} times the CPU time of the gateway a request`];
  });
}

async function main(): Promise<void> {
  const [postgres, redis, nats] = await Promise.all([startPostgres(), startRedis(), startNats()]);
  cleanup.push(() => Promise.all([postgres.stop(), redis.stop(), nats.stop()]));
  await createDatabase(postgres.url, 'bench');
  const database = new URL(postgres.url);
  database.pathname = '/bench';
  const blobs = join(process.env.TMPDIR ?? '/tmp', `rafaga-bench-${process.pid}`);
  const servers = { DATABASE_URL: database.href, REDIS_URL: redis.url, NATS_URL: nats.url, BLOB_STORE_URL: `file://${blobs}` };
  const { tracks, token, gateways, publicKey, servicePid, setAccessLog } = await startRafaga(servers);
  const environment = { ...servers, BENCH_BODY: JSON.stringify(tracks[0]), BENCH_PUBLIC_KEY: Buffer.from(publicKey).toString('base64') };
  const paths = tracks.map(({ id }) => `/v1/tracks/${id}`);
  const target = async (name: string, file: string, service?: Variant): Promise<Target> => {
    const { url, pid } = await variant(file, environment);
    return { name, url, gatewayPid: pid, ...(service && { servicePid: service.pid }) };
  };
  const [first] = gateways;
  const jobs = tracks.map(({ job }) => `/v1/jobs/${job.id}`);
  const small = { url: first.url, gatewayPid: first.pid, paths: jobs };
  const all: Target[] = [
    await target('bare Fastify, response schema', 'bare-fastify.ts'),
    await target('Fastify → NATS → subscriber', 'raw-nats.ts', await variant('raw-nats.ts', environment, 'service')),
    await target(
      'Nest ClientProxy, passport, validator, throttler',
      'naive-nest.ts',
      await variant('naive-nest.ts', environment, 'service'),
    ),
    { name: 'Ráfaga: gateway → bus → audio, all checks', url: first.url, gatewayPid: first.pid, servicePid },
    { name: 'Ráfaga, with its access log', url: first.url, gatewayPid: first.pid, servicePid, accessLog: 'on' },
    { name: 'Ráfaga, every reply read as if it were new', url: gateways[1].url, gatewayPid: gateways[1].pid, servicePid },
    { name: 'Ráfaga, small answers', ...small },
    { name: 'Ráfaga, small answers to browsers', ...small, headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } },
  ];
  const targets = all.filter(({ name }) => name.includes(values.only));
  const figures = targets.map((): Figures[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, target] of targets.entries()) {
      if (target.accessLog) await setAccessLog(target.accessLog);
      await load(target, paths, token);
      figures[index]?.push(await load(target, paths, token));
      if (target.accessLog) await setAccessLog('off');
    }
  }
  const bare = median((figures[0] as Figures[]).map(({ perSecond }) => perSecond));
  console.log(
    `${connections} connections${values.rate ? ` at ${values.rate} req/s` : ''}, ${rounds} rounds of ${seconds} s, ${paths.length} tracks, bodies of ${environment.BENCH_BODY.length} bytes\n`,
  );
  console.log(
    `${''.padEnd(50)}${['req/s', targets[0] === all[0] ? 'vs bare' : 'vs first', 'p50 ms', 'p97.5', 'p99 ms', 'p99/p50', 'failed', 'gw us', 'svc us'].map((cell) => cell.padStart(9)).join('')}`,
  );
  for (const [index, { name }] of targets.entries()) console.log(report(name, figures[index] as Figures[], bare));
  console.log(['', ...compare(new Map(targets.map(({ name }, index) => [name, figures[index]!])))].join('\n'));
}

try {
  await main();
} finally {
  for (const step of cleanup.reverse()) await step();
}
