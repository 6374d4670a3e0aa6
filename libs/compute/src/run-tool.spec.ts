import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { availableWrappers, setToolNiceness } from './resource-limits.ts';
import { expectSuccess, runTool } from './run-tool.ts';
import { spawnTool } from './spawn-tool.ts';

/** Options that run a script in this version of Node. */
const node = (script: string) => ({ command: process.execPath, args: ['-e', script], wallClockMs: 20_000 });
/** A second of CPU time takes this long on a machine with a hundred busy processes. */
const patienceMs = 180_000;
/** Longer than the other tests wait, but finite, so that an orphan of a failed test ends. */
const forever = 'setTimeout(() => {}, 90_000);';

/** False for a zombie, too. */
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self') || readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
};

/** Polls, because the end of a process that is not a child is not announced. */
const isGone = async (pid: number) => {
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
  return true;
};

describe('runTool', () => {
  it('returns stdout, exit code and the last lines of stderr', async () => {
    const script = 'process.stdin.pipe(process.stdout); for (let i = 0; i < 50; i++) console.error("line " + i); process.exitCode = 4';
    const result = await runTool({ ...node(script), stdin: Buffer.from('héllo'), stderrTailLines: 2 });
    expect({ ...result, stdout: result.stdout.toString() }).toEqual({
      exitCode: 4,
      signal: null,
      stdout: 'héllo',
      stderrTail: ['line 48', 'line 49'],
    });
  });

  it('passes no part of a command through a shell', async () => {
    const { stdout } = await runTool({ command: 'echo', args: ['$HOME; `id` > x | y'], wallClockMs: 5_000 });
    expect(stdout.toString()).toBe('$HOME; `id` > x | y\n');
  });

  it('does not pass the environment of this process to the tool', async () => {
    process.env.COMPUTE_SPEC_SECRET = 'x';
    const { stdout } = await runTool(node('console.log(Object.keys(process.env).includes("COMPUTE_SPEC_SECRET"))'));
    delete process.env.COMPUTE_SPEC_SECRET;
    expect(stdout.toString().trim()).toBe('false');
  });

  it('kills a tool that writes more than its limit', async () => {
    const endless = 'const b = Buffer.alloc(65536); const w = () => process.stdout.write(b, w); w()';
    await expect(runTool({ ...node(endless), stdoutLimitBytes: 1_000 })).rejects.toMatchObject({ code: 'internal', end: 'output-limit' });
  });

  it('kills a tool at its wall-clock limit, even one that ignores SIGTERM, and keeps its stderr', async () => {
    const stubborn = 'trap "" TERM; echo "still here" >&2; while :; do sleep 1; done'; // a shell is there in a moment, on a busy machine too
    const failure = runTool({ command: '/bin/sh', args: ['-c', stubborn], wallClockMs: 2_000 });
    await expect(failure).rejects.toMatchObject({ code: 'deadline-exceeded', end: 'timeout', stderrTail: ['still here'] });
  });

  it('kills the whole process group when the caller cancels', async () => {
    const caller = new AbortController();
    const parent = `const c = require("child_process").spawn(process.execPath, ["-e", "${forever}"]); console.log(c.pid); ${forever}`;
    const tool = await spawnTool({ ...node(parent), signal: caller.signal });
    const [line] = (await once(tool.stdout, 'data')) as [Buffer];
    caller.abort();
    await expect(tool.exit).rejects.toMatchObject({ code: 'cancelled', end: 'cancelled' });
    expect(await isGone(Number(line.toString()))).toBe(true);
  });

  it('names a program that is not installed', async () => {
    const missing = runTool({ command: 'no-such-program', args: [], wallClockMs: 1_000 });
    await expect(missing).rejects.toMatchObject({
      code: 'internal',
      end: 'not-started',
      message: expect.stringContaining('no-such-program'),
    });
  });

  it('converts an exit code to a failure in expectSuccess', async () => {
    const result = await runTool(node('console.error("bad data"); process.exitCode = 1'));
    expect(() => expectSuccess(result, 'media-undecodable', 'It cannot be decoded.')).toThrow(
      expect.objectContaining({ code: 'media-undecodable', exitCode: 1, stderrTail: ['bad data'] }),
    );
  });

  it('accepts a tool that does not read its input to the end', async () => {
    const { exitCode } = await runTool({ ...node('process.exit(0)'), stdin: Buffer.alloc(8 << 20) });
    expect(exitCode).toBe(0);
  });
});

