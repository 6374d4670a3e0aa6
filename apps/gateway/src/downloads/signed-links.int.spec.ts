import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Failure } from '#contracts';
import { type Database, erasureMigrations, openCall, runInCall } from '#platform';
import { openPostgres } from '#storage';
import { type TestDatabase, testDatabase } from '#testing';
import type { HttpConfig } from '../http/http.config.ts';
import { GatewaySecret } from '../identity/gateway-secret.ts';
import { identityTables } from '../identity/identity-tables.migrations.ts';
import { Sealer } from '../identity/sealer.ts';
import { LinkOwners } from './link-owners.service.ts';
import { type LinkPurpose, SignedLinks } from './signed-links.service.ts';

let database: TestDatabase;
let source: DataSource;
let links: SignedLinks;
beforeAll(async () => {
  database = await testDatabase('links');
  source = await openPostgres({
    ...{ url: database.url, schema: 'identity', applicationName: 'spec', poolSize: 2 },
    ...{ entities: identityTables.entities, migrations: [erasureMigrations, identityTables.migrations] },
  });
  const sealer = new Sealer(new GatewaySecret({ GATEWAY_KEY_SECRET: Buffer.alloc(32, 7).toString('base64') }));
  links = new SignedLinks(sealer, new LinkOwners({ source } as unknown as Database), { HTTP_PORT: 3000 } as HttpConfig);
});
afterAll(async () => {
  await source?.destroy();
  await database?.drop();
});

/** @param set SQL that changes the account after the link was made @returns `opened`, or the code of the failure */
function open(set: string, purpose: LinkPurpose = 'file links'): Promise<string> {
  const subject = randomUUID();
  return runInCall({ ...openCall({ deadlineMs: 60_000 }), subject }, async () => {
    await source.query(`INSERT INTO identity.users (id, email, password_hash, roles) VALUES ($1, $2, '', '{user}')`, [
      subject,
      `${subject}@example.org`,
    ]);
    const { url } = await links.make(purpose, 'file', randomUUID(), 60);
    await source.query(set, [subject]);
    return links.open(purpose, url.split('/').at(-2)!, async () => 'opened').catch((error: unknown) => Failure.from(error).code);
  });
}

const disabled = 'UPDATE identity.users SET disabled_at = now() WHERE id = $1';
const leaving = `UPDATE identity.users SET deletion_due_at = now() + interval '1 day' WHERE id = $1`;

describe('a signed link', () => {
  it('works while its owner’s account does, and ends with it', async () => {
    const changes = ['SELECT $1::uuid', disabled, leaving, 'DELETE FROM identity.users WHERE id = $1'];
    const outcomes = [];
    for (const change of changes) outcomes.push(await open(change));
    expect(outcomes).toEqual(['opened', 'link-invalid', 'link-invalid', 'link-invalid']);
  });

  it('to an export works until the account is deleted', async () => {
    expect([await open(leaving, 'account export links'), await open(disabled, 'account export links')]).toEqual(['opened', 'link-invalid']);
  });
});
