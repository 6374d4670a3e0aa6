/** Runs ffprobe on one file of a known container and parses its output. */
import * as z from 'zod';
import { runTool, ToolFailure } from '#compute/tools';
import type { Failure } from '#contracts';
import { safeProbeArgs } from './ffmpeg.ts';

const numeric = z.coerce.number().optional().catch(undefined);
const textMap = z.record(z.string(), z.string()).default({}).catch({});
const flags = z.record(z.string(), z.number()).default({}).catch({});

const word = z.string().optional().catch(undefined);

const sideData = z
  .array(z.object({ side_data_type: word, rotation: numeric }))
  .default([])
  .catch([]);

const stream = z.object({
  index: numeric,
  codec_type: z.string().optional(),
  codec_name: z.string().default('unknown'),
  sample_rate: numeric,
  channels: numeric,
  channel_layout: z.string().optional(),
  duration: numeric,
  bit_rate: numeric,
  profile: word,
  pix_fmt: word,
  width: numeric,
  height: numeric,
  sample_aspect_ratio: word,
  r_frame_rate: word,
  avg_frame_rate: word,
  start_time: numeric,
  nb_frames: numeric,
  field_order: word,
  bits_per_raw_sample: numeric,
  bits_per_sample: numeric,
  sample_fmt: word,
  color_range: word,
  color_space: word,
  color_transfer: word,
  color_primaries: word,
  side_data_list: sideData,
  disposition: flags,
  tags: textMap,
});
const packet = z.object({ stream_index: z.number(), pts_time: numeric });
const chapter = z.object({ start_time: numeric, end_time: numeric, tags: textMap });
const answer = z.object({
  streams: z.array(stream).default([]),
  format: z.object({ nb_streams: numeric, duration: numeric, bit_rate: numeric, tags: textMap }).prefault({}),
});

/** Present only where it was asked for. */
const details = z.object({ chapters: z.array(chapter).default([]), packets: z.array(packet).default([]) });

export type ProbedStream = z.output<typeof stream>;
export type Probed = z.output<typeof answer>;
export type ProbedDetails = z.output<typeof details>;

export interface ProbeOptions {
  readonly ffprobePath: string;
  /** The only demuxer that may open the file. */
  readonly demuxer: string;
  readonly timeoutMs: number;
  /** CPU time of ffprobe, enforced by the kernel; default 10 s. A probe of 20 MB takes 0.1 s. */
  readonly cpuSeconds?: number;
  readonly signal?: AbortSignal;
}

const memoryBytes = 2 * 1024 ** 3;
const answerLimitBytes = 4 << 20;

/**
 * @throws Failure `media-undecodable` when ffprobe finds no stream in the file or reaches a limit; `cancelled`; `internal` when it cannot be started
 */
export async function probe(path: string, options: ProbeOptions): Promise<Probed> {
  return answer.parse(await ask(path, options, []));
}

/**
 * Also reads the chapters, and the time stamps of the first packets of all streams together, without decoding them.
 *
 * @param packets in [1, 10,000]
 * @throws the same as `probe`
 */
export async function probeDetails(path: string, options: ProbeOptions, packets: number): Promise<Probed & ProbedDetails> {
  const entries = ['-show_chapters', '-show_entries', 'packet=stream_index,pts_time', '-read_intervals', `%+#${packets}`];
  const found = await ask(path, options, entries);
  return { ...answer.parse(found), ...details.parse(found) };
}

async function ask(path: string, options: ProbeOptions, more: readonly string[]): Promise<unknown> {
  const { ffprobePath, demuxer, timeoutMs, cpuSeconds = 10, signal } = options;
  const shown = ['-v', 'error', '-show_streams', '-show_format', ...more, '-of', 'json'];
  const result = await runTool({
    command: ffprobePath,
    args: [...shown, ...safeProbeArgs(path, { demuxers: [demuxer] })],
    wallClockMs: timeoutMs,
    cpuSeconds,
    memoryBytes,
    stdoutLimitBytes: answerLimitBytes,
    ...(signal && { signal }),
  }).catch(asMediaFailure);
  if (result.exitCode !== 0) throw undecodable({ ...result, killedBy: result.signal });
  return JSON.parse(result.stdout.toString());
}

/** A timeout and too much output are caused by the file. */
function asMediaFailure(error: unknown): never {
  const isCausedByFile = error instanceof ToolFailure && (error.end === 'timeout' || error.end === 'output-limit');
  throw isCausedByFile ? undecodable(error) : error;
}

function undecodable({ stderrTail, exitCode, killedBy }: Pick<ToolFailure, 'stderrTail' | 'exitCode' | 'killedBy'>): Failure {
  const details = { end: 'exit', stderrTail, exitCode, killedBy } as const;
  return new ToolFailure('media-undecodable', 'The file begins like audio, but ffprobe finds no audio stream in it.', details);
}
