import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const largestBytes = 64 * 1024 * 1024;
const atOnceBytes = 256 * 1024;

/** The log of a program that is about to start: the one of last time is kept beside it as `.1`, older ones go. */
export function freshLog(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.log`);
  if (existsSync(file)) renameSync(file, `${file}.1`);
  return file;
}

/** Follows a service's JSON log and tells its errors in short; cuts the file when it grows past 64 MB. */
export class LogTail {
  readonly #file: string;
  readonly #tell: (sentence: string) => void;
  #position = 0;
  #rest = '';

  constructor(file: string, tell: (sentence: string) => void) {
    this.#file = file;
    this.#tell = tell;
  }

  /** Reads what has been added since the last time, at most 256 KB of it: what a flood says beyond that is in the file. */
  look(): void {
    if (!existsSync(this.#file)) return;
    const size = statSync(this.#file).size;
    if (size < this.#position) this.#position = 0;
    if (size - this.#position > atOnceBytes) this.#position = size - atOnceBytes;
    const lines = (this.#rest + this.#readNew()).split('\n');
    this.#rest = lines.pop()?.slice(-atOnceBytes) ?? '';
    const sentences = lines.map(errorIn).filter((sentence) => sentence !== undefined);
    for (const sentence of sentences.slice(0, 3)) this.#tell(sentence);
    if (sentences.length > 3) this.#tell(`… and ${sentences.length - 3} more errors, see ${this.#file}`);
    if (size > largestBytes) truncateSync(this.#file);
  }

  #readNew(): string {
    const handle = openSync(this.#file, 'r');
    try {
      const piece = Buffer.alloc(Math.max(0, fstatSync(handle).size - this.#position));
      const length = readSync(handle, piece, 0, piece.length, this.#position);
      this.#position += length;
      return piece.toString('utf8', 0, length);
    } finally {
      closeSync(handle);
    }
  }
}

/** @returns the message of a pino line of level error or fatal, and of a stack trace Node printed itself; nothing for the rest */
export function errorIn(line: string): string | undefined {
  if (/^\w*Error( \[\w+\])?: /.test(line)) return line.slice(0, 300);
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as { level?: number | string; msg?: string; err?: { message?: string } };
    const serious = typeof entry.level === 'number' ? entry.level >= 50 : /^(error|fatal)$/i.test(entry.level ?? '');
    return serious ? [entry.msg, entry.err?.message].filter(Boolean).join(': ').slice(0, 300) : undefined;
  } catch {
    return undefined; // a line that only looks like JSON is not an error of ours
  }
}
