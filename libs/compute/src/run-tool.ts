/** Runs a child process as one call: bytes in, bytes out, both limited. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FailureCode } from '#contracts';
import { type RunningTool, spawnTool, type ToolExit, type ToolOptions } from './spawn-tool.ts';
import { ToolFailure } from './tool-failure.ts';

export interface RunToolOptions extends ToolOptions {
  readonly stdin?: Uint8Array | Readable;
  /** Default 16 MB. */
  readonly stdoutLimitBytes?: number;
}

export interface ToolResult extends ToolExit {
  readonly stdout: Buffer;
}

/**
 * Runs a tool to its end. Any exit code is a result; see `expectSuccess`.
 *
 * @throws ToolFailure `deadline-exceeded` after `wallClockMs`, `cancelled` when the signal aborts, `internal` when the tool cannot be started or
 *   writes more than `stdoutLimitBytes`
 */
export async function runTool(options: RunToolOptions): Promise<ToolResult> {
  const tool = await spawnTool({ ...options, openStdin: options.stdin !== undefined });
  const [stdout, exit] = await Promise.all([collect(tool, options.stdoutLimitBytes ?? 16 << 20), tool.exit, feed(tool, options.stdin)]);
  if (stdout === tooMuch)
    throw new ToolFailure('internal', `The program ${options.command} wrote more output than allowed.`, {
      end: 'output-limit',
      stderrTail: exit.stderrTail,
    });
  return { ...exit, stdout };
}

/**
 * @param code of the failure when the tool did not exit with 0
 * @throws ToolFailure with that code
 */
export function expectSuccess<T extends ToolExit>(result: T, code: FailureCode = 'internal', message = 'A tool failed.'): T {
  if (result.exitCode === 0) return result;
  const { exitCode, signal: killedBy, stderrTail } = result;
  throw new ToolFailure(code, message, { end: 'exit', exitCode, killedBy, stderrTail });
}

const tooMuch = Symbol('too much output');

async function collect(tool: RunningTool, limitBytes: number): Promise<Buffer | typeof tooMuch> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of tool.stdout as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= limitBytes) chunks.push(chunk);
    else tool.kill();
  }
  return sizeBytes > limitBytes ? tooMuch : Buffer.concat(chunks);
}

/** A tool may stop reading before the end of its input; its exit code decides whether that is an error. */
async function feed(tool: RunningTool, input: Uint8Array | Readable | undefined): Promise<void> {
  if (input === undefined) return;
  const source = input instanceof Uint8Array ? [input] : input;
  await pipeline(source, tool.stdin!).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE' && error.code !== 'ECONNRESET') {
      tool.kill();
      throw error;
    }
  });
}
