/** Starts services for a test and gives access to their blob store, tables and metrics. */
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { ServiceName } from '#contracts';
import { type Stack, startStack, testFfmpeg } from '#testing';

/** Limits that tests do not reach, and a key that is shared by all replicas of the gateway. */
const testSettings = () => ({
  GATEWAY_KEY_SECRET: randomBytes(32).toString('base64'),
  GATEWAY_RATE_LIMIT_PER_MINUTE: '1000000',
  GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: '100000',
  GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: '100000',
  WORKER_THREADS: '1',
  WORKER_PROCESSES: '1',
});

export interface TestStack {
  readonly processes: Stack;
  readonly url: string;
  readonly ffmpeg: CountedFfmpeg;
  leftovers(): Promise<Leftovers>;
  /** Names of the files in the blob store, including staging files. */
  storedFiles(): readonly string[];
  close(): Promise<void>;
}

/** Starts services with an ffmpeg whose calls are counted. */
export async function openTestStack(names: readonly ServiceName[], extra: Record<string, string> = {}): Promise<TestStack> {
  const ffmpeg = countedFfmpeg();
  try {
    const processes = await startStack(names, { ...testSettings(), FFMPEG_PATH: ffmpeg.path, ...extra });
    const close = () => {
      copyLogs(processes);
      return processes.stop().finally(() => ffmpeg.remove());
    };
    return {
      processes,
      url: processes.gatewayUrl,
      ffmpeg,
      leftovers: () => leftovers(processes),
      storedFiles: () => storedFiles(processes),
      close,
    };
  } catch (error) {
    ffmpeg.remove();
    throw error;
  }
}

/** Copies the logs of the services to the folder RAFAGA_TEST_LOGS, if it is set, to analyse a failure. */
function copyLogs({ services }: Stack): void {
  const folder = process.env.RAFAGA_TEST_LOGS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const { logFile } of Object.values(services)) if (existsSync(logFile)) copyFileSync(logFile, join(folder, basename(logFile)));
}

export interface CountedFfmpeg {
  readonly path: string;
  /** Number of calls so far. */
  calls(): number;
  /** Blocks further calls until `release`. */
  hold(): void;
  release(): void;
  remove(): void;
}

/** Wrappers of ffmpeg and ffprobe in one folder; only ffmpeg can be blocked. */
function countedFfmpeg(): CountedFfmpeg {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-ffmpeg-'));
  const [calls, held] = [join(folder, 'calls'), join(folder, 'held')];
  const writeWrapper = (name: string, ...lines: string[]) => {
    const path = join(folder, name);
    const real = testFfmpeg().replace(/ffmpeg$/, name);
    writeFileSync(
      path,
      ['#!/bin/sh', `[ "$1" = -version ] && exec ${real} "$@"`, `echo "$$ $0 $*" >> '${calls}'`, ...lines, `exec ${real} "$@"`, ''].join(
        '\n',
      ),
    );
    chmodSync(path, 0o755);
    return path;
  };
  writeWrapper('ffprobe');
  return {
    path: writeWrapper('ffmpeg', `while [ -e '${held}' ]; do sleep 0.05; done`),
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n').length : 0),
    hold: () => writeFileSync(held, ''),
    release: () => rmSync(held, { force: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Leftovers {
  readonly blobs: readonly string[];
  readonly rows: Readonly<Record<string, number>>;
}

function storedFiles({ environment }: Stack): readonly string[] {
  const entries = readdirSync(fileURLToPath(environment.BLOB_STORE_URL), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

/** What a rejected upload might leave permanently: referenced files (others are removed by the next sweep) and rows of the services. */
async function leftovers({ environment }: Stack): Promise<Leftovers> {
  const referenced = await query<{ sha256: string }>(environment.DATABASE_URL, 'SELECT DISTINCT sha256 FROM blobs.reference ORDER BY 1');
  return { blobs: referenced.map(({ sha256 }) => sha256), rows: await countRows(environment.DATABASE_URL) };
}

export async function query<Row extends pg.QueryResultRow>(databaseUrl: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

async function countRows(databaseUrl: string): Promise<Record<string, number>> {
  const tables = await query<{ name: string }>(
    databaseUrl,
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('audio', 'jobs') AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'announcement' ORDER BY 1`,
  );
  const counts = tables.map(async ({ name }) => {
    const [row] = await query<{ count: string }>(databaseUrl, `SELECT count(*) FROM ${name}`);
    return [name, Number(row?.count)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

/** Returns the sum of the samples of a metric whose labels include `labels`; 0 without samples. */
export async function metric(serviceUrl: string, name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
  const text = await (await fetch(`${serviceUrl}/metrics`, { headers: { 'accept-encoding': 'identity' } })).text();
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const samples = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return samples
    .filter((line) => wanted.every((pair) => line.includes(pair)))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
