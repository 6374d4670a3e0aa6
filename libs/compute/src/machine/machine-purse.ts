/**
 * One purse of cores and memory for all processes of a user on this machine. No server is needed: the first process keeps it, the others are its members, and
 * so is the keeper itself. When the keeper ends, however it ends, the next one takes over and everybody tells it what they hold.
 */
import { randomUUID } from 'node:crypto';
import { Failure } from '#contracts';
import { abortFailure } from '../abort.ts';
import { sleep, systemClock } from '../clock.ts';
import type { Lease, SharedPurse } from '../core-budget.ts';
import type { Share } from '../purse.ts';
import { Claims } from './claims.ts';
import { Keeper } from './keeper.ts';
import { KeeperLink, type LinkOptions } from './keeper-link.ts';
import { type MachineLog, type MachineTimes, usualTimes } from './machine-options.ts';
import { MachinePlace, processNamespace } from './place.ts';
import type { MachineState } from './protocol.ts';

export interface MachinePurseOptions {
  /** What all processes together may spend; where they are told different sizes, the smallest counts. */
  readonly machine: Share;
  /** Where they meet; default: a private folder of this user's beside other temporary files. */
  readonly folder?: string;
  readonly log: MachineLog;
  readonly times?: Partial<MachineTimes>;
}

/** `joining`: requests wait a little for it. `alone`: there is no use in waiting, they are bounded by this process's own budget only. */
export type MachineMode = 'joining' | 'shared' | 'alone' | 'closed';

export class MachinePurse implements SharedPurse {
  readonly #machine: Share;
  readonly #place: MachinePlace;
  readonly #log: MachineLog;
  readonly #times: MachineTimes;
  readonly #claims = new Claims();
  readonly #ending = new AbortController();
  readonly #link: LinkOptions;
  readonly #living: Promise<void>;
  #mode: MachineMode = 'joining';
  #reason: string | undefined;
  #keeper: Keeper | undefined;
  #current: KeeperLink | undefined;
  #patience: NodeJS.Timeout | undefined;
  #state: MachineState | undefined;
  #shortLives = 0;

  /** Joins in the background; `take` may be called at once. */
  constructor({ machine, folder, log, times }: MachinePurseOptions) {
    this.#machine = machine;
    this.#place = new MachinePlace(folder);
    this.#log = log;
    this.#times = { ...usualTimes, ...times };
    const member = { id: randomUUID(), pid: process.pid, namespace: processNamespace() };
    const granted = (claim: number, share: Share) => this.#claims.grant(claim, share);
    const state = (now: MachineState) => {
      this.#state = now;
    };
    this.#link = { path: this.#place.socketPath, member, machine, times: this.#times, granted, state };
    this.#beginJoining();
    this.#living = this.#live();
  }

  get mode(): MachineMode {
    return this.#mode;
  }

  /** Why this process is alone. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Whether this process keeps the purse for all. */
  get keeps(): boolean {
    return this.#keeper?.isClosed === false;
  }

