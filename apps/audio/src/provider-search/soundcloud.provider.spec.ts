import { expect, it } from '@jest/globals';
import type { UpstreamRequest } from '#compute/connections';
import { SoundCloudProvider } from './soundcloud.provider.ts';

const answer = (status: number, body: unknown) => ({ status, headers: {}, body: Buffer.from(JSON.stringify(body)), endpoint: '0' });

it('asks for one new token when several callers are told that the old one is revoked, one after the other', async () => {
  let tokens = 0;
  const refused: (() => void)[] = [];
  const send = async ({ path, headers }: UpstreamRequest) => {
    if (path === '/oauth/token') return answer(200, { access_token: `t${++tokens}`, expires_in: 3_600 });
    if (headers?.authorization !== 'OAuth t1') return answer(200, []);
    await new Promise<void>((resolve) => void refused.push(resolve));
    return answer(401, {});
  };
  const settings = { url: 'http://a.test', authUrl: 'http://b.test', clientId: 'id', clientSecret: 'secret' };
  const provider = new SoundCloudProvider(() => ({ send, health: 1 }), settings);
  const search = () => provider.search({ q: 'x', limit: 1, timeoutMs: 10_000 });
  const searches = [search(), search()];
  while (refused.length < 2) await new Promise(setImmediate);
  for (const [at, refuse] of refused.entries()) {
    refuse();
    await searches[at];
  }
  expect(tokens).toBe(2);
});
