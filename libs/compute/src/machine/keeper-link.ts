/** The connection of a member to the keeper. It is the lease: when it ends, the keeper counts all that this process held as given back. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Share } from '../purse.ts';
import type { MachineTimes } from './machine-options.ts';
import { type FromKeeper, type FromMember, fromKeeper, type MachineState, type MemberIdentity } from './protocol.ts';
import { Talk } from './talk.ts';

export interface LinkOptions {
  readonly path: string;
  readonly member: MemberIdentity;
  /** The size of the machine, as far as this process knows. */
  readonly machine: Share;
  readonly times: MachineTimes;
  granted(claim: number, share: Share): void;
  state(state: MachineState): void;
}

/** The socket is not there, or its keeper was killed. */
const nobodyListens = (error: unknown) => ['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '');

export class KeeperLink {
  readonly #options: LinkOptions;
  readonly #talk: Talk<FromKeeper, FromMember>;
  readonly #beats: NodeJS.Timeout;
  readonly #welcome = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<string | undefined>();
  #silentBeats = 0;

  /**
   * Resolves once the keeper has bidden us welcome.
   *
   * @returns undefined when nobody keeps the purse
   * @throws Error when somebody does but does not answer, or the socket is of no use, or the signal aborts
   */
  static async open(options: LinkOptions, signal: AbortSignal): Promise<KeeperLink | undefined> {
    const socket = createConnection({ path: options.path }).on('error', () => undefined); // it rejects below
    const stop = () => socket.destroy();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await once(socket, 'connect', { signal });
      const link = new KeeperLink(socket, options);
      await link.#welcome.promise;
      return link;
    } catch (error) {
      socket.destroy();
      if (!nobodyListens(error)) throw error;
      return undefined;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private constructor(socket: ReturnType<typeof createConnection>, options: LinkOptions) {
    this.#options = options;
    this.#welcome.promise.catch(() => undefined);
    this.#talk = new Talk<FromKeeper, FromMember>(socket, fromKeeper, {
      hear: (message) => this.#hear(message),
      ended: (reason) => this.#end(reason),
    });
    this.#beats = setInterval(() => this.#beat(), options.times.heartbeatMs);
    const { member, machine } = options;
    this.say({ is: 'hello', member, cores: machine.cores, memoryBytes: machine.memoryBytes });
  }

  /** Settles when it is over; with a reason when we ended it. */
  get ended(): Promise<string | undefined> {
    return this.#ended.promise;
  }

  say(message: FromMember): void {
    this.#talk.say(message);
  }

  close(): void {
    this.#talk.end();
  }

  #hear(message: FromKeeper): void {
    this.#silentBeats = 0;
    if (message.is === 'welcome') this.#welcome.resolve();
    else if (message.is === 'grant') this.#options.granted(message.claim, message);
    else this.#answer(message);
  }

  #answer({ is: _, ...state }: Extract<FromKeeper, { is: 'state' }>): void {
    this.#options.state(state);
    this.say({ is: 'alive' });
  }

  /** Beats are counted, not milliseconds: if it was this process that slept, one beat has passed. */
  #beat(): void {
    if (this.#silentBeats++ >= this.#options.times.silentBeats) this.#talk.end('the keeper has not said a word for too long');
  }

  #end(reason: string | undefined): void {
    clearInterval(this.#beats);
    this.#welcome.reject(new Error(reason ?? 'the keeper hung up'));
    this.#ended.resolve(reason);
  }
}
