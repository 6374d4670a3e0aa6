/** Command-line arguments of `audio:analyze`. */
import { parseArgs } from 'node:util';
import type { AnalysisProfile } from '../analysis/music/music-analyzer.ts';

export interface Arguments {
  readonly profile: AnalysisProfile;
  /** A truncated file is a problem, not a warning. */
  readonly strict: boolean;
  /** At least one, as typed. */
  readonly files: readonly string[];
}

export const usage = `Usage: npm run --silent audio:analyze -- [--profile tempo|full] [--strict] FILE…

Prints one line of JSON for each file, in order: tempo, beats, key, loudness and cue points, or the problem.

  --profile full   everything (default)
  --profile tempo  tempo and beats only; faster
  --strict         a truncated file is a problem (media-truncated), not a warning
  --help           this text

cpuSeconds is the CPU time used for the file, by ffmpeg and ffprobe too, without the start of this program.

Exit code: 0 when every file was analysed, 1 when one was not, 2 when the command line is wrong.
FFMPEG_PATH names the ffmpeg to use; ffprobe is expected beside it.
`;

/** @throws RangeError or TypeError, with a sentence for the user, when the arguments are wrong */
export function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      profile: { type: 'string', default: 'full' },
      strict: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const { profile, strict } = values;
  if (profile !== 'tempo' && profile !== 'full') throw new RangeError(`There is no profile '${profile}'.`);
  if (positionals.length === 0) throw new RangeError('Which file?');
  return { profile, strict, files: positionals };
}
