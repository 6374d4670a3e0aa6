/** Command-line arguments of `video:analyze`. */
import { parseArgs } from 'node:util';

export const usage = `Usage: npm run --silent video:analyze -- FILE…

Prints one line of JSON for each file, in order: what is in it and what decoding it shows, or why it is refused.

  --help  this text

scenes are the moments at which a new scene begins by a cut or a fade; black, frozen and silent are stretches; fingerprint is base64 of what
video:compare compares.

Exit code: 0 when every file has its line, also a refused one; 1 when ffmpeg cannot run; 2 when the command line is wrong.
FFMPEG_PATH names the ffmpeg to use; ffprobe is expected beside it.
`;

/** @returns the files as typed. @throws RangeError or TypeError, with a sentence for the user, when the arguments are wrong */
export function readArguments(args: readonly string[]): readonly string[] | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return 'help';
  if (positionals.length === 0) throw new RangeError('Which file?');
  return positionals;
}
