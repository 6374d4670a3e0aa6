/** Command-line arguments of `audio:render`. */
import { parseArgs } from 'node:util';
import { type AudioFormat, audioFormats, type RequestedLevel, requestedLevels } from '#contracts';

export interface RenderArguments {
  /** As typed. */
  readonly file: string;
  readonly level: RequestedLevel;
  readonly format: AudioFormat;
  /** As typed; undefined: beside the file. */
  readonly out: string | undefined;
  readonly normalize: boolean;
  readonly measure: boolean;
  /** For `auto`, in dB. */
  readonly minQuality: number | undefined;
  /** For `auto`, in KiB. */
  readonly maxSizeKb: number | undefined;
  /** Whether a file that is there is replaced. */
  readonly force: boolean;
}

export const renderUsage = `Usage: npm run --silent audio:render -- FILE --level LEVEL --format FORMAT [--out FILE]

Makes one rendition of an audio file, as the server does, and prints what it has become as one line of JSON.

  --level LEVEL       ${requestedLevels.join(', ')}
  --format FORMAT     ${audioFormats.join(', ')}
  --out FILE          the file to write; beside the original, named by the level, unless told
  --force             replace the file if it is there
  --normalize         bring the loudness to -14 LUFS (EBU R 128, two passes)
  --measure           measure the quality against the original
  --min-quality DB    with auto: the least segmental signal-to-noise ratio, from -10 to 35 (10 unless told)
  --max-size-kb KIB   with auto: the largest file
  --help              this text

Examples:
  npm run --silent audio:render -- song.flac --level medium --format opus
  npm run --silent audio:render -- song.wav --level lossless --format m4a --out /tmp/song.m4a
  npm run --silent audio:render -- song.flac --level auto --format mp3 --min-quality 12 --max-size-kb 4000

Exit code: 0 when the file was written, 1 when it was not, 2 when the command line is wrong.
FFMPEG_PATH names the ffmpeg to use; ffprobe is expected beside it.
`;

/** @throws RangeError or TypeError, with a sentence for the user, when the arguments are wrong */
export function readRenderArguments(args: readonly string[]): RenderArguments | 'help' {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  if (values.help) return 'help';
  const [file, ...more] = positionals;
  if (file === undefined) throw new RangeError('Which file?');
  if (more.length > 0) throw new RangeError(`One file at a time: ${more.join(' ')} is too much.`);
  const level = oneOf(requestedLevels, values.level, 'level');
  const format = oneOf(audioFormats, values.format, 'format');
  const minQuality = numberIn(values['min-quality'], 'min-quality', -10, 35);
  const maxSizeKb = numberIn(values['max-size-kb'], 'max-size-kb', 1, 67_108_864);
  if (level !== 'auto' && (minQuality !== undefined || maxSizeKb !== undefined))
    throw new RangeError('--min-quality and --max-size-kb are for --level auto.');
  const { out, normalize = false, measure = false, force = false } = values;
  return { file, level, format, out, normalize, measure, minQuality, maxSizeKb, force };
}

const options = {
  level: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
  normalize: { type: 'boolean' },
  measure: { type: 'boolean' },
  'min-quality': { type: 'string' },
  'max-size-kb': { type: 'string' },
  force: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function oneOf<const Name extends string>(names: readonly Name[], value: string | undefined, what: string): Name {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  throw new RangeError(
    value === undefined ? `Which ${what}? --${what} takes ${names.join(', ')}.` : `There is no ${what} '${value}': ${names.join(', ')}.`,
  );
}

function numberIn(text: string | undefined, name: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new RangeError(`--${name} takes a number from ${least} to ${most}, not '${text}'.`);
  return value;
}
