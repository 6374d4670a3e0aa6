import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Allowance, AllowanceStore, Verdict } from './allowance.ts';

type Hit = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Our counts behind the throttler's storage interface; `Limits` uses `take`, which knows costs and answers at once where it can. */
export class LimitStorage implements ThrottlerStorage, AllowanceStore {
  constructor(private readonly windows: AllowanceStore) {}

  take(allowance: Allowance): Verdict | Promise<Verdict> {
    return this.windows.take(allowance);
  }

  async increment(key: string, ttlMs: number, limit: number): Promise<Hit> {
    const { allowed, remaining, waitMs } = await this.take({ key, cost: 1, limit, windowMs: ttlMs });
    const seconds = Math.ceil(waitMs / 1_000);
    return { totalHits: limit - remaining, timeToExpire: seconds, isBlocked: !allowed, timeToBlockExpire: allowed ? 0 : seconds };
  }
}
