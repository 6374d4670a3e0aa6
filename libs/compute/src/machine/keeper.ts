/** Keeps the purse of a machine: whoever holds the lock listens on the socket and grants in the order of arrival, to all processes alike. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Purse } from '../purse.ts';
import { Guest } from './guest.ts';
import { takeLock } from './machine-lock.ts';
import type { MachineLog, MachineTimes } from './machine-options.ts';
import type { MachinePlace } from './place.ts';
import { type MachineState, maxMembers } from './protocol.ts';
import { Settling } from './settling.ts';

export class Keeper {
  readonly #place: MachinePlace;
  readonly #log: MachineLog;
  readonly #times: MachineTimes;
  readonly #unlock: () => void;
  readonly #server: Server;
  readonly #connections = new Set<Guest>();
  readonly #members = new Map<string, Guest>();
  readonly #purse = new Purse({ cores: 1, memoryBytes: 0 }); // its size is what its members say
  #settling: Settling | undefined;
  #timers: NodeJS.Timeout[] = [];
  #inode = 0;
  #closing: Promise<void> | undefined;

  /** @returns undefined while somebody else keeps the purse, or is about to. @throws Error when this place is of no use */
  static async open(place: MachinePlace, log: MachineLog, times: MachineTimes): Promise<Keeper | undefined> {
    const unlock = await takeLock(place.lockPath);
    if (!unlock) return undefined;
    const keeper = new Keeper(place, log, times, unlock);
    try {
      await keeper.#listen();
      return keeper;
    } catch (error) {
      await keeper.close();
      throw error;
    }
  }

  private constructor(place: MachinePlace, log: MachineLog, times: MachineTimes, unlock: () => void) {
    this.#place = place;
    this.#log = log;
    this.#times = times;
    this.#unlock = unlock;
    this.#server = createServer((socket) => this.#welcome(socket));
    this.#server.maxConnections = maxMembers;
  }

  /** It keeps nothing any more; somebody else may. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  get #state(): MachineState {
    const { size, usedCores, usedMemoryBytes, waiters } = this.#purse;
    return { ...size, usedCores: Math.max(0, usedCores), usedMemoryBytes, waiters, members: this.#members.size };
  }

  /** Lets go of everything; the others choose a new keeper. @param leaving the member that goes with it: nobody is to wait for that one */
  close(leaving?: string): Promise<void> {
    this.#closing ??= this.#close(leaving);
    return this.#closing;
  }

  async #listen(): Promise<void> {
    this.#place.removeSocket();
    this.#server.listen({ path: this.#place.socketPath });
    await once(this.#server, 'listening');
    this.#inode = this.#place.socketInode();
    this.#purse.pause();
    const settled = () => {
      this.#writeRoll();
      this.#purse.resume();
    };
    this.#settling = new Settling({ expected: this.#place.readRoll(), limitMs: this.#times.settleMs, settled });
    this.#timers = [setInterval(() => this.#beat(), this.#times.heartbeatMs), setInterval(() => this.#verify(), this.#times.verifyMs)];
  }

  #welcome(socket: Socket): void {
    const guest: Guest = new Guest(socket, this.#purse, {
      hello: () => this.#join(guest),
      here: () => this.#settling?.back(guest.identity!.id),
      left: (_, reason) => this.#leave(guest, reason),
    });
    this.#connections.add(guest);
  }

  #join(guest: Guest): void {
    const { id } = guest.identity!;
    this.#members.get(id)?.end('came again'); // its old connection has not been noticed to be dead
    this.#members.set(id, guest);
    this.#membersChanged();
    guest.welcome();
  }

  #leave(guest: Guest, reason: string | undefined): void {
    this.#connections.delete(guest);
    const { id, pid } = guest.identity ?? {};
    if (reason && !this.#closing) this.#log.warn({ reason, pid }, 'a process was cut off from the budget of the machine');
    if (id === undefined || this.#members.get(id) !== guest) return;
    this.#members.delete(id);
    if (!this.#closing) this.#membersChanged();
  }

  #membersChanged(): void {
    const sizes = [...this.#members.values()].map((guest) => guest.machine!);
    const smallest = (of: 'cores' | 'memoryBytes') => Math.min(...sizes.map((size) => size[of]));
    this.#writeRoll();
    if (sizes.length > 0) this.#purse.resize({ cores: smallest('cores'), memoryBytes: smallest('memoryBytes') });
  }

  /** Names also those who have not come back to us yet: if we end now, the next keeper has to wait for them as well. */
  #writeRoll(leaving?: string): void {
    const missing = this.#settling ? this.#settling.missing : [];
    if (!missing) return; // the list is not readable, nor will it be before we know better
    const members = [...this.#members.values()].map((guest) => guest.identity!);
    const others = missing.filter(({ id }) => !this.#members.has(id));
    try {
      this.#place.writeRoll([...members, ...others].filter(({ id }) => id !== leaving).slice(0, maxMembers));
    } catch (error) {
      this.#log.warn({ err: error }, 'the list of those who share the budget of the machine cannot be written');
    }
  }

  #beat(): void {
    const state = this.#state;
    for (const guest of this.#connections) guest.beat(state, this.#times.silentBeats);
  }

  /** Somebody may have tidied the folder: a keeper whom newcomers cannot find makes way for one they can. */
  #verify(): void {
    try {
      if (this.#place.socketInode() !== this.#inode) throw new Error('another socket lies in its place');
      this.#place.touch();
    } catch (error) {
      this.#log.warn({ err: error }, 'the socket of the budget of the machine is gone, it is made anew');
      void this.close();
    }
  }

  async #close(leaving: string | undefined): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    if (this.#inode > 0) this.#writeRoll(leaving);
    this.#settling?.stop();
    if (this.#server.listening) {
      const closed = once(this.#server, 'close');
      this.#server.close(); // takes the socket away
      for (const guest of this.#connections) guest.end();
      await closed;
    }
    this.#unlock();
  }
}
