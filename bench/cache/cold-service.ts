import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { headers, type NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import type { ColdEntry, ColdTier } from '#cache';
import { coldEntryMaxBytes, getColdEntry, putColdEntries, type Rpc } from '#contracts';
import { startNats, startPostgres, startService } from '#testing/servers';

export interface ColdService {
  readonly tier: ColdTier;
  stop(): Promise<void>;
}

/**
 * The cache service with its own PostgreSQL and NATS, for the length of a bench, and a client of it.
 *
 * @returns undefined where the services are not built
 */
export async function startColdService(redisUrl: string): Promise<ColdService | undefined> {
  if (!existsSync(new URL('../../dist/apps/cache/src/main.js', import.meta.url))) return undefined;
  const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  const environment = { DATABASE_URL: postgres.url, NATS_URL: nats.url, REDIS_URL: redisUrl, BLOB_STORE_URL: 'file:///nowhere' };
  const service = await startService('cache', { ...environment, LOG_LEVEL: 'silent' });
  const connection = await connect({ servers: nats.url });
  const stop = async () => {
    await connection.close();
    for (const server of [service, nats, postgres]) await server.stop();
  };
  return { tier: clientOf(connection), stop };
}

/** Every load counts as expensive, so that every entry is copied. */
function clientOf(connection: NatsConnection): ColdTier {
  return {
    expensiveLoadMs: 0,
    maxEntryBytes: coldEntryMaxBytes,
    get: async ({ namespace, key }) => {
      const { sealed } = (await ask(connection, getColdEntry, { service: 'audio', namespace, key })) as { sealed: string | null };
      return sealed === null ? undefined : Buffer.from(sealed, 'base64');
    },
    put: async (entries) => void (await ask(connection, putColdEntries, { service: 'audio', entries: entries.map(rowOf) })),
  };
}

const rowOf = ({ namespace, key, sealed, deadAtMs }: ColdEntry) => ({ namespace, key, sealed: sealed.toString('base64'), deadAtMs });

async function ask(connection: NatsConnection, contract: Rpc, request: unknown): Promise<unknown> {
  const context = headers();
  context.set('Rafaga-Request-Id', randomUUID());
  context.set('traceparent', `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`);
  context.set('Rafaga-Deadline', String(Date.now() + contract.deadlineMs));
  const answer = await connection.request(contract.subject, JSON.stringify(request), { timeout: contract.deadlineMs, headers: context });
  if (answer.headers?.get('Rafaga-Outcome') !== 'reply') throw new Error(answer.string());
  return answer.json();
}
