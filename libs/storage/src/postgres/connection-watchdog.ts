/**
 * Detects an unresponsive PostgreSQL (a frozen server, or a network that drops every packet) without limiting long statements. A time limit on
 * every query would either cancel long work (migrations, waiting for a lock) or delay every failure by the longest statement timeout. Therefore a
 * connection that waits for a reply only triggers a health check, which runs on a separate connection; its result decides.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { StallDetector } from './stall-detector.ts';

export interface WatchdogLimits {
  /** PostgreSQL counts as unresponsive once a connection and then the health check have waited for this long in total, in ms. */
  readonly silenceMs: number;
  /** A connection that has waited for this long, in ms, is closed even if the server answers others: its reply was lost. Undefined: no limit. */
  readonly maxWaitMs?: number | undefined;
}

const tickMs = 250;
/** A timer that fires this much too late, in ms, shows that this process did not run: the time does not count as waiting. */
const lateTimerMs = 500;
const unresponsive = 'Connection terminated: PostgreSQL does not answer';

export class ConnectionWatchdog {
  /** Client class for a pool or a single connection; its instances are monitored from connect to end. */
  readonly Client: typeof pg.Client;
  readonly #checkConfig: pg.ClientConfig;
  readonly #limits: WatchdogLimits;
  readonly #keepChecking: () => boolean;
  readonly #detectors = new Map<pg.Client, StallDetector>();
  #timer: NodeJS.Timeout | undefined;
  #tickedAtMs = 0;
  #nextCheckAtMs = 0;
  #check: Promise<void> | undefined;
  #isUnresponsive = false;

  /**
   * @param checkConfig connection settings of the health check
   * @param keepChecking true: an unresponsive server is checked until it answers, also without open connections
   */
  constructor(checkConfig: pg.ClientConfig, limits: WatchdogLimits, keepChecking: () => boolean = () => false) {
    this.#checkConfig = checkConfig;
    this.#limits = limits;
    this.#keepChecking = keepChecking;
    const watchdog = this;
    this.Client = class extends pg.Client {
      constructor(config?: string | pg.ClientConfig) {
        super(config);
        const start = () => watchdog.#monitor(this);
        (this as NodeJS.EventEmitter).once('connect', start).once('end', () => watchdog.#detectors.delete(this));
      }
    };
  }

  /** True when the last health check failed: new queries can be refused at once. */
  get isUnresponsive(): boolean {
    return this.#isUnresponsive;
  }

  /** Destroys the sockets of all connections without the closing handshake, which an unresponsive server would not complete. */
  destroyConnections(): void {
    for (const client of this.#detectors.keys()) destroy(client);
  }

  #monitor(client: pg.Client): void {
    this.#detectors.set(client, new StallDetector(client));
    if (this.#timer) return;
    this.#tickedAtMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  #tick(): void {
    const nowMs = performance.now();
    const missedSamples = nowMs - this.#tickedAtMs > tickMs + lateTimerMs;
    this.#tickedAtMs = nowMs;
    for (const detector of this.#detectors.values()) detector.sample(nowMs, missedSamples);
    for (const client of this.#stalledFor(this.#limits.maxWaitMs ?? Number.POSITIVE_INFINITY)) destroy(client);
    const isSuspect = this.#stalledFor(this.#suspectAfterMs).length > 0;
    if (isSuspect || (this.#isUnresponsive && this.#keepChecking())) this.#startCheck(nowMs);
    else if (this.#isUnresponsive) this.#isUnresponsive = false;
    if (this.#detectors.size === 0 && !this.#isUnresponsive) this.#stopTimer();
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  get #suspectAfterMs(): number {
    return this.#limits.silenceMs / 4;
  }

  #stalledFor(ms: number): pg.Client[] {
    return [...this.#detectors].filter(([, detector]) => detector.waitedMs >= ms).map(([client]) => client);
  }

  /** Runs one health check at a time, with a pause between two, so that slow statements cause few checks. */
  #startCheck(nowMs: number): void {
    if (this.#check || nowMs < this.#nextCheckAtMs) return;
    this.#check = this.#runCheck().finally(() => {
      this.#nextCheckAtMs = performance.now() + this.#suspectAfterMs;
      this.#check = undefined;
    });
  }

  async #runCheck(): Promise<void> {
    const isUp = await answersNewConnection(this.#checkConfig, this.#limits.silenceMs - this.#suspectAfterMs);
    this.#isUnresponsive = !isUp;
    if (!isUp) for (const client of this.#stalledFor(this.#suspectAfterMs)) destroy(client);
  }
}

function destroy(client: pg.Client): void {
  client.connection.stream.destroy(new Error(unresponsive));
}

/** True when the server replies to a new connection, also with an error such as "too many connections", or when this process did not run meanwhile. */
async function answersNewConnection(config: pg.ClientConfig, timeoutMs: number): Promise<boolean> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: timeoutMs });
  client.on('error', () => undefined); // the socket is destroyed after the timeout
  const sinceMs = performance.now();
  const answered = new AbortController();
  const timeout = delay(timeoutMs, false, { signal: answered.signal }).catch(() => false);
  try {
    return (await Promise.race([isAnswered(client), timeout])) || performance.now() - sinceMs > timeoutMs + lateTimerMs;
  } finally {
    answered.abort();
    client.connection.stream.destroy();
  }
}

async function isAnswered(client: pg.Client): Promise<boolean> {
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'severity' in error; // an error that PostgreSQL sent
  }
}
