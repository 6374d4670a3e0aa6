/** Which limits hold for a request, and on whose count. */
import type { FastifyRequest } from 'fastify';
import type { CallContext } from '#contracts';
import type { ClientAddresses } from './client-addresses.ts';
import { emailDigest } from './email-digest.ts';
import type { Policy } from './limit-headers.ts';
import type { LimitsConfig } from './limits.config.ts';

/** What an endpoint declares about limits. */
export interface Limited {
  readonly cost?: number;
  readonly limit?: 'credentials';
}

export interface LimitPolicy extends Policy {
  /** The limit of half of the trackers instead. */
  readonly experimentLimit?: number | undefined;
  /** Units that a request to this endpoint costs; 0: this limit does not hold there. */
  costOf(endpoint: Limited): number;
  /** Whose count; undefined: this request has none. */
  trackerOf(request: FastifyRequest, call: CallContext): string | undefined;
}

const windowMs = 60_000;

const emailOf = (request: FastifyRequest) => (request.body as { email?: unknown } | undefined)?.email;

const onCredentials = ({ limit }: Limited) => (limit === 'credentials' ? 1 : 0);

/**
 * Who pays: the subject where one is known, else the address. Where credentials are tried: the address as well, and the account: from wherever it is
 * tried by somebody who has logged in, else from that address (what many addresses may try together is `LoginBudget`'s to bound).
 */
export function limitPolicies(config: LimitsConfig, addresses: ClientAddresses): readonly LimitPolicy[] {
  return [
    {
      name: 'default',
      windowMs,
      limit: config.GATEWAY_RATE_LIMIT_PER_MINUTE,
      experimentLimit: config.GATEWAY_RATE_LIMIT_EXPERIMENT_PER_MINUTE,
      costOf: ({ cost }) => cost ?? 1,
      trackerOf: (request, { subject }) => subject ?? addresses.of(request),
    },
    {
      name: 'credentials-address',
      windowMs,
      limit: config.GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE,
      costOf: onCredentials,
      trackerOf: (request) => addresses.of(request),
    },
    {
      name: 'credentials-account',
      windowMs,
      limit: config.GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE,
      costOf: onCredentials,
      trackerOf: (request, { subject }) => {
        if (subject) return subject;
        const email = emailOf(request);
        return typeof email === 'string' ? `${addresses.of(request)}:${emailDigest(email)}` : undefined;
      },
    },
  ];
}
