/** One member as the keeper sees it: its claims on the purse, which end with its connection. */
import type { Socket } from 'node:net';
import type { Claim, Purse } from '../purse.ts';
import { type FromKeeper, type FromMember, fromMember, type MachineState, type MemberIdentity, maxClaimsPerMember } from './protocol.ts';
import { Talk } from './talk.ts';

export interface GuestEvents {
  /** It has said who it is; `here` comes when it has told all it holds. */
  hello(guest: Guest): void;
  here(guest: Guest): void;
  left(guest: Guest, reason: string | undefined): void;
}

type Hello = Extract<FromMember, { is: 'hello' }>;
type Asked = Extract<FromMember, { is: 'ask' }>;

export class Guest {
  readonly #purse: Purse;
  readonly #events: GuestEvents;
  readonly #talk: Talk<FromMember, FromKeeper>;
  readonly #claims = new Map<number, Claim>();
  #hello: Hello | undefined;
  #unanswered = 0;

  constructor(socket: Socket, purse: Purse, events: GuestEvents) {
    this.#purse = purse;
    this.#events = events;
    this.#talk = new Talk<FromMember, FromKeeper>(socket, fromMember, {
      hear: (message) => this.#hear(message),
      ended: (reason) => this.#leave(reason),
    });
  }

  get identity(): MemberIdentity | undefined {
    return this.#hello?.member;
  }

  /** What it takes this machine to have. */
  get machine(): { readonly cores: number; readonly memoryBytes: number } | undefined {
    return this.#hello;
  }

  /** @param silentBeats after so many heartbeats without a word it counts as frozen, and what it holds is free again */
  beat(state: MachineState, silentBeats: number): void {
    if (this.#unanswered++ >= silentBeats) this.end('has not said a word for too long');
    else if (this.#hello) this.#talk.say({ is: 'state', ...state });
  }

  welcome(): void {
    this.#talk.say({ is: 'welcome' });
  }

  end(reason?: string): void {
    this.#talk.end(reason);
  }

  #hear(message: FromMember): void {
    this.#unanswered = 0;
    if (message.is === 'hello') this.#greet(message);
    else if (!this.#hello) throw new Error('did not say who it is');
    else if (message.is === 'hold') this.#hold(message);
    else if (message.is === 'ask') this.#ask(message);
    else if (message.is === 'drop') this.#drop(message.claim);
    else if (message.is === 'here') this.#events.here(this);
  }

  #greet(message: Hello): void {
    if (this.#hello) throw new Error('said twice who it is');
    this.#hello = message;
    this.#events.hello(this);
  }

  #hold({ claim: number, cores, memoryBytes }: { claim: number; cores: number; memoryBytes: number }): void {
    const claim = { cores, memoryBytes, sinceMs: 0, admit: () => undefined };
    this.#remember(number, claim);
    this.#purse.adopt(claim);
  }

  #ask({ claim: number, cores, memoryBytes, waitedMs }: Asked): void {
    const admit: Claim['admit'] = (granted) => this.#talk.say({ is: 'grant', claim: number, ...granted });
    const claim = { cores, memoryBytes, sinceMs: performance.now() - waitedMs, admit };
    this.#remember(number, claim);
    this.#purse.enter(claim);
  }

  #drop(number: number): void {
    const claim = this.#claims.get(number);
    if (!claim) throw new Error('gave back what it does not have');
    this.#claims.delete(number);
    this.#purse.drop(claim);
  }

  #remember(number: number, claim: Claim): void {
    if (this.#claims.has(number)) throw new Error('used a number twice');
    if (this.#claims.size >= maxClaimsPerMember) throw new Error('asks for too much at once');
    this.#claims.set(number, claim);
  }

  #leave(reason: string | undefined): void {
    // From the end of the line, so that nothing of its own is admitted on the way out.
    const claims = [...this.#claims.values()].reverse();
    this.#claims.clear();
    for (const claim of claims) this.#purse.drop(claim);
    this.#events.left(this, reason);
  }
}
