/** RateLimit and RateLimit-Policy, as draft-ietf-httpapi-ratelimit-headers-10 has them: structured-field lists of named policies. */
import type { Verdict } from './allowance.ts';

export interface Policy {
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
}

const seconds = (ms: number) => Math.max(1, Math.ceil(ms / 1_000));

/** `"default";q=600;w=60` */
export const policyItem = ({ name, limit, windowMs }: Policy): string => `"${name}";q=${limit};w=${seconds(windowMs)}`;

/** `"default";r=599;t=55`: units left, and seconds until some of the spent ones come back */
export const stateItem = ({ name }: Policy, { remaining, waitMs }: Verdict): string => `"${name}";r=${remaining};t=${seconds(waitMs)}`;

/** Retry-After of a refusal: whole seconds, rounded up so that the retry is not refused again. */
export const retryAfterSeconds = ({ waitMs }: Verdict): number => seconds(waitMs);
