/** Things that a service tries by itself at an interval, and how they went: an encoder that runs, a model that answers. */
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Failure, type ServiceDescription } from '#contracts';
import type { Log } from '../logs/log.ts';

type HealthCheckResult = ServiceDescription['checks'][number];

export interface SelfTest {
  /** @throws the reason when the check does not pass; should end when `signal` aborts */
  run(signal: AbortSignal): Promise<void>;
}

export interface HealthChecksOptions {
  readonly everySeconds: number;
  /** A check that takes longer has failed. */
  readonly timeoutSeconds: number;
}

export class HealthChecks {
  readonly #options: HealthChecksOptions;
  readonly #log: Log;
  readonly #stopping: AbortSignal;
  readonly #tests = new Map<string, SelfTest>();
  readonly #results = new Map<string, HealthCheckResult>();

  constructor(options: HealthChecksOptions, log: Log, stopping: AbortSignal) {
    this.#options = options;
    this.#log = log;
    this.#stopping = stopping;
  }

  /** @throws RangeError when the name is taken */
  add(name: string, test: SelfTest): void {
    if (this.#tests.has(name)) throw new RangeError(`there is a check ${name} already`);
    this.#tests.set(name, test);
  }

  /** How each check went the last time; one that has not run yet is absent. */
  get results(): readonly HealthCheckResult[] {
    return [...this.#results.values()];
  }

  /** Runs all checks now and at the interval, until the service stops. */
  start(): void {
    if (this.#tests.size === 0) return;
    const step = async () => {
      await this.runAll();
      return this.#options.everySeconds * 1_000;
    };
    void runBackgroundLoop({ purpose: 'run health checks', log: this.#log, signal: this.#stopping, wake: new WakeSignal(), step });
  }

  /** One after the other: a check must not compete with another one, nor with requests. Never throws. */
  async runAll(): Promise<void> {
    for (const [name, test] of this.#tests) await this.#runOne(name, test);
  }

  async #runOne(name: string, test: SelfTest): Promise<void> {
    const startedAt = performance.now();
    const problem = await problemOf(test, this.#options.timeoutSeconds * 1_000);
    if (problem) this.#log.warn({ check: name, problem }, 'a health check failed');
    this.#results.set(name, {
      name,
      isPassed: problem === null,
      durationMs: performance.now() - startedAt,
      problem,
      checkedAt: new Date().toISOString(),
    });
  }
}

async function problemOf(test: SelfTest, timeoutMs: number): Promise<HealthCheckResult['problem']> {
  const controller = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    controller.abort();
    reject(new Failure('deadline-exceeded', `It did not end within ${timeoutMs / 1_000} s.`));
  }, timeoutMs);
  try {
    await Promise.race([test.run(controller.signal), late]);
    return null;
  } catch (error) {
    const { code, message } = error instanceof Failure ? error : { code: 'internal', message: String((error as Error)?.message ?? error) };
    return { code, detail: message.slice(0, 300) };
  } finally {
    clearTimeout(timer);
  }
}
