/** Makes one rendition of a file without a server: the same checks as for an upload, the same encoder. */
import { constants, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { Failure } from '#contracts';
import { ffmpegTools } from '#media';
import { inspectMedia } from '../media/inspect-media.ts';
import { openSource } from '../renditions/encode-rendition.ts';
import { compareSound } from '../renditions/quality/compare-sound.ts';
import { render } from '../renditions/render.ts';
import { boundsOf } from '../renditions/rendition-options.ts';
import { locateFile } from './locate-file.ts';
import type { RenderArguments } from './render-arguments.ts';

export interface RenderFileOptions {
  readonly ffmpegPath: string;
  readonly signal: AbortSignal;
  /** The folder where npm was called; npm runs its scripts in the root of the project. */
  readonly calledFrom: string | undefined;
}

const timeoutMs = 55 * 60_000;

/** @throws Failure with a sentence for the user */
export async function renderFile(wanted: RenderArguments, { ffmpegPath, signal, calledFrom }: RenderFileOptions): Promise<object> {
  const tools = ffmpegTools(ffmpegPath);
  const path = await locateFile(wanted.file, calledFrom);
  const media = await inspectMedia(path, { ffprobePath: tools.ffprobePath, declaredName: path, signal });
  const folder = await mkdtemp(join(tmpdir(), 'rafaga-render-'));
  try {
    const compare = async (...sounds: Parameters<typeof compareSound>) => compareSound(...sounds);
    const source = await openSource(path, media, { tools, timeoutMs, signal });
    const { level, format, normalize, measure: measureQuality, minQuality, maxSizeKb } = wanted;
    const bounds = boundsOf({ ...(minQuality !== undefined && { minQuality }), ...(maxSizeKb !== undefined && { maxSizeKb }) });
    const [rendered] = await render(
      source,
      { level, format, normalize, measureQuality, bounds, folder },
      { tools, timeoutMs, signal, compare },
    );
    const { file, result } = rendered!;
    const output = outputOf(wanted, path, result.level, calledFrom);
    if (await isSameFile(output, path)) throw new Failure('request-invalid', 'The original would be replaced. Name another file in --out.');
    await copyFile(file.path, output, wanted.force ? 0 : constants.COPYFILE_EXCL).catch((error: NodeJS.ErrnoException) => {
      throw unwritable(output, error);
    });
    return { file: wanted.file, output, format, sizeBytes: file.sizeBytes, ...result };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function outputOf({ out, format }: RenderArguments, path: string, level: string, calledFrom = process.cwd()): string {
  return out === undefined ? join(dirname(path), `${basename(path, extname(path))}.${level}.${format}`) : resolve(calledFrom, out);
}

/** Also by way of a link. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)));
  return a !== undefined && a.ino === b?.ino && a.dev === b.dev;
}

function unwritable(output: string, error: NodeJS.ErrnoException): Failure {
  const why = error.code === 'EEXIST' ? 'The file is there already; --force replaces it' : `The file cannot be written (${error.code})`;
  return new Failure('request-invalid', `${why}: ${output}`, { cause: error });
}
