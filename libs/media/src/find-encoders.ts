/** Which encoders and muxers an ffmpeg has: distributions build it with different ones. */
import { expectSuccess, runTool } from '#compute/tools';
import type { FfmpegTools } from './ffmpeg.ts';

const limits = { wallClockMs: 15_000, stdoutLimitBytes: 1 << 20 } as const;

/** @throws ToolFailure when ffmpeg cannot run */
export async function findEncoders(tools: FfmpegTools, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  return parseEncoders(await listOf('-encoders', tools, signal));
}

/** What it can write files as. Throws the same. */
export async function findMuxers(tools: FfmpegTools, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  return parseMuxers(await listOf('-muxers', tools, signal));
}

async function listOf(option: '-encoders' | '-muxers', { ffmpegPath }: FfmpegTools, signal?: AbortSignal): Promise<string> {
  const result = await runTool({ command: ffmpegPath, args: ['-hide_banner', option], ...limits, ...(signal ? { signal } : {}) });
  return expectSuccess(result, 'internal', `ffmpeg did not answer ${option}.`).stdout.toString();
}

/** Lines such as `  E avif            AVIF`; those above the rule are the legend. */
export function parseMuxers(text: string): ReadonlySet<string> {
  const lines = text.slice(text.indexOf(' --')).split('\n');
  return new Set(lines.flatMap((line) => /^ [D ]Ed? +(\S+)/.exec(line)?.[1]?.split(',') ?? []));
}

/** Lines such as ` A....D libopus              libopus Opus`; those above the rule are the legend. */
export function parseEncoders(text: string): ReadonlySet<string> {
  const lines = text.slice(text.indexOf('------')).split('\n');
  return new Set(lines.flatMap((line) => /^ [AVS][.FSXBD]{5} (\S+)/.exec(line)?.[1] ?? []));
}
