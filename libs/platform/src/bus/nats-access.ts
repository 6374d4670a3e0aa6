/** How a service proves to NATS who it is, and how it knows that it is NATS it speaks to. */
import { type Authenticator, credsAuthenticator, nkeyAuthenticator, usernamePasswordAuthenticator } from '@nats-io/nats-core';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import type { PlatformConfig } from '../config/platform-config.ts';

/** The part of the configuration that is about NATS; every value may come from a file. */
export type NatsAccess = Pick<PlatformConfig, 'NATS_URL'> &
  Partial<Pick<PlatformConfig, 'NATS_USER' | 'NATS_PASSWORD' | 'NATS_CREDENTIALS' | 'NATS_NKEY_SEED' | 'NATS_CA'>>;

const bytes = (text: string) => new TextEncoder().encode(text);

/** What to connect with. A `tls://` address, or a CA, insists on TLS: without it the connection fails rather than going on in the clear. */
export function natsAccess(config: NatsAccess): Pick<NodeConnectionOptions, 'servers' | 'authenticator' | 'tls'> {
  const authenticator = authenticatorOf(config);
  const wantsTls = config.NATS_CA !== undefined || config.NATS_URL.startsWith('tls:');
  return {
    servers: config.NATS_URL,
    ...(authenticator ? { authenticator } : {}),
    ...(wantsTls ? { tls: config.NATS_CA ? { ca: config.NATS_CA } : {} } : {}),
  };
}

function authenticatorOf({ NATS_CREDENTIALS, NATS_NKEY_SEED, NATS_USER, NATS_PASSWORD }: NatsAccess): Authenticator | undefined {
  if (NATS_CREDENTIALS) return credsAuthenticator(bytes(NATS_CREDENTIALS));
  if (NATS_NKEY_SEED) return nkeyAuthenticator(bytes(NATS_NKEY_SEED.trim()));
  return NATS_USER ? usernamePasswordAuthenticator(NATS_USER, NATS_PASSWORD ?? '') : undefined;
}

/** Where a service gets its answers: under a name of its own, so that nobody else can be allowed to listen there. */
export const inboxPrefixOf = (service: string): string => `_INBOX_${service}`;
