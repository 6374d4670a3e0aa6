/** The running services of a test, and ways to look behind the API: what lies in the store, what stands in the tables, what metrics say. */
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { ServiceName } from '#contracts';
import { type Stack, startStack, testFfmpeg } from '#testing';

/** Limits that tests would run into, and a key that all copies of the gateway share. */
const roomy = () => ({
  GATEWAY_KEY_SECRET: randomBytes(32).toString('base64'),
  GATEWAY_RATE_LIMIT_PER_MINUTE: '1000000',
  GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: '100000',
  GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: '100000',
  WORKER_THREADS: '1',
  WORKER_PROCESSES: '1',
});

export interface House {
  readonly stack: Stack;
  readonly url: string;
  readonly ffmpeg: CountedFfmpeg;
  leftovers(): Promise<Leftovers>;
  /** Names of the files in the blob store, also of those that still arrive. */
  storedFiles(): readonly string[];
  close(): Promise<void>;
}

/** Starts services whose calls of ffmpeg are counted. */
export async function openHouse(names: readonly ServiceName[], extra: Record<string, string> = {}): Promise<House> {
  const ffmpeg = countedFfmpeg();
  try {
    const stack = await startStack(names, { ...roomy(), FFMPEG_PATH: ffmpeg.path, ...extra });
    const close = () => {
      keepLogs(stack);
      return stack.stop().finally(() => ffmpeg.remove());
    };
    return { stack, url: stack.gatewayUrl, ffmpeg, leftovers: () => leftovers(stack), storedFiles: () => storedFiles(stack), close };
  } catch (error) {
    ffmpeg.remove();
    throw error;
  }
}

/** For whoever looks into a failure: with RAFAGA_TEST_LOGS=folder the services' logs outlive the test. */
function keepLogs({ services }: Stack): void {
  const folder = process.env.RAFAGA_TEST_LOGS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const { logFile } of Object.values(services)) if (existsSync(logFile)) copyFileSync(logFile, join(folder, basename(logFile)));
}

export interface CountedFfmpeg {
  readonly path: string;
  /** How often it was started so far. */
  calls(): number;
  /** Calls from now on do not begin before `release`. */
  hold(): void;
  release(): void;
  remove(): void;
}

/** ffmpeg with its companion beside it, as they are installed; only ffmpeg can be held. */
function countedFfmpeg(): CountedFfmpeg {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-ffmpeg-'));
  const [calls, held] = [join(folder, 'calls'), join(folder, 'held')];
  const stand = (name: string, ...lines: string[]) => {
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
  stand('ffprobe');
  return {
    path: stand('ffmpeg', `while [ -e '${held}' ]; do sleep 0.05; done`),
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

/** Everything that a refused upload might leave for good: files that somebody holds (others go with the next sweep), rows of the services. */
async function leftovers({ environment }: Stack): Promise<Leftovers> {
  const held = await query<{ sha256: string }>(environment.DATABASE_URL, 'SELECT DISTINCT sha256 FROM blobs.reference ORDER BY 1');
  return { blobs: held.map(({ sha256 }) => sha256), rows: await countRows(environment.DATABASE_URL) };
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
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema IN ('audio', 'jobs') AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const counts = tables.map(async ({ name }) => {
    const [row] = await query<{ count: string }>(databaseUrl, `SELECT count(*) FROM ${name}`);
    return [name, Number(row?.count)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

/** The sum of a metric's samples whose labels include `labels`; 0 where there are none. */
export async function metric(serviceUrl: string, name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
  const text = await (await fetch(`${serviceUrl}/metrics`)).text();
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const samples = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return samples
    .filter((line) => wanted.every((pair) => line.includes(pair)))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
