import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await startGateway({
    GATEWAY_RATE_LIMIT_PER_MINUTE: '20',
    GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: '15',
    GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: '5',
    GATEWAY_CREDENTIALS_LIMIT_FROM_NEW_ADDRESSES_PER_MINUTE: '8',
    GATEWAY_TRUSTED_PROXY_HOPS: '1',
  });
});
afterAll(() => gateway.stop());

const from = (address: string) => ({ 'x-forwarded-for': address });
const times = <T>(count: number, work: () => Promise<T>) => Promise.all(Array.from({ length: count }, work));

describe('limits', () => {
  it('grant exactly the limit and then refuse, saying when to come back', async () => {
    const answers = await times(25, () => gateway.ask('GET', '/v1/status', { headers: from('203.0.113.1') }));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(5);
    expect(refused[0]?.json.code).toBe('too-many-requests');
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
  it('are told with every answer', async () => {
    const { headers } = await gateway.ask('GET', '/.well-known/jwks.json', { headers: from('203.0.113.2') });
    expect(headers.get('ratelimit-policy')).toBe('"default";q=20;w=60');
    expect(headers.get('ratelimit')).toMatch(/^"default";r=19;t=\d+$/);
  });
  it('count requests with bad tokens against the address', async () => {
    const guess = () => gateway.ask('GET', '/v1/me', { token: 'a.b.c', headers: from('203.0.113.3') });
    const statuses = (await times(25, guess)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  });
  it('cannot be dodged by writing one’s own X-Forwarded-For', async () => {
    let index = 0;
    const dodge = () => gateway.ask('GET', '/.well-known/jwks.json', { headers: from(`198.51.100.${index++}, 203.0.113.4`) });
    expect((await times(25, dodge)).filter(({ status }) => status === 429)).toHaveLength(5);
  });
  it('are tighter where passwords are tried, for each account', async () => {
    const guess = (email: string) => () =>
      gateway.ask('POST', '/v1/auth/login', { body: { email, password: 'a wrong password' }, headers: from('203.0.113.5') });
    const first = (await times(7, guess('ana@example.org'))).map(({ status }) => status);
    expect(first.filter((status) => status === 401)).toHaveLength(5);
    expect((await guess('ANA@example.org')()).status).toBe(429);
    expect((await guess('bea@example.org')()).status).toBe(401);
  });
  it('hold for a whole address too, whichever accounts it tries', async () => {
    let index = 0;
    const spray = () =>
      gateway.ask('POST', '/v1/auth/login', { body: { email: `u${index++}@example.org`, password: 'x' }, headers: from('203.0.113.6') });
    expect((await times(18, spray)).filter(({ status }) => status === 429)).toHaveLength(3);
  });
  it('hold for guesses at one account from many addresses together, and leave it open where it was used before', async () => {
    const account = { email: 'carla@example.org', password: 'correct horse battery' };
    const login = (address: string, password = account.password) =>
      gateway.ask('POST', '/v1/auth/login', { body: { ...account, password }, headers: from(address) });
    await gateway.ask('POST', '/v1/auth/register', { body: account, headers: from('203.0.113.20') });
    expect((await login('203.0.113.20')).status).toBe(200);
    let index = 0;
    const statuses = (await times(12, () => login(`198.51.100.${index++}`, 'a wrong password'))).map(({ status }) => status);
    expect([statuses.filter((status) => status === 401).length, statuses.filter((status) => status === 429).length]).toEqual([7, 5]);
    expect([(await login('203.0.113.20')).status, (await login('203.0.113.21')).status]).toEqual([200, 429]);
  });
  it('are the same for an account that does not exist', async () => {
    let index = 0;
    const guess = () =>
      gateway.ask('POST', '/v1/auth/login', {
        body: { email: 'nobody@example.org', password: 'a wrong password' },
        headers: from(`198.51.100.${100 + index++}`),
      });
    expect((await times(12, guess)).filter(({ status }) => status === 429)).toHaveLength(4);
  });
  it('hold for guesses with an access token, wherever they come from', async () => {
    const account = { email: 'dora@example.org', password: 'correct horse battery' };
    await gateway.ask('POST', '/v1/auth/register', { body: account, headers: from('203.0.113.30') });
    const { accessToken: token } = (await gateway.ask('POST', '/v1/auth/login', { body: account, headers: from('203.0.113.30') })).json;
    let index = 0;
    const guess = () =>
      gateway.ask('POST', '/v1/auth/password', {
        token,
        body: { currentPassword: 'a wrong password', newPassword: 'another horse entirely' },
        headers: from(`198.51.100.${200 + index++}`),
      });
    const statuses = (await times(8, guess)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(3);
  });
  it('leave the probes and the documentation alone', async () => {
    const paths = ['/health/live', '/openapi.json', '/problems/internal', '/'];
    const statuses = await Promise.all(
      paths.flatMap((path) => Array.from({ length: 30 }, async () => (await gateway.ask('GET', path)).status)),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
