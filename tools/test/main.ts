import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say, step } from '../bootstrap/say.mjs';
import { ensureBuilt } from '../setup/build.ts';
import { compileCache } from '../setup/paths.ts';
import { testPrograms } from '../setup/programs.ts';
import { ensureTools } from '../setup/tools.ts';
import { checks, runChecks } from './checks.ts';
import { runJest } from './jest.ts';
import { startTestServers, type TestServers } from './servers.ts';
import { endSurvivors, runMark } from './survivors.ts';
import { lastLine, sum, type Tally } from './tally.ts';

/**
 * The whole of `npm test`; with `--faults`, only the tests that break things for minutes. With arguments (paths, patterns, options of Jest) only those
 * tests run, and the checks only with `--all`.
 *
 * @returns the exit code
 */
export async function main(words: readonly string[]): Promise<number> {
  const stopping = new AbortController();
  if (words.includes(faults)) setTimeout(() => stopping.abort(), faultsLimitMs).unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const total = await runEverything(words, stopping.signal).catch((error: Error): Tally => {
    say(`\n${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  if (stopping.signal.aborted) say('interrupted');
  say(lastLine(total));
  process.exit(total.failed > 0 || stopping.signal.aborted ? 1 : 0);
}

async function runEverything(words: readonly string[], signal: AbortSignal): Promise<Tally> {
  const jestArgs = words.filter((word) => word !== '--all' && word !== faults);
  if (words.includes(faults)) process.env.RAFAGA_TEST_FAULTS = '1';
  const everything = !words.includes(faults) && (jestArgs.length === 0 || words.includes('--all'));
  await ensureTools(testPrograms);
  await ensureBuilt();
  const checked = everything ? await runChecks(checks, signal) : nothing;
  return sum([checked, await runTests(jestArgs, everything, signal)]);
}

const faults = '--faults';
const faultsLimitMs = 10 * 60_000;

const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

async function runTests(jestArgs: readonly string[], everything: boolean, signal: AbortSignal): Promise<Tally> {
  const mark = randomUUID();
  const folder = temporaryFolder();
  try {
    const tested = await withServers(signal, (environment) => runJest(jestArgs, { ...environment, [runMark]: mark }, folder, signal));
    const survivors = await endSurvivors(mark, folder);
    const left = signal.aborted ? [] : survivors; // who is interrupted cannot tidy up
    for (const { pid, command } of left) say(`tests     left a process running: ${pid} ${command.slice(0, 200)}`);
    return sum([tested, { passed: left.length === 0 && everything ? 1 : 0, failed: left.length > 0 ? 1 : 0, skipped: 0 }]);
  } finally {
    await endSurvivors(mark, folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything temporary of a run lies in one folder; a server that runs as another user must pass through it. */
function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rafaga-test-')));
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  process.env.RAFAGA_TEST_PORTS = join(folder, 'ports'); // no port is given twice in a run, see freePort
  mkdirSync(process.env.RAFAGA_TEST_PORTS);
  return folder;
}

async function withServers(signal: AbortSignal, work: (environment: NodeJS.ProcessEnv) => Promise<Tally>): Promise<Tally> {
  signal.throwIfAborted();
  let servers: TestServers | undefined;
  await step('servers', 'starting a PostgreSQL, a Redis and a NATS for the tests …', async () => {
    servers = await startTestServers();
  });
  try {
    return await work({ ...jestEnvironment(), ...servers?.environment });
  } finally {
    await servers?.stop();
  }
}

/** Ours, without the addresses of servers somebody works with: a test must not reach those by accident. */
function jestEnvironment(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, REDIS_URL: _redis, NATS_URL: _nats, BLOB_STORE_URL: _blobs, ...rest } = process.env;
  return {
    ...rest,
    NODE_COMPILE_CACHE: compileCache,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
  };
}
