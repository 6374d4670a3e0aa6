/** Runs ffmpeg on one untrusted file, with limits; a failure that the file causes is `media-undecodable`. */
import type { Readable } from 'node:stream';
import { runTool, spawnTool, type ToolExit, ToolFailure } from '#compute/tools';
import { type SafeInput, safeInputArgs } from './ffmpeg.ts';

export interface FfmpegRun {
  readonly ffmpegPath: string;
  /** Absolute path of the input. */
  readonly path: string;
  readonly input?: SafeInput;
  /** Options of the input, e.g. `['-ss', '3']`. */
  readonly inputOptions?: readonly string[];
  /** Output options and outputs; `pipe:1` is the result. */
  readonly outputs: readonly string[];
  /** Folder of relative output names. */
  readonly folder?: string;
  readonly wallClockMs: number;
  /** CPU time over all threads. */
  readonly cpuSeconds: number;
  /** Address space; default 4 GiB. */
  readonly memoryBytes?: number;
  /** The largest file that may be written; default 1 GiB. */
  readonly fileSizeBytes?: number;
  /** Filter threads in [1, 16]; default 1. */
  readonly filterThreads?: number;
  /** What the message of a failure names; default `video`. */
  readonly medium?: 'sound' | 'video';
  /** `info` for filters that print; default `error`. */
  readonly logLevel?: 'error' | 'info';
  readonly signal?: AbortSignal;
}

/** The result of `captureFfmpeg`. */
export interface Captured {
  readonly bytes: Buffer;
  /** The last lines of the log, at most 400. */
  readonly log: readonly string[];
}

/**
 * Runs ffmpeg and returns what it writes to `pipe:1`.
 *
 * @param limitBytes of the result
 * @throws ToolFailure `media-undecodable` when ffmpeg fails, runs out of CPU time or writes more than `limitBytes`; `cancelled`, `deadline-exceeded`;
 *   `internal` when it cannot be started
 */
export async function captureFfmpeg(run: FfmpegRun, limitBytes: number): Promise<Captured> {
  const { stdout, ...exit } = await runTool({ ...toolOptions(run, []), stdoutLimitBytes: limitBytes }).catch(tooMuchOutput(run));
  return { bytes: stdout, log: succeeded(run, exit).stderrTail };
}

/**
 * Runs ffmpeg for the files that it writes.
 *
 * @param onProgress receives the written playing time in seconds, about twice a second
 * @throws the same as `captureFfmpeg`
 */
export async function encodeFfmpeg(run: FfmpegRun, onProgress: (seconds: number) => void = () => undefined): Promise<void> {
  succeeded(run, await followFfmpeg(run, { onProgress }));
}

export type Consumer = (output: Readable) => Promise<void>;

/** The name of output `index` of {@link streamFfmpeg}: `pipe:1`, `pipe:3`, `pipe:4` … */
export const outputPipe = (index: number): string => `pipe:${index === 0 ? 1 : index + 2}`;

/**
 * Runs ffmpeg and hands over what it writes while it runs, each output (see {@link outputPipe}) to its consumer. A slow consumer slows ffmpeg down. When
 * ffmpeg is ended early, the streams end early too, perhaps in the middle of something.
 *
 * @throws the same as `captureFfmpeg`, and what the first consumer that fails throws
 */
export async function streamFfmpeg(run: FfmpegRun, consumers: readonly Consumer[]): Promise<void> {
  succeeded(run, await consumeFfmpeg(run, [], consumers));
}

/** Runs ffmpeg to its end, with the failure of the first consumer that fails. */
async function consumeFfmpeg(run: FfmpegRun, globals: readonly string[], consumers: readonly Consumer[]): Promise<ToolExit> {
  const extraPipes = consumers.slice(1).map(() => 'read' as const);
  const tool = await spawnTool({ ...toolOptions(run, globals), extraPipes });
  const streams = [tool.stdout, ...(tool.pipes as Readable[])];
  const failures: unknown[] = [];
  const consume = async (consumer: Consumer, index: number) => {
    try {
      await consumer(streams[index]!);
    } catch (error) {
      failures.push(error);
      tool.kill();
    }
  };
  await Promise.all(consumers.map(consume));
  if (failures.length === 0) return tool.exit;
  await tool.exit.catch(() => undefined);
  throw failures[0];
}

type ArgumentsOfRun = Pick<FfmpegRun, 'path' | 'input' | 'inputOptions' | 'outputs' | 'logLevel' | 'filterThreads'>;

/** All arguments of a run, as ffmpeg gets them. */
export function ffmpegArguments(run: ArgumentsOfRun, globals: readonly string[] = []): string[] {
  const { path, input, inputOptions = [], outputs, logLevel = 'error', filterThreads = 1 } = run;
  const shared = ['-y', '-nostats', '-v', logLevel, '-filter_threads', String(filterThreads), ...globals];
  return [...shared, ...inputOptions, ...safeInputArgs(path, input), ...outputs];
}

