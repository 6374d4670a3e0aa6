/** Which encoders an ffmpeg has: distributions build it with different ones. */
import { expectSuccess, runTool } from '#compute';
import type { FfmpegTools } from './ffmpeg.ts';

const limits = { wallClockMs: 15_000, stdoutLimitBytes: 1 << 20 } as const;

/** @throws ToolFailure when ffmpeg cannot run */
export async function findEncoders({ ffmpegPath }: FfmpegTools, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const result = await runTool({ command: ffmpegPath, args: ['-hide_banner', '-encoders'], ...limits, ...(signal ? { signal } : {}) });
  return parseEncoders(expectSuccess(result, 'internal', 'ffmpeg did not list its encoders.').stdout.toString());
}

/** Lines such as ` A....D libopus              libopus Opus`; those above the rule are the legend. */
export function parseEncoders(text: string): ReadonlySet<string> {
  const lines = text.slice(text.indexOf('------')).split('\n');
  return new Set(lines.flatMap((line) => /^ [AVS][.FSXBD]{5} (\S+)/.exec(line)?.[1] ?? []));
}
