import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { endLeftover, identify, type ProcessIdentity } from '#testing/servers';

/** A small JSON file, replaced atomically and readable by its owner only. */
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
      return undefined; // damaged by an edit or a full disk; the content is optional
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

/** A recorded process. */
interface Entry extends ProcessIdentity {
  /** services use servers, so they are ended first */
  readonly kind: 'service' | 'server';
  readonly signal: NodeJS.Signals;
}

/** The running processes of this launcher, recorded in a file so that the next launcher can end them after a crash. */
export class StartedProcesses {
  readonly #file: StateFile<Record<string, Entry>>;
  readonly #processes = new Map<string, Entry>();

  constructor(folder: string) {
    this.#file = new StateFile(folder, 'processes.json');
  }

  /** @param signal asks the process to stop */
  note(name: string, pid: number, kind: Entry['kind'], signal: NodeJS.Signals = 'SIGTERM'): void {
    const identity = identify(pid);
    if (identity) this.#processes.set(name, { ...identity, kind, signal });
    this.#save();
  }

  forget(name: string): void {
    this.#processes.delete(name);
    try {
      this.#save();
    } catch {
      // A full disk must not prevent stopping the other processes; an outdated entry names a process that has ended, which is harmless.
    }
  }

  #save(): void {
    if (this.#processes.size === 0) this.#file.remove();
    else this.#file.write(Object.fromEntries(this.#processes));
  }

  /** Ends the processes of a launcher that was killed, services before servers. @returns the names of the processes ended */
  async endLeftovers(): Promise<string[]> {
    const ended = await endAll(Object.entries(this.#file.read() ?? {}).filter(([, entry]) => isEntry(entry)));
    this.#processes.clear();
    this.#file.remove();
    return ended;
  }

  /** Ends the processes that this launcher recorded, and none of another launcher. */
  async endOwn(): Promise<void> {
    if (this.#processes.size === 0) return;
    await endAll([...this.#processes]);
    this.#processes.clear();
    this.#file.remove();
  }
}

/** The file may be damaged or of another version; entries that cannot be read are ignored. */
function isEntry(entry: unknown): entry is Entry {
  const { pid, startedAt, kind, signal } = (entry ?? {}) as Partial<Record<keyof Entry, unknown>>;
  const hasNames = [startedAt, kind].every((text) => typeof text === 'string') && typeof signal === 'string' && signal in constants.signals;
  return hasNames && Number.isSafeInteger(pid) && (pid as number) > 1;
}

async function endAll(entries: readonly (readonly [name: string, entry: Entry])[]): Promise<string[]> {
  const ended: string[] = [];
  for (const kind of ['service', 'server']) {
    const group = entries.filter(([, entry]) => entry.kind === kind);
    await Promise.all(group.map(async ([name, entry]) => (await endLeftover(entry, entry.signal)) && ended.push(name)));
  }
  return ended;
}