describe('spawnTool', () => {
  it('reads from pipes beyond stderr', async () => {
    const tool = await spawnTool({ ...node('require("fs").writeSync(3, "third")'), extraPipes: ['read'] });
    tool.stdout.resume();
    const [chunk] = (await once(tool.pipes[0]!, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('third');
    expect((await tool.exit).exitCode).toBe(0);
  });
});

describe('priority of a tool', () => {
  beforeAll(() => setToolNiceness(5));
  afterAll(() => setToolNiceness(0));

  it('is lower than that of this process', async () => {
    const { stdout } = await runTool({ command: 'nice', args: [], wallClockMs: 5_000 }); // prints its own niceness
    expect(Number(stdout)).toBe(Math.min(19, getPriority() + 5));
  });

  it('is lower between sessions too, where the kernel schedules by session', async () => {
    if (!existsSync('/proc/self/autogroup')) return;
    const expected = 'nice 5\n';
    let seen = '';
    for (let tries = 0; tries < 100 && !seen.endsWith(expected); tries++) seen = await autogroupOfTool(); // other processes may use up the kernel's rate limit
    expect(seen.endsWith(expected)).toBe(true);
  });
});

/** Reads it only after `spawnTool` has returned. */
async function autogroupOfTool(): Promise<string> {
  const tool = await spawnTool({
    command: '/bin/sh',
    args: ['-c', 'read line; cat /proc/self/autogroup'],
    wallClockMs: 20_000,
    openStdin: true,
  });
  tool.stdin!.end('\n');
  const [chunk] = (await once(tool.stdout, 'data')) as [Buffer];
  await tool.exit;
  return chunk.toString();
}

const onLinux = availableWrappers().prlimit && availableWrappers().setpriv;

describe('limits of a tool (util-linux)', () => {
  it('are available wherever the system has the programs', () => {
    expect(onLinux).toBe(process.platform === 'linux' && existsSync('/usr/bin/prlimit') && existsSync('/usr/bin/setpriv'));
  });

  it('stop a tool that writes too large a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'compute-'));
    const script = `require("fs").writeFileSync(${JSON.stringify(join(folder, 'out'))}, Buffer.alloc(5000))`;
    const { exitCode } = await runTool({ ...node(script), fileSizeBytes: 1_000 });
    await rm(folder, { recursive: true });
    expect(exitCode !== 0).toBe(onLinux);
  });

  it(
    'stop a tool that uses too much CPU time',
    async () => {
      const script = onLinux ? 'for (;;);' : 'process.kill(process.pid, "SIGXCPU")';
      expect((await runTool({ ...node(script), wallClockMs: patienceMs, cpuSeconds: 1 })).signal).toBe('SIGXCPU');
    },
    patienceMs,
  );

  it('kill the tool when this process is killed with SIGKILL', async () => {
    if (!onLinux) return;
    // setpriv runs in the child, so the protection begins when the tool runs.
    const source = `import('${new URL('./spawn-tool.ts', import.meta.url).href}').then(async ({ spawnTool }) => {
      const args = ['-e', 'console.log("runs"); ${forever}'];
      const tool = await spawnTool({ command: process.execPath, args, wallClockMs: 60000 });
      tool.stdout.once('data', () => console.log(tool.pid));
    })`;
    const owner = spawn(process.execPath, ['--conditions=source', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    expect(await isGone(pid)).toBe(true);
  });
});