function toolOptions(run: FfmpegRun, globals: readonly string[]) {
  const { ffmpegPath, folder, signal, logLevel = 'error' } = run;
  return {
    command: ffmpegPath,
    args: ffmpegArguments(run, globals),
    wallClockMs: run.wallClockMs,
    cpuSeconds: run.cpuSeconds,
    memoryBytes: run.memoryBytes ?? 4 * 2 ** 30,
    fileSizeBytes: run.fileSizeBytes ?? 2 ** 30,
    stderrTailLines: logLevel === 'info' ? 400 : 20,
    ...(folder !== undefined && { cwd: folder }),
    ...(signal && { signal }),
  };
}

interface Progress {
  readonly onProgress: (seconds: number) => void;
  readonly onFrames?: (frames: number) => void;
}

/** Runs ffmpeg to its end and reads its progress; a callback that throws ends it. */
async function followFfmpeg(run: FfmpegRun, progress: Progress): Promise<ToolExit> {
  const tool = await spawnTool(toolOptions(run, ['-progress', 'pipe:1']));
  try {
    await readProgress(tool.stdout, progress);
  } catch (error) {
    tool.kill();
    await tool.exit.catch(() => undefined);
    throw error;
  }
  return tool.exit;
}

/** `out_time_us=1234567` is microseconds; `N/A` before the first packet. */
async function readProgress(stdout: Readable, { onProgress, onFrames = () => undefined }: Progress): Promise<void> {
  let rest = '';
  for await (const chunk of stdout.setEncoding('latin1') as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.slice(-4_096).split('\n');
    rest = lines.pop()!;
    const line = lines.findLast((text) => text.startsWith('out_time_us='));
    const seconds = Number(line?.slice('out_time_us='.length)) / 1e6;
    if (Number.isFinite(seconds)) onProgress(Math.max(0, seconds));
    const frames = Number(lines.findLast((text) => text.startsWith('frame='))?.slice('frame='.length));
    if (Number.isFinite(frames)) onFrames(frames);
  }
}

type Medium = Pick<FfmpegRun, 'medium'>;

function succeeded<T extends ToolExit>(run: Medium, exit: T): T {
  if (exit.exitCode === 0) return exit;
  throw undecodable(run, { ...exit, end: 'exit', killedBy: exit.signal });
}

const tooMuchOutput = (run: Medium) => (error: unknown) => {
  throw error instanceof ToolFailure && error.end === 'output-limit' ? undecodable(run, error) : error;
};

type Ended = Pick<ToolFailure, 'end' | 'exitCode' | 'killedBy' | 'stderrTail'>;

const undecodable = ({ medium = 'video' }: Medium, { end, exitCode, killedBy, stderrTail }: Ended) =>
  new ToolFailure('media-undecodable', `The ${medium} in this file cannot be decoded.`, { end, exitCode, killedBy, stderrTail });

/** What decoding a whole file showed. */
export interface Decoded {
  /** Playing time until the end of the last picture or sound; 0 when nothing was decoded. */
  readonly seconds: number;
  readonly frameCount: number;
  /** ffmpeg's last complaints, at most 20. A file without faults has none. */
  readonly errors: readonly string[];
}

/**
 * Decodes streams to nothing: `outputs` selects them. Damage does not end it, as long as something can be decoded.
 *
 * @param onProgress as of `encodeFfmpeg`
 * @throws ToolFailure `media-undecodable` when nothing can be decoded or a limit ends ffmpeg; `cancelled`, `deadline-exceeded`; `internal` when it
 *   cannot be started
 */
export async function decodeFfmpeg(run: FfmpegRun, onProgress: (seconds: number) => void = () => undefined): Promise<Decoded> {
  return decodedBy(run, (progress) => followFfmpeg(run, progress), onProgress);
}

/** The same, with consumers of outputs as of {@link streamFfmpeg}, which see what is decoded. Throws also what the first consumer that fails throws. */
export async function measureFfmpeg(
  run: FfmpegRun,
  consumers: readonly Consumer[],
  onProgress: (seconds: number) => void = () => undefined,
): Promise<Decoded> {
  const globals = ['-progress', outputPipe(consumers.length)];
  return decodedBy(run, (progress) => consumeFfmpeg(run, globals, [...consumers, (output) => readProgress(output, progress)]), onProgress);
}

async function decodedBy(
  run: FfmpegRun,
  decode: (progress: Progress) => Promise<ToolExit>,
  onProgress: (seconds: number) => void,
): Promise<Decoded> {
  let [seconds, frameCount] = [0, 0];
  const exit = await decode({
    onProgress: (written) => {
      seconds = written;
      onProgress(written);
    },
    onFrames: (frames) => {
      frameCount = frames;
    },
  });
  if (exit.exitCode !== 0 && (exit.signal !== null || frameCount === 0))
    return succeeded(run, { ...exit, seconds, frameCount, errors: [] });
  return { seconds, frameCount, errors: exit.stderrTail.filter((line) => !isAboutOutput(line)) };
}

/** Muxers complain of time stamps that no decoder minds. */
const isAboutOutput = (line: string): boolean =>
  /^\[(null|tee|rawvideo|mkvtimestamp_v2|f32le) @ |^\s*Last message repeated|^\s*$/.test(line);
