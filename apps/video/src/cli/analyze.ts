/** `npm run --silent video:analyze -- FILE…`: what the video service finds in files, without a server. */
import { print, runProgram, untilInterrupted } from '#program';
import { readArguments, usage } from './arguments.ts';

await runProgram({ usage, readArguments, run: analyzeAll });

async function analyzeAll(files: readonly string[]): Promise<number> {
  const [{ analyzeFile }, { Failure }, { ffmpegTools }] = await Promise.all([
    import('./analyze-file.ts'), // not needed to print the usage
    import('#contracts'),
    import('#media'),
  ]);
  const signal = untilInterrupted();
  const { FFMPEG_PATH, INIT_CWD: calledFrom } = process.env;
  const options = { tools: ffmpegTools(FFMPEG_PATH), signal, ...(calledFrom && { calledFrom }) };
  for (const file of files) {
    try {
      await print(`${JSON.stringify(await analyzeFile(file, options))}\n`);
    } catch (error) {
      if (signal.aborted) return 130;
      if (!(error instanceof Failure && error.code === 'service-unavailable')) throw error;
      process.stderr.write(`${error.message}\n`); // without ffmpeg no file can be analysed
      return 1;
    }
  }
  return 0;
}
