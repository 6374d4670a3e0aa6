import { createHash, randomBytes } from 'node:crypto';
import type { Cluster } from 'ioredis';
import type { RedisClient } from '#storage';
import { Breaker } from './breaker.ts';

export interface RedisGuardOptions {
  readonly redis: RedisClient;
  readonly breaker?: Breaker;
  /** A command that takes longer counts as failed, even if the client has no timeout. */
  readonly timeoutMs?: number;
  readonly onError: (operation: string, error: unknown) => void;
}

const isFull = (error: unknown): boolean => isReply(error) && error.message.includes('OOM');

/** Operations that allocate memory in Redis; all are skipped while it is full. */
const writes: ReadonlySet<string> = new Set(['set', 'lease', 'mark']);

/** After these, other processes may answer: of a single Redis, or of the nodes of a cluster. */
const serverChanges = ['close', '+node', '-node', 'node error', 'refresh'];

const runIdIn = (info: string) => /^run_id:(\w{8})/m.exec(info)?.[1] ?? randomBytes(4).toString('hex');

const unavailable = Symbol('unavailable');
/** The result of a command that was skipped or not answered. */
export type Unavailable = typeof unavailable;

export const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

/**
 * Runs Redis commands with a timeout and a circuit breaker; a command returns in time or is `unavailable`, and never throws. Also tracks the
 * server's run id (in a cluster, of all masters together): data written under an earlier run id may have missed an invalidation.
 */
export class RedisGuard {
  static readonly unavailable: Unavailable = unavailable;
  readonly breaker: Breaker;
  /** Opens when Redis answers but is out of memory. */
  readonly writes = new Breaker({ failures: 3, openMs: 1_000 });
  readonly #redis: RedisClient;
  readonly #timeoutMs: number;
  readonly #onError: RedisGuardOptions['onError'];
  #runId: Promise<string | undefined> | undefined;
  readonly #forgetRunId = () => {
    this.#runId = undefined;
  };

  constructor(options: RedisGuardOptions) {
    this.#redis = options.redis;
    this.breaker = options.breaker ?? new Breaker();
    this.#timeoutMs = options.timeoutMs ?? 300;
    this.#onError = options.onError;
    for (const event of serverChanges) this.#redis.on(event, this.#forgetRunId);
  }

  /** Runs `command` with the timeout and the breaker; `runId` identifies the server process that answers. */
  async run<T>(operation: string, command: (redis: RedisClient, runId: string) => Promise<T>): Promise<T | Unavailable> {
    const isWrite = writes.has(operation);
    if (isWrite && !this.writes.allows()) return unavailable;
    if (!this.breaker.allows()) {
      if (isWrite) this.writes.failed();
      return unavailable;
    }
    try {
      const runId = await this.#currentRunId();
      const answer = await this.#withTimeout(command(this.#redis, runId));
      this.breaker.succeeded();
      if (isWrite) this.writes.succeeded();
      return answer;
    } catch (error) {
      // An error reply (out of memory, wrong type) shows that the server is up; the breaker counts only missing replies.
      if (isReply(error)) this.breaker.succeeded();
      else this.breaker.failed();
      if (isWrite || isFull(error)) this.writes.failed();
      this.#onError(operation, error);
      return unavailable;
    }
  }

  close(): void {
    for (const event of serverChanges) this.#redis.off(event, this.#forgetRunId);
  }

  async #currentRunId(): Promise<string> {
    this.#runId ??= this.#withTimeout(this.#readRunId()).catch((error: unknown) => {
      this.#runId = undefined;
      throw error;
    });
    const runId = await this.#runId;
    if (runId === undefined) throw new Error('INFO server returned no run_id');
    return runId;
  }

  async #readRunId(): Promise<string | undefined> {
    await this.#connected();
    if (!this.#redis.isCluster) return runIdIn(await this.#redis.info('server'));
    const infos = await Promise.all((this.#redis as Cluster).nodes('master').map((node) => node.info('server')));
    return createHash('sha256').update(infos.map(runIdIn).sort().join()).digest('hex').slice(0, 8);
  }

  /** Commands sent while the service starts wait for the first connection, within the timeout. */
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

  #withTimeout<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Redis took longer than ${this.#timeoutMs} ms`)), this.#timeoutMs);
      work.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}
