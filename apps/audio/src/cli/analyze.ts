/** `npm run --silent audio:analyze -- [--profile tempo|full] [--strict] FILE…`: the analysis of the audio service without a server. */
import { print, runProgram, untilInterrupted } from '#program';
import { type Arguments, readArguments, usage } from './arguments.ts';

await runProgram({ usage, readArguments, run: analyzeAll });

/** One file at a time: the decoder and this process use more than one core, and the CPU time of a file can be measured only alone. */
async function analyzeAll({ files, profile, strict }: Arguments): Promise<number> {
  const { analyzeFile, CostMeter } = await import('./analyze-file.ts'); // not needed to print the usage
  const signal = untilInterrupted();
  const meter = new CostMeter();
  const { FFMPEG_PATH: ffmpegPath = 'ffmpeg', INIT_CWD: calledFrom } = process.env;
  let failed = 0;
  for (const file of files) {
    const line = await analyzeFile(file, { profile, strict, ffmpegPath, signal, ...(calledFrom && { calledFrom }) }, meter);
    if (signal.aborted) return 130;
    if ('error' in line && line.error.code === 'service-unavailable') return refuse(line.error.detail);
    if ('error' in line) failed++;
    await print(`${JSON.stringify(line)}\n`);
  }
  return failed === 0 ? 0 : 1;
}

/** Without ffmpeg no file can be analysed, so the first one ends the program. */
function refuse(sentence: string | undefined): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}
