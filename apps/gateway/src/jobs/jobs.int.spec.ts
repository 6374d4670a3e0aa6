import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '#platform';
import { type ManagedServer, startNats, until } from '#testing';
import { grantOperator } from '../../testing/grant-operator.ts';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

const operatorEmail = 'operator@example.org';
let nats: ManagedServer;
let gateway: OwnGateway;
let operator: Caller;
let ana: Caller;

interface Caller {
  readonly token: string;
  readonly id: string;
}

beforeAll(async () => {
  nats = await startNats();
  gateway = await startGateway({ NATS_URL: nats.url });
  [operator, ana] = await Promise.all([caller(operatorEmail), caller('ana@example.org')]);
});
afterAll(async () => {
  await gateway?.stop();
  await nats?.stop();
});

async function caller(email: string): Promise<Caller> {
  const body = { email, password: 'correct horse battery' };
  await gateway.ask('POST', '/v1/auth/register', { body });
  if (email === operatorEmail) await grantOperator(gateway.databaseUrl, email);
  const session = await gateway.ask('POST', '/v1/auth/login', { body });
  const token: string = session.json.accessToken;
  const me = await gateway.ask('GET', '/v1/me', { token });
  return { token, id: me.json.id };
}

const sql = (text: string, values: unknown[]) => gateway.app.get(Database).source.query(text, values);

/** Inserts a job of Ana in the given state. */
async function job(state: 'queued' | 'failed' | 'succeeded', dead = false, kind = 'test.job.nobody'): Promise<string> {
  const id = randomUUID();
  await sql(
    `INSERT INTO jobs.job (id, owner_id, kind, max_attempts, subject, input, context, attempts)
     VALUES ($1, $2, $3, 3, '{}', '{}', '{}', 3)`,
    [id, ana.id, kind],
  );
  if (state !== 'queued')
    await sql(
      `UPDATE jobs.job SET state = $2, ended_at = now(), dead = $3, reason = '{"code": "internal", "message": "It broke."}' WHERE id = $1`,
      [id, state, dead],
    );
  return id;
}

