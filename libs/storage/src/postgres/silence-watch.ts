/**
 * Tells a PostgreSQL that is frozen, or behind a network that swallows everything, from a statement that takes its time. pg waits for an answer
 * for as long as it takes; a fixed limit on every query would either cut off long work (migrations, waiting for a lock) or let everybody wait
 * for as long as the longest statement may run. So a connection that was asked and says nothing only raises the question, and a connection of
 * its own answers it.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Ear, Hearing } from './hearing.ts';

export interface SilenceLimits {
  /** PostgreSQL counts as gone once a connection has waited for it, and then a new one as well, for this long together, in ms. */
  readonly silenceMs: number;
  /** Whoever has waited for this long, in ms, waits for an answer that was lost, even if the server answers others. Undefined: for ever. */
  readonly giveUpMs?: number | undefined;
}

const tickMs = 250;
/** Timers that fire so much too late, in ms, say that this process was busy or frozen itself, and heard nothing for that reason. */
const ownFaultMs = 500;
const gone = 'Connection terminated: PostgreSQL does not answer';

export class SilenceWatch {
  /** For a pool, or by itself: connections of this class are watched from their first word to their end. */
  readonly Client: typeof pg.Client;
  readonly #question: pg.ClientConfig;
  readonly #limits: SilenceLimits;
  readonly #wanted: () => boolean;
  readonly #ears = new Map<pg.Client, Ear>();
  #timer: NodeJS.Timeout | undefined;
  #tickedAtMs = 0;
  #askAtMs = 0;
  #asking: Promise<void> | undefined;
  #silent = false;

  /**
   * @param question how to reach the server
   * @param wanted false: nobody needs to know whether it is back
   */
  constructor(question: pg.ClientConfig, limits: SilenceLimits, wanted: () => boolean = () => false) {
    this.#question = question;
    this.#limits = limits;
    this.#wanted = wanted;
    const watch = this;
    this.Client = class extends pg.Client {
      constructor(config?: string | pg.ClientConfig) {
        super(config);
        const there = () => watch.#listenTo(this);
        (this as NodeJS.EventEmitter).once('connect', there).once('end', () => watch.#ears.delete(this));
      }
    };
  }

  /** Nobody answers: whoever asks now may as well be told so at once. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Ends connections that cannot say goodbye: their server would have to answer. */
  hangUp(): void {
    for (const client of this.#ears.keys()) drop(client);
  }

  #listenTo(client: pg.Client): void {
    this.#ears.set(client, new Hearing(client));
    if (this.#timer) return;
    this.#tickedAtMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  #tick(): void {
    const nowMs = performance.now();
    const wasAway = nowMs - this.#tickedAtMs > tickMs + ownFaultMs;
    this.#tickedAtMs = nowMs;
    for (const ear of this.#ears.values()) ear.listen(nowMs, wasAway);
    for (const client of this.#waitingFor(this.#limits.giveUpMs ?? Number.POSITIVE_INFINITY)) drop(client);
    const doubtful = this.#waitingFor(this.#suspectAfterMs).length > 0;
    if (doubtful || (this.#silent && this.#wanted())) this.#ask(nowMs);
    else if (this.#silent) this.#silent = false;
    if (this.#ears.size === 0 && !this.#silent) this.#rest();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  get #suspectAfterMs(): number {
    return this.#limits.silenceMs / 4;
  }

  #waitingFor(ms: number): pg.Client[] {
    return [...this.#ears].filter(([, ear]) => ear.waitedMs >= ms).map(([client]) => client);
  }

  /** One question at a time; while statements are just slow, not more often than needed. */
  #ask(nowMs: number): void {
    if (this.#asking || nowMs < this.#askAtMs) return;
    this.#asking = this.#findOut().finally(() => {
      this.#askAtMs = performance.now() + this.#suspectAfterMs;
      this.#asking = undefined;
    });
  }

  async #findOut(): Promise<void> {
    const answered = await answers(this.#question, this.#limits.silenceMs - this.#suspectAfterMs);
    this.#silent = !answered;
    if (!answered) for (const client of this.#waitingFor(this.#suspectAfterMs)) drop(client);
  }
}

function drop(client: pg.Client): void {
  client.connection.stream.destroy(new Error(gone));
}

/** Whether the server says anything to a newcomer, be it that it has no room for him. True as well when it was we who did not listen. */
async function answers(question: pg.ClientConfig, withinMs: number): Promise<boolean> {
  const client = new pg.Client({ ...question, connectionTimeoutMillis: withinMs });
  client.on('error', () => undefined); // it ends in the middle of a word when the time is up
  const sinceMs = performance.now();
  const patience = new AbortController();
  const late = delay(withinMs, false, { signal: patience.signal }).catch(() => false);
  try {
    return (await Promise.race([says(client), late])) || performance.now() - sinceMs > withinMs + ownFaultMs;
  } finally {
    patience.abort();
    client.connection.stream.destroy();
  }
}

async function says(client: pg.Client): Promise<boolean> {
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'severity' in error; // PostgreSQL's own words
  }
}
