import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { decoyHash, hashPassword, isOutdated, verifyPassword } from './password-hash.ts';

/** Each hash uses 19 MiB and one of the 4 libuv threads for about 40 ms. */
const maxAtOnce = 2;
const maxWaiting = 64;

/** Verified for unknown accounts, so that the response takes equally long. */
const decoy = decoyHash();

export interface PasswordCheck {
  readonly matches: boolean;
  /** A stronger hash to store instead, when the password matched and the stored hash is outdated. */
  readonly rehashed?: string;
}

/** Hashes and verifies passwords with limited concurrency, which bounds memory and leaves threads of the pool free. */
@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  hash(password: string): Promise<string> {
    return this.inTurn(() => hashPassword(password));
  }

  /** @param phc the stored hash; undefined (unknown user) costs the same and never matches */
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

  /** Resolves when a running call hands over its slot; the running count stays the same. */
  private myTurn(): Promise<void> {
    if (this.waiting.length >= maxWaiting) {
      throw new Failure('overloaded', 'Too many concurrent logins.', { retryAfterSeconds: 2 });
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
