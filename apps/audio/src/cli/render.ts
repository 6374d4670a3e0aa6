/** `npm run --silent audio:render -- FILE --level LEVEL --format FORMAT [--out FILE]`: one rendition without a server. */
import { print, runProgram, untilInterrupted } from '#program';
import { type RenderArguments, readRenderArguments, renderUsage } from './render-arguments.ts';

await runProgram({ usage: renderUsage, readArguments: readRenderArguments, run: renderOne });

async function renderOne(wanted: RenderArguments): Promise<number> {
  const [{ renderFile }, { Failure }] = await Promise.all([import('./render-file.ts'), import('#contracts')]); // not needed to print the usage
  const { FFMPEG_PATH: ffmpegPath = 'ffmpeg', INIT_CWD: calledFrom } = process.env;
  const signal = untilInterrupted();
  try {
    await print(`${JSON.stringify(await renderFile(wanted, { ffmpegPath, signal, calledFrom }))}\n`);
    return 0;
  } catch (error) {
    if (signal.aborted) return 130;
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}
