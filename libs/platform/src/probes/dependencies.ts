/** What this service leans on, each with a way to ask how it is; probes, metrics and the status contract all read from here. */
import { Gauge } from 'prom-client';
import { type DependencyStatus, type ServiceName, serviceNames } from '#contracts';

export interface Dependency {
  readonly name: string;
  /** Without a required dependency the service is not ready; without another one it is degraded and goes on. */
  readonly required: boolean;
  /** Settles when the dependency answers; throws or rejects with the reason when it does not. */
  readonly check: (signal: AbortSignal) => void | Promise<void>;
}

/** A dependency that has not answered by then is down: probes are asked every few seconds and may not pile up. */
const checkTimeoutMs = 1_000;

const dependencyUp = new Gauge({ name: 'dependency_up', help: '1 while a dependency answers, else 0.', labelNames: ['dependency'] });

export class Dependencies {
  readonly #all: Dependency[] = [];

  /** @throws RangeError for the name of a service: the health of both is told under their names */
  add(dependency: Dependency): void {
    if (serviceNames.includes(dependency.name as ServiceName)) throw new RangeError(`${dependency.name} is the name of a service`);
    this.#all.push(dependency);
  }

  get all(): readonly Dependency[] {
    return this.#all;
  }

  /** Asks every dependency at once. Never throws. */
  check(): Promise<DependencyStatus[]> {
    return Promise.all(this.#all.map((dependency) => ask(dependency)));
  }
}

async function ask({ name, required, check }: Dependency): Promise<DependencyStatus> {
  const { signal, done } = deadline();
  try {
    const late = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('no answer in time'))));
    await Promise.race([check(signal), late]);
    dependencyUp.set({ dependency: name }, 1);
    return { name, required, up: true };
  } catch (error) {
    dependencyUp.set({ dependency: name }, 0);
    return { name, required, up: false, detail: reasonOf(error) };
  } finally {
    done();
  }
}

function deadline(): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), checkTimeoutMs);
  return { signal: controller.signal, done: () => clearTimeout(timer) };
}

/** Short and free of addresses: probes are read by people who need not know where a database lives. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === 'string' && code !== 'service-unavailable' ? code : String(message ?? 'unknown').slice(0, 120);
}
