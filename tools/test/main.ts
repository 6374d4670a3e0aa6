import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { print, step } from '../bootstrap/console.mjs';
import { ensureBuilt } from '../setup/build.ts';
import { compileCache, dataFolder } from '../setup/paths.ts';
import { browserPrograms, observePrograms, type ProgramName, testPrograms } from '../setup/programs.ts';
import { ensureTools, missing } from '../setup/tools.ts';
import { ensureBrowserPackages } from './browser/install.ts';
import { checks, runChecks } from './checks.ts';
import { readSpecCpu, reportCpu } from './cpu-budgets.ts';
import { cpuFile, runJest } from './jest.ts';
import { endLeakedProcesses, runIdVariable } from './leaked-processes.ts';
import { relatedSpecs } from './related-specs.ts';
import { changedFiles, listSpecs, needsServers, type Selection, selectionOf } from './selection.ts';
import { ffmpegEnvironment, startTestServers, type TestServers } from './servers.ts';
import { lastLine, sum, type TestTotals } from './test-totals.ts';

/**
 * The whole of `npm test`; what its arguments mean is in tools/test.mjs.
 *
 * @returns the exit code
 */
export async function main(words: readonly string[]): Promise<number> {
  const stopping = new AbortController();
  const selection = selectionOf(words);
  if (selection.suite === 'faults') setTimeout(() => stopping.abort(), faultsLimitMs).unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const total = await runSelected(selection, stopping.signal).catch((error: Error): TestTotals => {
    print(`\n${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  if (stopping.signal.aborted) print('interrupted');
  print(lastLine(total));
  process.exit(total.failed > 0 || stopping.signal.aborted ? 1 : 0);
}

async function runSelected(selection: Selection, signal: AbortSignal): Promise<TestTotals> {
  if (selection.suite) process.env.RAFAGA_TEST_SUITE = selection.suite;
  const jestArgs = selection.changed ? relatedTo(changedFiles(), selection.jestArgs) : selection.jestArgs;
  if (lacksPrograms(selection)) return nothing;
  if (selection.suite === 'browser') await ensureBrowserPackages();
  await ensureTools(testPrograms);
  await ensureBuilt();
  const checked = selection.checks ? await runChecks(checks, signal) : nothing;
  return sum([checked, await runTests(jestArgs, selection.everything, signal)]);
}

const suitePrograms: Readonly<Record<string, readonly ProgramName[]>> = {
  observe: observePrograms,
  browser: browserPrograms,
};

/** Prints the programs of a suite that are not installed. @returns whether there are any */
function lacksPrograms({ suite }: Selection): boolean {
  const lacking = missing(suitePrograms[suite ?? ''] ?? [], process.env);
  if (lacking.length === 0) return false;
  const [names, packages] = [lacking.map(({ name }) => name), new Set(lacking.map(({ debian }) => debian))];
  print(`${suite?.padEnd(9)} nothing was tested: ${names.join(', ')} not installed (Debian: apt-get install ${[...packages].join(' ')})`);
  return true;
}

function relatedTo(files: readonly string[], more: readonly string[]): readonly string[] {
  const specs = relatedSpecs(files);
  print(`changed   ${files.length} files: running the ${specs.length} specs that import them`);
  return [...more, '--passWithNoTests', '--runTestsByPath', ...(specs.length > 0 ? specs : ['nothing.spec.ts'])];
}

const faultsLimitMs = 20 * 60_000;

const nothing: TestTotals = { passed: 0, failed: 0, skipped: 0 };

async function runTests(jestArgs: readonly string[], everything: boolean, signal: AbortSignal): Promise<TestTotals> {
  const mark = randomUUID();
  const folder = temporaryFolder();
  try {
    const servers = everything || (listSpecs(jestArgs, jestEnvironment())?.some(needsServers) ?? true);
    const run = (environment: NodeJS.ProcessEnv) => runJest(jestArgs, { ...environment, [runIdVariable]: mark }, folder, signal);
    const tested = await (servers ? withServers(signal, run) : run({ ...jestEnvironment(), ...ffmpegEnvironment() }));
    const spent = readSpecCpu(join(folder, cpuFile));
    if (everything)
      writeFileSync(join(dataFolder, `spec-cpu-${process.env.RAFAGA_TEST_SUITE ?? 'all'}.json`), JSON.stringify(spent, null, 1));
    const { lines, exceeded } = reportCpu(spent);
    for (const line of lines) print(`cpu       ${line}`);
    const leaked = await endLeakedProcesses(mark, folder);
    const left = signal.aborted ? [] : leaked; // an interrupted run cannot clean up
    for (const { pid, command } of left) print(`tests     left a process running: ${pid} ${command.slice(0, 200)}`);
    return sum([
      tested,
      { passed: 0, failed: exceeded.length, skipped: 0 },
      { passed: left.length === 0 && everything ? 1 : 0, failed: left.length > 0 ? 1 : 0, skipped: 0 },
    ]);
  } finally {
    await endLeakedProcesses(mark, folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One folder for all temporary files of a run; others may pass through it, since PostgreSQL may run as another user. */
function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rafaga-test-')));
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  process.env.RAFAGA_TEST_PORTS = join(folder, 'ports'); // no port is given twice in a run, see freePort
  mkdirSync(process.env.RAFAGA_TEST_PORTS);
  return folder;
}

async function withServers(signal: AbortSignal, work: (environment: NodeJS.ProcessEnv) => Promise<TestTotals>): Promise<TestTotals> {
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

/** The current environment without the addresses of external servers, which a test must not reach by accident. */
function jestEnvironment(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, REDIS_URL: _redis, NATS_URL: _nats, BLOB_STORE_URL: _blobs, ...rest } = process.env;
  return {
    ...rest,
    NODE_COMPILE_CACHE: compileCache,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
  };
}