  /** The whole machine's purse at the last heartbeat; while nobody shares, this process's part of it. */
  get state(): MachineState {
    if (this.#mode === 'shared' && this.#state) return this.#state;
    const { usedCores, usedMemoryBytes, waiters } = this.#claims;
    return { ...this.#machine, usedCores, usedMemoryBytes, waiters, members: 1 };
  }

  get usedCores(): number {
    return this.#claims.usedCores;
  }

  get usedMemoryBytes(): number {
    return this.#claims.usedMemoryBytes;
  }

  get waiters(): number {
    return this.#claims.waiters;
  }

  take(share: Share, signal?: AbortSignal): Promise<Lease> {
    return new Promise((resolve, reject) => {
      if (this.#mode === 'closed') return reject(closedFailure());
      const leave = () => {
        this.#drop(number);
        reject(abortFailure(signal!));
      };
      const admit = (granted: Share) => {
        signal?.removeEventListener('abort', leave);
        resolve({ ...granted, release: () => this.#drop(number) });
      };
      const number = this.#claims.wait({ ...share, sinceMs: performance.now(), admit, refuse: reject });
      signal?.addEventListener('abort', leave, { once: true });
      if (this.#mode === 'alone') this.#claims.grant(number, share);
      else this.#current?.say(this.#claims.ask(number, performance.now())!);
    });
  }

  /** Gives back all that is still held; another process keeps the purse then. The last one leaves no socket behind. */
  async close(): Promise<void> {
    this.#mode = 'closed';
    this.#ending.abort();
    this.#current?.close();
    this.#claims.refuseAll(closedFailure());
    clearTimeout(this.#patience);
    await this.#living;
    await this.#keeper?.close(this.#link.member.id);
  }

  #drop(number: number): void {
    if (this.#claims.drop(number)) this.#current?.say({ is: 'drop', claim: number });
  }

  async #live(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const link = await this.#join().catch((error: Error) => this.#despair(error));
      if (link && !this.#ending.signal.aborted) await this.#share(link);
      link?.close();
      await this.#pause(link ? this.#afterLink() : this.#untilNextTry());
    }
  }

  /** @returns undefined while another process is about to keep the purse */
  async #join(): Promise<KeeperLink | undefined> {
    this.#prepare();
    const link = await KeeperLink.open(this.#link, this.#ending.signal);
    if (link) return link;
    await this.#keeper?.close(); // ours, if nobody can find it any more
    this.#keeper = await Keeper.open(this.#place, this.#log, this.#times);
    return this.#keeper && KeeperLink.open(this.#link, this.#ending.signal);
  }

  #prepare(): void {
    try {
      this.#place.prepare();
    } catch (error) {
      this.#goAlone((error as Error).message); // waiting makes no folder better
      throw error;
    }
  }

  /** A keeper that dies just now hangs up as well: only patience tells whether it was that. */
  #despair({ message }: Error): undefined {
    this.#reason = message;
  }

  async #share(link: KeeperLink): Promise<void> {
    const sinceMs = performance.now();
    clearTimeout(this.#patience);
    if (this.#mode === 'alone') this.#log.info({}, 'the budget of the machine is shared again');
    [this.#mode, this.#reason, this.#current] = ['shared', undefined, link];
    for (const message of this.#claims.announcement(sinceMs)) link.say(message);
    const reason = await link.ended;
    [this.#current, this.#state] = [undefined, undefined];
    this.#shortLives = performance.now() - sinceMs < this.#times.heartbeatMs ? this.#shortLives + 1 : 0;
    if (this.#ending.signal.aborted) return;
    this.#beginJoining();
    if (reason) this.#goAlone(reason);
  }

  #beginJoining(): void {
    this.#mode = 'joining';
    this.#patience = setTimeout(() => this.#goAlone(this.#reason ?? 'nobody keeps it'), this.#times.patienceMs);
  }

  #goAlone(reason: string): undefined {
    if (this.#mode === 'closed') return;
    clearTimeout(this.#patience);
    if (this.#mode !== 'alone') this.#log.warn({ reason }, 'the budget of the machine cannot be shared, this process keeps to its own');
    [this.#mode, this.#reason] = ['alone', reason];
    this.#claims.grantAll();
  }

  /** At once after a long time together; whoever is cut off again and again comes back more and more slowly. */
  #afterLink(): number {
    return this.#shortLives === 0 ? 0 : Math.min(this.#times.retryMs, 10 * 2 ** this.#shortLives);
  }

  #untilNextTry(): number {
    return this.#mode === 'alone' ? this.#times.retryMs : 20;
  }

  async #pause(atMostMs: number): Promise<void> {
    if (atMostMs === 0) return;
    await sleep(systemClock, atMostMs * (0.5 + Math.random() / 2), this.#ending.signal).catch(() => undefined);
  }
}

const closedFailure = () => new Failure('service-unavailable', 'This process is shutting down.', { retryAfterSeconds: 1 });
