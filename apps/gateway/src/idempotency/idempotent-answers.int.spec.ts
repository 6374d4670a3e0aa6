import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Failure } from '#contracts';
import type { Database, Log } from '#platform';
import { openPostgres } from '#storage';
import { type TestDatabase, testDatabase } from '#testing';
import { workId } from '../http/work-id.ts';
import { GatewaySecret } from '../identity/gateway-secret.ts';
import { Sealer } from '../identity/sealer.ts';
import {
  AddIdempotencyContent1795231100000,
  AddIdempotencyWorkId1797400200000,
  CreateIdempotency1795219300000,
} from './idempotency.migration.ts';
import { IdempotencyStore } from './idempotency.store.ts';
import { IdempotentAnswers } from './idempotent-answers.service.ts';

const quiet = { warn: () => {} } as unknown as Log;
const secret = { GATEWAY_KEY_SECRET: Buffer.alloc(32, 7).toString('base64') };
const bounds = { GATEWAY_IDEMPOTENCY_BYTES_PER_USER: 4 * 1_024 ** 2 };
let database: TestDatabase;
let sources: DataSource[];
let store: IdempotencyStore;
/** Two instances of the gateway that share only the database and the secret. */
let one: IdempotentAnswers;
let other: IdempotentAnswers;

beforeAll(async () => {
  database = await testDatabase('idempotency');
  const open = () =>
    openPostgres({
      url: database.url,
      schema: 'gateway',
      applicationName: 'spec',
      poolSize: 4,
      entities: [],
      migrations: [
        {
          schema: 'gateway',
          steps: [CreateIdempotency1795219300000, AddIdempotencyContent1795231100000, AddIdempotencyWorkId1797400200000],
        },
      ],
    });
  sources = [await open(), await open()];
  store = new IdempotencyStore({ source: sources[0] } as unknown as Database, bounds);
  one = new IdempotentAnswers(store, new Sealer(new GatewaySecret(secret)), quiet);
  other = new IdempotentAnswers(
    new IdempotencyStore({ source: sources[1] } as unknown as Database, bounds),
    new Sealer(new GatewaySecret(secret)),
    quiet,
  );
});
afterAll(async () => {
  await Promise.all(sources.map((source) => source.destroy()));
  await database.drop();
});

let number = 0;
const aKey = () => ({ scope: 'ana', key: `key-${++number}` });
const created = { status: 201, headers: { location: '/v1/things/1' }, body: { id: 1 }, keep: true };
const answer = { status: 201, headers: { location: '/v1/things/1' }, body: { id: 1 } };
const never = () => Promise.reject(new Error('this must not run'));
const nothing = () => {};
/** Work that signals its start and ends on request. */
function heldWork() {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<typeof created>();
  const work = () => {
    begun.resolve();
    return end.promise;
  };
  return { work, begun: begun.promise, end: () => end.resolve(created) };
}
const elapse = (key: string, what: string) => sources[0]!.query(`UPDATE gateway.idempotency SET ${what} WHERE key = $1`, [key]);

