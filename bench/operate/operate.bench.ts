/**
 * What operating costs, each row against its bound; all measured in one run. CPU times are those of the processes, so that other load on the machine
 * matters little; each pair of variants alternates, and its ratio is the median of the ratios of the rounds.
 *
 *   npm run bench -- operate [memory] [metrics] [traces] [copies] [--rounds N] [--seconds N] [--idle N]
 *
 * Without a word all rows. `--idle` is how many seconds services rest before their memory is read.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type ServiceName, serviceNames } from '#contracts/services';
import type { RunningService, ServiceEnvironment } from '#testing/servers';
import { closedLoad } from '../edge/closed-load.ts';
import { cpuUs, median, rssBytes, type Servers, startProgram, startServers } from './processes.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '3' },
    idle: { type: 'string', default: '45' },
  },
});
const [rounds, seconds, idleSeconds] = [Number(values.rounds), Number(values.seconds), Number(values.idle)];
const connections = 16;
const wants = (row: string) => positionals.length === 0 || positionals.includes(row);

interface Row {
  readonly what: string;
  readonly value: number;
  readonly bound: number;
  readonly note?: string;
}

/** A gateway and an audio service that hear nobody else. */
interface Pair {
  readonly url: string;
  readonly pids: readonly number[];
}

async function startPair(servers: Servers, extra: Readonly<Record<string, string>> = {}): Promise<Pair> {
  const environment = { ...(await servers.withOwnNats()), ...extra } as ServiceEnvironment;
  const [gateway, audio] = [await servers.start('gateway', environment), await servers.start('audio', environment)];
  return { url: gateway.url, pids: [gateway.pid, audio.pid] };
}

/** Microseconds of CPU time of both services for a request that reads a list through gateway, bus, service and database. */
async function cost({ url, pids }: Pair, token: string): Promise<number> {
  const before = cpuUs(pids);
  const headers = { authorization: `Bearer ${token}` };
  const { latenciesMs, failed } = await closedLoad({ url, paths: ['/v1/tracks?limit=10'], headers, connections, seconds });
  if (failed > 0) throw new Error(`${failed} requests failed`);
  return (cpuUs(pids) - before) / latenciesMs.length;
}

async function ratioOf(what: string, bound: number, [plain, changed]: readonly [Pair, Pair], token: string): Promise<Row> {
  for (const pair of [plain, changed]) for (let warmUp = 0; warmUp < 2; warmUp++) await cost(pair, token);
  const [costs, ratios]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [plain, changed] : [changed, plain];
    const measured = new Map<Pair, number>();
    for (const pair of order) measured.set(pair, await cost(pair, token));
    costs.push(measured.get(plain)!);
    ratios.push(measured.get(changed)! / measured.get(plain)!);
  }
  return { what, value: median(ratios), bound, note: `${median(costs).toFixed(0)} µs of CPU time a request without` };
}

async function token(url: string): Promise<string> {
  const body = JSON.stringify({ email: 'bench@example.org', password: 'a password for a bench' });
  const post = (path: string) => fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await post('/v1/auth/register');
  return ((await (await post('/v1/auth/login')).json()) as { accessToken: string }).accessToken;
}

async function metricsRow(servers: Servers): Promise<Row> {
  const preload = pathToFileURL(`${import.meta.dirname}/without-metrics.mjs`).href;
  const plain = await startPair(servers, { NODE_OPTIONS: `--import ${preload}` });
  const measured = await startPair(servers);
  return ratioOf('CPU time a request, with metrics : without', 1.05, [plain, measured], await token(measured.url));
}

async function tracesRow(servers: Servers): Promise<Row> {
  const collector = createServer((request, response) => request.resume().once('end', () => response.end('{}')));
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  try {
    const plain = await startPair(servers);
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const traced = await startPair(servers, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: '0.1' });
    return await ratioOf('CPU time a request, 10 % traced : without', 1.1, [plain, traced], await token(traced.url));
  } finally {
    collector.close();
  }
}

async function memoryRows(servers: Servers): Promise<Row[]> {
  const environment = await servers.withOwnNats();
  const bare = await startProgram('bare-nest.mjs', { NATS_URL: environment.NATS_URL });
  try {
    const services: RunningService[] = [];
    for (const name of serviceNames) services.push(await servers.start(name, environment));
    await delay(1_000 * idleSeconds);
    const bareBytes = rssBytes(bare.pid!);
    const note = (pid: number) => `${mib(rssBytes(pid))} : ${mib(bareBytes)} MiB`;
    return serviceNames.map((name, at) => {
      const { pid } = services[at]!;
      return { what: `resident memory, idle ${name} : bare Nest and NATS`, value: rssBytes(pid) / bareBytes, bound: 1.25, note: note(pid) };
    });
  } finally {
    bare.kill('SIGTERM');
  }
}

const mib = (bytes: number) => (bytes / 1_048_576).toFixed(0);

const readers = { audio: '/v1/tracks', video: '/v1/videos', posts: '/v1/posts' } as const satisfies Partial<Record<ServiceName, string>>;

/** Of two copies of a service, the share of the busier one; and the share of requests that fail while one of them is killed. */
async function copiesRows(servers: Servers): Promise<Row[]> {
  const environment = await servers.withOwnNats();
  const gateway = await servers.start('gateway', environment);
  const headers = { authorization: `Bearer ${await token(gateway.url)}` };
  const rows: Row[] = [];
  for (const [name, path] of Object.entries(readers) as [keyof typeof readers, string][]) {
    const copies = [await servers.start(name, environment), await servers.start(name, environment)] as const;
    const load = () => closedLoad({ url: gateway.url, paths: [path], headers, connections, seconds: 2 * seconds });
    const before = await Promise.all(copies.map(answered));
    const { latenciesMs } = await load();
    const shares = (await Promise.all(copies.map(answered))).map((count, at) => (count - before[at]!) / latenciesMs.length);
    rows.push({ what: `share of the busier one of two copies of ${name} : half`, value: 2 * Math.max(...shares), bound: 1.2 });
    const loading = load();
    await delay(500 * seconds);
    await copies[1].kill();
    const { failed, latenciesMs: served } = await loading;
    const note = `${failed} of ${served.length + failed} requests`;
    rows.push({
      what: `requests that fail while one of two copies of ${name} is killed`,
      value: failed / (served.length + failed),
      bound: 0.001,
      note,
    });
  }
  return rows;
}

async function answered({ url }: RunningService): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = [...text.matchAll(/^rpc_request_duration_seconds_count\{[^}]*\.list\.v1"[^}]*\} (\d+)/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

const line = ({ what, value, bound, note = '' }: Row) =>
  `${what.padEnd(66)}${value.toFixed(4).padStart(8)}${String(bound).padStart(8)}  ${(value <= bound ? 'held' : 'MISSED').padEnd(8)}${note}`;

const parts: Readonly<Record<string, (servers: Servers) => Promise<Row | Row[]>>> = {
  memory: memoryRows,
  metrics: metricsRow,
  traces: tracesRow,
  copies: copiesRows,
};
console.log(`${''.padEnd(66)}${'value'.padStart(8)}${'bound'.padStart(8)}`);
for (const [name, measure] of Object.entries(parts)) {
  if (!wants(name)) continue;
  const servers = await startServers(); // each part has its own: what one leaves behind does not weigh on the next
  try {
    for (const row of [await measure(servers)].flat()) console.log(line(row));
  } finally {
    await servers.stop();
  }
}
