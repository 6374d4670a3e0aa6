import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { decoyHash, hashPassword, isOutdated, verifyPassword } from './password-hash.ts';

/** Each hash holds 19 MiB and a thread of libuv's pool (4) for some 40 ms. */
const maxAtOnce = 2;
const maxWaiting = 64;

/** What is checked where there is no account: takes as long as a real one. */
const decoy = decoyHash();

export interface PasswordCheck {
  readonly matches: boolean;
  /** A stronger hash to store instead, when the password matched and the stored one has become cheap. */
  readonly rehashed?: string;
}

/** Hashes and checks passwords, a few at a time: a flood of logins may neither fill the memory nor starve the thread pool. */
@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  hash(password: string): Promise<string> {
    return this.inTurn(() => hashPassword(password));
  }

  /** @param phc what is stored; undefined (no such user) costs the same and never matches */
  async check(password: string, phc: string | undefined): Promise<PasswordCheck> {
    return this.inTurn(async () => {
      const matches = (await verifyPassword(password, phc ?? decoy)) && phc !== undefined;
      return matches && isOutdated(phc) ? { matches, rehashed: await hashPassword(password) } : { matches };
    });
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= maxAtOnce) await this.myTurn();
    else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  /** Settles when a place has been handed over; the count of running ones stays as it is. */
  private myTurn(): Promise<void> {
    if (this.waiting.length >= maxWaiting) {
      throw new Failure('overloaded', 'Too many people are signing in right now.', { retryAfterSeconds: 2 });
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