describe('a request with a key', () => {
  it('runs once and is replayed by any instance, marked as a replay', async () => {
    const key = aKey();
    let replays = 0;
    expect(await one.once(key, 'facts', async () => created, nothing)).toEqual(answer);
    expect(await other.once(key, 'facts', never, () => replays++)).toEqual(answer);
    expect(replays).toBe(1);
  });

  it('is rejected with Retry-After while another instance processes it', async () => {
    const key = aKey();
    const held = heldWork();
    const first = one.once(key, 'facts', held.work, nothing);
    await held.begun;
    const refused = { code: 'idempotency-in-flight', retryAfterSeconds: expect.any(Number) };
    await expect(other.once(key, 'facts', never, nothing)).rejects.toMatchObject(refused);
    held.end();
    await first;
    expect(await other.once(key, 'facts', never, nothing)).toEqual(answer);
  });

  it('runs once for concurrent requests', async () => {
    const key = aKey();
    let effects = 0;
    const work = async () => {
      effects++;
      return created;
    };
    const asked = Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).once(key, 'facts', work, nothing));
    const outcomes = await Promise.allSettled(asked);
    expect(effects).toBe(1);
    const others = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(others.filter((code) => code !== 'idempotency-in-flight')).toEqual([]);
  });

  it('is rejected for a different request, during and after the first', async () => {
    const key = aKey();
    await one.once(
      key,
      'facts',
      async () => {
        await expect(other.once(key, 'other facts', never, nothing)).rejects.toMatchObject({ code: 'idempotency-key-reused' });
        return created;
      },
      nothing,
    );
    await expect(other.once(key, 'other facts', never, nothing)).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('is scoped to its user', async () => {
    const { key } = aKey();
    await one.once({ scope: 'ana', key }, 'facts', async () => created, nothing);
    expect(await one.once({ scope: 'ben', key }, 'facts', async () => ({ ...created, status: 200 }), nothing)).toMatchObject({
      status: 200,
    });
  });

  it('replays a failure unchanged', async () => {
    const key = aKey();
    const refusal = new Failure('media-not-audio', 'That is a picture.');
    await expect(one.once(key, 'facts', () => Promise.reject(refusal), nothing)).rejects.toBe(refusal);
    await expect(other.once(key, 'facts', never, nothing)).rejects.toMatchObject({
      code: 'media-not-audio',
      message: 'That is a picture.',
    });
  });

  it.each(['internal', 'service-unavailable', 'request-timeout'] as const)('can be retried after %s', async (code) => {
    const key = aKey();
    await expect(one.once(key, 'facts', () => Promise.reject(new Failure(code, 'No.')), nothing)).rejects.toMatchObject({ code });
    expect(await other.once(key, 'facts', async () => created, nothing)).toEqual(answer);
  });

  it('that timed out can be retried only after a minute, because the first may continue', async () => {
    const key = aKey();
    const late = new Failure('deadline-exceeded', 'The audio service did not answer in time.');
    await expect(one.once(key, 'facts', () => Promise.reject(late), nothing)).rejects.toBe(late);
    const refused = { code: 'idempotency-in-flight', retryAfterSeconds: expect.any(Number) };
    await elapse(key.key, `lease_until = lease_until - interval '50 seconds'`);
    await expect(other.once(key, 'facts', never, nothing)).rejects.toMatchObject(refused);
    await elapse(key.key, `lease_until = lease_until - interval '10 seconds'`);
    expect(await other.once(key, 'facts', async () => created, nothing)).toEqual(answer);
  });

  it('whose gateway died is taken over after its lease; the old holder cannot store a response', async () => {
    const key = aKey();
    const held = heldWork();
    const frozen = one.once(key, 'facts', held.work, nothing);
    await held.begun;
    await elapse(key.key, `lease_until = now() - interval '1 second'`);
    expect(await other.once(key, 'facts', async () => ({ ...created, body: { id: 2 } }), nothing)).toMatchObject({ body: { id: 2 } });
    held.end();
    await frozen;
    expect(await other.once(key, 'facts', never, nothing)).toMatchObject({ body: { id: 2 } });
  });

  it('names the same id to whoever takes it over, and another after a day', async () => {
    const key = aKey();
    const ids: string[] = [];
    const make = async () => {
      ids.push(workId());
      return created;
    };
    const killed = heldWork();
    const dead = one.once(key, 'facts', () => make().then(killed.work), nothing);
    await killed.begun;
    await elapse(key.key, `lease_until = now() - interval '1 second'`);
    await other.once(key, 'facts', make, nothing);
    killed.end();
    await dead;
    await elapse(key.key, `expires_at = now() - interval '1 second'`);
    await other.once(key, 'facts', make, nothing);
    expect([ids.length, ids[1] === ids[0], ids[2] === ids[0]]).toEqual([3, true, false]);
  });

  it('expires after a day and is deleted', async () => {
    const key = aKey();
    await one.once(key, 'facts', async () => created, nothing);
    await elapse(key.key, `expires_at = now() - interval '1 second'`);
    expect(await other.once(key, 'other facts', async () => ({ ...created, status: 200 }), nothing)).toMatchObject({ status: 200 });
    await elapse(key.key, `expires_at = now() - interval '1 second'`);
    await store.sweep();
    expect(await sources[0]!.query('SELECT 1 FROM gateway.idempotency WHERE key = $1', [key.key])).toEqual([]);
  });

  it('with a streamed body is replayed only for the same content', async () => {
    const key = aKey();
    const holding = (text: string) => ({ noted: () => text, read: async () => text });
    expect(await one.once(key, 'facts', async () => created, nothing, holding('these bytes'))).toEqual(answer);
    expect(await other.once(key, 'facts', never, nothing, holding('these bytes'))).toEqual(answer);
    await expect(other.once(key, 'facts', never, nothing, holding('other bytes'))).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
  });

  it('with a streamed body that was rejected unread is not stored, because its content is unknown', async () => {
    const key = aKey();
    const unread = { noted: () => undefined, read: never };
    const refusal = new Failure('media-type-unsupported', 'No.');
    await expect(one.once(key, 'facts', () => Promise.reject(refusal), nothing, unread)).rejects.toBe(refusal);
    expect(await other.once(key, 'facts', async () => created, nothing)).toEqual(answer);
  });

  it('with a new key is rejected while the stored responses of its scope are at their limit; known keys and other scopes are not affected', async () => {
    const mine = (key: string) => ({ scope: 'collector', key });
    const allBegun = Promise.withResolvers<void>();
    let begun = 0;
    const large = async () => {
      if (++begun === 12) allBegun.resolve();
      await allBegun.promise;
      return { ...created, body: 'x'.repeat(900_000) };
    };
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => (index % 2 ? one : other).once(mine(`large-${index}`), 'facts', large, nothing)),
    );
    const [stored] = await sources[0]!.query(
      `SELECT min(key) AS key, sum(answer_bytes)::int AS bytes FROM gateway.idempotency WHERE scope = 'collector' AND sealed_answer IS NOT NULL`,
    );
    expect(stored.bytes).toBeLessThan(bounds.GATEWAY_IDEMPOTENCY_BYTES_PER_USER + 1_024 ** 2); // one response more at most
    const refused = { code: 'too-many-requests', retryAfterSeconds: expect.any(Number) };
    await expect(one.once(mine('one more'), 'facts', never, nothing)).rejects.toMatchObject(refused);
    expect(await other.once(mine(stored.key), 'facts', never, nothing)).toMatchObject({ status: 201 });
    expect(await other.once(aKey(), 'facts', async () => created, nothing)).toEqual(answer);
    await sources[0]!.query(`UPDATE gateway.idempotency SET expires_at = now() WHERE scope = 'collector'`);
    expect(await one.once(mine('one more'), 'facts', async () => created, nothing)).toEqual(answer);
  });

  it('stores only encrypted data in the database', async () => {
    const key = aKey();
    const body = { accessToken: 'very-secret' };
    await one.once(key, 'password=very-secret', async () => ({ ...created, body }), nothing);
    const [row] = await sources[0]!.query('SELECT i::text AS text, sealed_answer FROM gateway.idempotency i WHERE key = $1', [key.key]);
    expect(Buffer.from(row.sealed_answer).includes('very-secret')).toBe(false);
    expect(row.text).not.toContain(Buffer.from('very-secret').toString('hex'));
  });

  it('is not stored when its response is too large or a stream', async () => {
    const [large, stream] = [aKey(), aKey()];
    await one.once(large, 'facts', async () => ({ ...created, body: 'x'.repeat(1_100_000) }), nothing);
    await one.once(stream, 'facts', async () => ({ ...created, keep: false }), nothing);
    for (const key of [large, stream]) expect(await other.once(key, 'facts', async () => created, nothing)).toEqual(answer);
  });
});
