import { resolve } from 'node:path';
import { findTool } from '#testing/servers';
import { print } from '../bootstrap/console.mjs';
import { ensureBuilt } from '../setup/build.ts';
import { root } from '../setup/paths.ts';
import { allPrograms, mediaPrograms } from '../setup/programs.ts';
import { ensureTools } from '../setup/tools.ts';
import { helpFor } from './help.ts';

/**
 * Becomes the program: same process, same terminal, its exit code is ours. Benches may start servers, so they get those too. With `--built` first
 * it finds the libraries compiled, decorators and all, and not as they were written.
 */
export async function main(words: readonly string[]): Promise<void> {
  try {
    const built = words[0] === '--built';
    const [file, ...args] = built ? words.slice(1) : words;
    if (!file) throw new Error('Which file? node tools/run.mjs [--built] FILE [argument …]');
    const help = helpFor(root, file, args);
    if (help !== undefined) {
      process.stdout.write(`${help}\n`);
      return;
    }
    if (built) await ensureBuilt();
    await ensureTools(file.startsWith('bench/') ? allPrograms : mediaPrograms);
    const environment = { ...process.env, FFMPEG_PATH: process.env.FFMPEG_PATH ?? findTool('ffmpeg') ?? 'ffmpeg' };
    become([...(built ? [] : ['--conditions=source']), '--disable-warning=ExperimentalWarning', resolve(root, file), ...args], environment);
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

function become(args: readonly string[], environment: Record<string, string | undefined>): void {
  const defined = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined)) as Record<string, string>;
  process.removeAllListeners('warning'); // execve announces itself as new; people who analyse a file need not know
  if (!process.execve) throw new Error('This Node cannot replace itself: Node 24 on Linux or macOS is needed.');
  process.execve(process.execPath, [process.execPath, ...args], defined);
}
