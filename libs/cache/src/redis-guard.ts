import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Breaker } from './breaker.ts';

export interface RedisGuardOptions {
  readonly redis: Redis;
  readonly breaker?: Breaker;
  /** Over this a command counts as failed, also where the client has no limit of its own. */
  readonly timeoutMs?: number;
  readonly onTrouble: (operation: string, error: unknown) => void;
}

const isFull = (error: unknown): boolean => isReply(error) && error.message.includes('OOM');

/** What needs room in Redis; refused together when it is full. */
const writes: ReadonlySet<string> = new Set(['set', 'lease', 'mark']);

const unavailable = Symbol('unavailable');
/** What a command through the guard gives when Redis was not asked or did not answer. */
export type Unavailable = typeof unavailable;

export const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

/**
 * The only way from the cache to Redis. A command either answers in time or is `unavailable`; nothing is thrown. It also knows which life of
 * Redis it speaks to (its run id): whatever an earlier life remembered may have missed an invalidation.
 */
export class RedisGuard {
  static readonly unavailable: Unavailable = unavailable;
  readonly breaker: Breaker;
  /** Opens when Redis answers, but has no room for what it is given. */
  readonly writes = new Breaker({ failures: 3, openMs: 1_000 });
  readonly #redis: Redis;
  readonly #timeoutMs: number;
  readonly #onTrouble: RedisGuardOptions['onTrouble'];
  #life: Promise<string | undefined> | undefined;
  readonly #forgetLife = () => {
    this.#life = undefined;
  };

  constructor(options: RedisGuardOptions) {
    this.#redis = options.redis;
    this.breaker = options.breaker ?? new Breaker();
    this.#timeoutMs = options.timeoutMs ?? 300;
    this.#onTrouble = options.onTrouble;
    this.#redis.on('close', this.#forgetLife);
  }

  /** Runs `command` within the time limit and the breaker; `life` is the run id of the Redis that answers. */
  async run<T>(operation: string, command: (redis: Redis, life: string) => Promise<T>): Promise<T | Unavailable> {
    const isWrite = writes.has(operation);
    if (isWrite && !this.writes.allows()) return unavailable;
    if (!this.breaker.allows()) {
      if (isWrite) this.writes.failed();
      return unavailable;
    }
    try {
      const life = await this.#identify();
      const answer = await this.#inTime(command(this.#redis, life));
      this.breaker.succeeded();
      if (isWrite) this.writes.succeeded();
      return answer;
    } catch (error) {
      // A server that answers with an error (full, wrong type) is alive: the breaker is for silence.
      if (isReply(error)) this.breaker.succeeded();
      else this.breaker.failed();
      if (isWrite || isFull(error)) this.writes.failed();
      this.#onTrouble(operation, error);
      return unavailable;
    }
  }

  close(): void {
    this.#redis.off('close', this.#forgetLife);
  }

  async #identify(): Promise<string> {
    this.#life ??= this.#inTime(this.#askLife()).catch((error: unknown) => {
      this.#life = undefined;
      throw error;
    });
    const life = await this.#life;
    if (life === undefined) throw new Error('Redis does not say who it is');
    return life;
  }

  async #askLife(): Promise<string | undefined> {
    await this.#connected();
    const info = await this.#redis.info('server');
    return /^run_id:(\w{8})/m.exec(info)?.[1] ?? randomBytes(4).toString('hex');
  }

  /** The first commands of a starting service meet a connection that is only being made; they wait for it within the time limit. */
  #connected(): Promise<void> {
    if (this.#redis.status !== 'connecting' && this.#redis.status !== 'connect') return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#redis.off('ready', done);
        this.#redis.off('close', done);
        resolve();
      };
      this.#redis.on('ready', done);
      this.#redis.on('close', done);
    });
  }

  #inTime<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Redis took longer than ${this.#timeoutMs} ms`)), this.#timeoutMs);
      work.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}
