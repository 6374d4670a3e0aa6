import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
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

/** A process of ours as it is written down. */
interface Entry extends ProcessIdentity {
  /** a service leans on servers, so it is ended first */
  readonly kind: 'service' | 'server';
  readonly signal: NodeJS.Signals;
}

/** Everything this launcher has started and not yet stopped, written down so that the next one can clean up after a crash. */
export class Ledger {
  readonly #file: StateFile<Record<string, Entry>>;
  readonly #processes = new Map<string, Entry>();

  constructor(folder: string) {
    this.#file = new StateFile(folder, 'processes.json');
  }

  /** @param signal what asks it to leave */
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
      // A full disk may not keep us from stopping the others; an old note names a process that is gone, which harms nobody.
    }
  }

  #save(): void {
    if (this.#processes.size === 0) this.#file.remove();
    else this.#file.write(Object.fromEntries(this.#processes));
  }

  /** Ends what a launcher that was killed left running, services before servers. @returns the names of what was ended */
  async endLeftovers(): Promise<string[]> {
    const ended = await endAll(Object.entries(this.#file.read() ?? {}).filter(([, entry]) => isEntry(entry)));
    this.#processes.clear();
    this.#file.remove();
    return ended;
  }

  /** Ends what this launcher has noted and not yet stopped; what another one has written down is not its to end. */
  async endOwn(): Promise<void> {
    if (this.#processes.size === 0) return;
    await endAll([...this.#processes]);
    this.#processes.clear();
    this.#file.remove();
  }
}

/** The file may have been damaged, or be of another version of ours: what cannot be read is nobody's. */
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
