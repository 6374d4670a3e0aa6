/** `npm run --silent audio:render -- FILE --level LEVEL --format FORMAT [--out FILE]`: one rendition without a server. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { readRenderArguments, renderUsage } from './render-arguments.ts';

// Saves 0.3 s at every later start. Where the folder cannot be written, nothing is cached.
enableCompileCache(fileURLToPath(new URL('../../../../.rafaga/compile-cache', import.meta.url)));
// A reader that closes the pipe (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const wanted = readRenderArguments(args);
    if (wanted === 'help') {
      process.stdout.write(renderUsage);
      return 0;
    }
    return await renderOne(wanted);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${renderUsage}`);
    return 2;
  }
}

async function renderOne(wanted: Exclude<ReturnType<typeof readRenderArguments>, 'help'>): Promise<number> {
  const [{ renderFile }, { Failure }] = await Promise.all([import('./render-file.ts'), import('#contracts')]); // not needed to print the usage
  const { FFMPEG_PATH: ffmpegPath = 'ffmpeg', INIT_CWD: calledFrom } = process.env;
  const signal = untilInterrupted();
  try {
    process.stdout.write(`${JSON.stringify(await renderFile(wanted, { ffmpegPath, signal, calledFrom }))}\n`);
    return 0;
  } catch (error) {
    if (signal.aborted) return 130;
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

/** Aborts at Ctrl-C, because the encoder runs in a process group of its own. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
