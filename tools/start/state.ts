import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { endLeftover, identify, type ProcessIdentity } from '#testing/servers';

/** A small JSON file that is either the old one or the new one, never half of one, and for our eyes only. */
export class StateFile<T> {
  readonly path: string;

  constructor(folder: string, name: string) {
    this.path = join(folder, name);
  }

  /** @returns what was written last; undefined when nothing was, or when it is no JSON */
  read(): T | undefined {
    try {
      return existsSync(this.path) ? (JSON.parse(readFileSync(this.path, 'utf8')) as T) : undefined;
    } catch {
      return undefined; // damaged by hand or by a full disk: it only remembers conveniences
    }
  }

  write(value: T): void {
    mkdirSync(dirname(this.path), { recursive: true });
    const draft = `${this.path}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.path);
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}

/** Everything this launcher has started and not yet stopped, written down so that the next one can clean up after a crash. */
export class Ledger {
  readonly #file: StateFile<Record<string, ProcessIdentity & { readonly signal?: NodeJS.Signals }>>;
  readonly #processes = new Map<string, ProcessIdentity & { readonly signal?: NodeJS.Signals }>();

  constructor(folder: string) {
    this.#file = new StateFile(folder, 'processes.json');
  }

  /** @param signal what asks it to leave, where that is not SIGTERM */
  note(name: string, pid: number, signal?: NodeJS.Signals): void {
    const identity = identify(pid);
    if (identity) this.#processes.set(name, signal ? { ...identity, signal } : identity);
    this.#save();
  }

  forget(name: string): void {
    this.#processes.delete(name);
    this.#save();
  }

  #save(): void {
    if (this.#processes.size === 0) this.#file.remove();
    else this.#file.write(Object.fromEntries(this.#processes));
  }

  /** Ends what a launcher that was killed left running, last started first. @returns the names of what was ended */
  async endLeftovers(): Promise<string[]> {
    const ended: string[] = [];
    this.#processes.clear();
    for (const [name, { signal, ...identity }] of Object.entries(this.#file.read() ?? {}).reverse()) {
      if (await endLeftover(identity, signal)) ended.push(name);
    }
    this.#file.remove();
    return ended;
  }
}
