/** The frame of programs that do the work of a service without a server: arguments, exit code, output, interruption. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface Program<Wanted> {
  readonly usage: string;
  /** @throws RangeError or TypeError, with a sentence for the user, when the arguments are wrong */
  readonly readArguments: (args: readonly string[]) => Wanted | 'help' | Promise<Wanted | 'help'>;
  /** Imports what it needs by itself, so that the usage is printed without loading it. @returns the exit code */
  readonly run: (wanted: Wanted) => Promise<number>;
}

/** Runs a program with the arguments of this process and sets its exit code: that of `run`, 0 for the usage, 2 for wrong arguments. */
export async function runProgram<Wanted>(program: Program<Wanted>): Promise<void> {
  // Saves 0.1 to 0.3 s at every later start. Where the folder cannot be written, nothing is cached.
  enableCompileCache(fileURLToPath(new URL('../../../.rafaga/compile-cache', import.meta.url)));
  // A reader that closes the pipe (`| head`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.exitCode = await exitCodeOf(program);
}

async function exitCodeOf<Wanted>({ usage, readArguments, run }: Program<Wanted>): Promise<number> {
  let wanted: Wanted | 'help';
  try {
    wanted = await readArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (wanted !== 'help') return run(wanted);
  await print(usage);
  return 0;
}

/** Aborts at Ctrl-C: ffmpeg runs in a process group of its own and has to be told. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

/** Writes to standard output and waits for a slow reader. */
export function print(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(text, () => done());
  });
}