describe('a job', () => {
  it('includes start time, priority and estimated duration if known', async () => {
    const id = await job('queued');
    const { status, json } = await gateway.ask('GET', `/v1/jobs/${id}`, { token: ana.token });
    expect(status).toBe(200);
    expect(json).toMatchObject({ id, state: 'queued', priority: 0, etaSeconds: null, runAt: expect.any(String) });
  });
  it('can be retried after it failed, but not while it is queued or after it succeeded', async () => {
    const failed = await job('failed');
    const retry = (id: string, token = ana.token) => gateway.ask('POST', `/v1/jobs/${id}/retry`, { token });
    expect(await retry(failed)).toMatchObject({ status: 202, json: { id: failed, state: 'queued', attempts: 0, problem: null } });
    expect(await retry(failed)).toMatchObject({ status: 409, json: { code: 'job-finished' } });
    expect(await retry(await job('succeeded'))).toMatchObject({ status: 409 });
    expect(await retry(failed, operator.token)).toMatchObject({ status: 404, json: { code: 'job-not-found' } });
  });
  it('is listed by state, kind and time', async () => {
    const id = await job('failed');
    const listed = async (query: string) => {
      const { status, json } = await gateway.ask('GET', `/v1/jobs?${query}`, { token: ana.token });
      return status === 200 ? json.items.map((each: { id: string }) => each.id) : status;
    };
    expect(await listed('state=failed&kind=test.job.nobody&createdAtMin=2020-01-01T00:00:00Z')).toContain(id);
    expect(await listed('createdAtMax=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await listed('createdAtMin=yesterday')).toBe(400);
  });
  it('that is a part of a request is no job of a client', async () => {
    const id = await job('queued', false, 'video.score-part.read');
    const { json } = await gateway.ask('GET', '/v1/jobs?limit=100', { token: ana.token });
    expect(json.items.map((each: { id: string }) => each.id)).not.toContain(id);
    const [one, events] = [`/v1/jobs/${id}`, `/v1/jobs/${id}/events`];
    for (const [method, path] of [
      ['GET', one],
      ['DELETE', one],
      ['GET', events],
      ['POST', `${one}/retry`],
    ] as const)
      expect(await gateway.ask(method, path, { token: ana.token })).toMatchObject({ status: 404, json: { code: 'job-not-found' } });
    expect(await sql('SELECT state FROM jobs.job WHERE id = $1', [id])).toEqual([{ state: 'queued' }]);
  });
  it('that is a part of a request is no event of a client', async () => {
    const part = await job('succeeded', false, 'video.score-part.read');
    const whole = await job('succeeded');
    const told = async (id: string) => (await sql('SELECT 1 FROM gateway.owner_event WHERE body LIKE $1', [`%${id}%`])).length > 0;
    await until(() => told(whole), 20_000); // the events of one owner are told in order
    expect(await told(part)).toBe(false);
  });
});

describe('dead letters', () => {
  const path = '/v1/operators/dead-letters';
  const letters = async (query = '') => (await gateway.ask('GET', path + query, { token: operator.token })).json.items;
  const letterOf = async (jobId: string) => {
    await until(async () => (await letters('?limit=100')).some((letter: { jobId: string }) => letter.jobId === jobId), 10_000);
    return (await letters('?limit=100')).find((letter: { jobId: string }) => letter.jobId === jobId);
  };

  it('are for operators only', async () => {
    const calls = [
      ['GET', path],
      ['POST', `${path}/replay`],
      ['POST', `${path}/1/replay`],
      ['DELETE', `${path}/1`],
    ] as const;
    for (const [method, where] of calls) {
      expect(await gateway.ask(method, where, { token: ana.token })).toMatchObject({ status: 403, json: { code: 'forbidden' } });
      expect(await gateway.ask(method, where)).toMatchObject({ status: 401 });
    }
  });
  it('are listed with owner and reason, in pages', async () => {
    const [first, second] = [await job('failed', true), await job('failed', true)];
    const found = await letterOf(first);
    expect(found).toMatchObject({
      ownerId: ana.id,
      kind: 'test.job.nobody',
      attempts: 3,
      problem: { code: 'internal', detail: 'It broke.' },
    });
    await letterOf(second);
    const page = await gateway.ask('GET', `${path}?limit=1`, { token: operator.token });
    expect(page.json).toMatchObject({ items: [{ jobId: first }], nextCursor: String(found.id) });
    expect((await letters(`?cursor=${page.json.nextCursor}`))[0]).toMatchObject({ jobId: second });
    expect(await letters('?kind=test.job.other')).toEqual([]);
  });
  it('can be replayed one by one, deleted, or replayed together', async () => {
    const [one, dropped, rest] = [await job('failed', true), await job('failed', true), await job('failed', true)];
    const stateOf = async (id: string) => (await gateway.ask('GET', `/v1/jobs/${id}`, { token: ana.token })).json.state;
    const replayed = await gateway.ask('POST', `${path}/${(await letterOf(one)).id}/replay`, { token: operator.token });
    expect(replayed).toMatchObject({ status: 200, json: { replayed: 1 } });
    const { id } = await letterOf(dropped);
    expect((await gateway.ask('DELETE', `${path}/${id}`, { token: operator.token })).status).toBe(204);
    expect(await gateway.ask('DELETE', `${path}/${id}`, { token: operator.token })).toMatchObject({
      status: 404,
      json: { code: 'not-found' },
    });
    await letterOf(rest);
    const all = await gateway.ask('POST', `${path}/replay?kind=test.job.nobody`, { token: operator.token });
    expect(all.json.replayed).toBeGreaterThanOrEqual(1);
    expect([await stateOf(one), await stateOf(dropped), await stateOf(rest)]).toEqual(['queued', 'failed', 'queued']);
    expect(await letters()).toEqual([]);
  });
});
