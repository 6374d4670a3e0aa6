/** Connections: OAuth with state and PKCE, tokens that are sealed and refreshed once, addresses that may be called. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessService } from './access.service.ts';
import { AccountStore } from './account.store.ts';
import { PublishingFixture } from './testing/publishing-fixture.ts';

let fixture: PublishingFixture;
let access: AccessService;
let store: AccountStore;
beforeAll(async () => {
  fixture = await PublishingFixture.start();
  access = fixture.service.app.get(AccessService, { strict: false });
  store = fixture.service.app.get(AccountStore, { strict: false });
}, 60_000);
afterAll(() => fixture?.stop());

const complete = (request: { state: string; code?: string; error?: string; name?: 'linkedin' | 'webhook' }) =>
  fixture.connections.complete({ name: 'linkedin', ...request });
const refused = { code: 'connect-state-invalid' };
const never = new AbortController().signal;
const rowOf = async (id: string) => (await store.find({ id, ownerId: fixture.ownerId }))!;
const expireAccess = (grantId: string) =>
  fixture.rows(`UPDATE posts.publisher_grant SET access_until = now() - interval '1 second' WHERE id = $1`, [grantId]);

describe('a connection with LinkedIn', () => {
  it('begins at the address of the provider, with state and challenge', async () => {
    const { url } = await fixture.begin();
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{ response_type: 'code', client_id: 'client', redirect_uri: 'https://api.example/v1/publishers/linkedin/callback' },
      ...{ scope: 'openid profile w_member_social', code_challenge_method: 'S256', state: expect.stringMatching(/^[\w-]{43}$/) },
    });
  });

  it('connects the person who permits it, for the owner who began it', async () => {
    const { state, code } = await fixture.begin();
    const { accounts } = await complete({ state, code });
    expect(accounts).toMatchObject([
      {
        publisher: 'linkedin',
        title: 'Ana Ruiz',
        author: { kind: 'person', id: 'urn:li:person:782bbtaQ' },
        status: 'connected',
        scopes: ['openid', 'profile', 'w_member_social'],
      },
    ]);
    const { items } = await fixture.as(() => fixture.connections.list());
    expect(items).toMatchObject([
      { name: 'linkedin', state: 'ready', accounts },
      { name: 'webhook', accounts: [] },
    ]);
    expect((await fixture.as(() => fixture.connections.list(), randomUUID())).items[0]!.accounts).toEqual([]);
  });

  it('connects the organisations that somebody administers', async () => {
    const id = await fixture.connect('organisation');
    expect(await fixture.as(() => fixture.accounts.get(id))).toMatchObject({
      title: 'Gust SL',
      author: { kind: 'organisation', id: 'urn:li:organization:77' },
    });
  });

  it('keeps the id of an account that is connected again, and drops the tokens that it had', async () => {
    const [first, second] = [await fixture.connect(), await fixture.connect()];
    expect(second).toBe(first);
    const grants = await fixture.rows(
      'SELECT id FROM posts.publisher_grant g WHERE NOT EXISTS (SELECT FROM posts.publisher_account a WHERE a.grant_id = g.id)',
    );
    expect(grants).toEqual([]);
  });

  it('is made again where as many accounts are connected as may be, and no further one', async () => {
    const ownerId = randomUUID();
    await fixture.rows(`INSERT INTO posts.publisher_grant (id, owner_id, sealed, status) VALUES ($1, $1, '', 'revoked')`, [ownerId]);
    await fixture.rows(
      `INSERT INTO posts.publisher_account (id, owner_id, grant_id, publisher, title, author_kind, author_id)
       SELECT gen_random_uuid(), $1, $1, CASE i WHEN 1 THEN 'linkedin' ELSE 'webhook' END, 'T', CASE i WHEN 1 THEN 'person' ELSE 'address' END,
         CASE i WHEN 1 THEN 'urn:li:person:782bbtaQ' ELSE $2 || i END FROM generate_series(1, 50) AS i`,
      [ownerId, `${fixture.server.url}/`],
    );
    const connect = (own: object) => fixture.as(() => fixture.connections.connect({ name: 'webhook', ...own }), ownerId);
    await expect(connect({ url: `${fixture.server.url}/51` })).rejects.toMatchObject({ code: 'too-many-publisher-accounts' });
    await expect(connect({ name: 'linkedin', author: 'organisation' })).rejects.toMatchObject({ code: 'too-many-publisher-accounts' });
    expect((await connect({ url: `${fixture.server.url}/50` })).account).toMatchObject({ status: 'connected' });
    const { state, code } = await fixture.begin('person', ownerId);
    expect(await complete({ state, code })).toMatchObject({ accounts: [{ status: 'connected', author: { kind: 'person' } }] });
  });

  it('can be completed once, also by two callbacks at the same time', async () => {
    const { state, code } = await fixture.begin();
    const twice = await Promise.allSettled([complete({ state, code }), complete({ state, code })]);
    expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(complete({ state, code })).rejects.toMatchObject(refused);
  });

  it('is refused with a state that is unknown, expired or of another publisher', async () => {
    await expect(complete({ state: 'made-up', code: 'x' })).rejects.toMatchObject(refused);
    const { state, code } = await fixture.begin();
    await expect(complete({ name: 'webhook', state, code })).rejects.toMatchObject(refused);
    await fixture.rows(`UPDATE posts.connect_state SET expires_at = now() - interval '1 second'`);
    await expect(complete({ state, code })).rejects.toMatchObject(refused);
  });

  it('is refused in the words of the provider where somebody cancels, or the code is wrong', async () => {
    const cancelled = await fixture.begin();
    await expect(complete({ state: cancelled.state, error: 'user_cancelled_authorize' })).rejects.toMatchObject({
      code: 'publisher-refused',
    });
    const { state } = await fixture.begin();
    await expect(complete({ state, code: 'used' })).rejects.toMatchObject({
      code: 'publisher-refused',
      message: expect.stringContaining('400'),
    });
  });

  it('keeps no token, state or verifier in the database as it is', async () => {
    const { state } = await fixture.begin();
    const dump = await fixture.rows<{ row: string }>(
      `SELECT row_to_json(g)::text || encode(g.sealed, 'escape') AS row FROM posts.publisher_grant g
       UNION ALL SELECT row_to_json(s)::text || encode(s.sealed, 'escape') FROM posts.connect_state s`,
    );
    const text = dump.map(({ row }) => row).join();
    expect(text).not.toContain(fixture.linkedin.accessToken);
    expect(text).not.toContain(fixture.linkedin.refreshToken);
    expect(text).not.toContain(state);
  });
});

describe('an access token', () => {
  it('is refreshed once when two copies find it expired', async () => {
    const row = await rowOf(await fixture.connect());
    await expireAccess(row.grantId);
    const before = fixture.linkedin.refreshes;
    const opened = await Promise.all([1, 2, 3].map(() => access.open(row, never)));
    expect(fixture.linkedin.refreshes).toBe(before + 1);
    expect(new Set(opened.map((each) => ('secret' in each ? each.secret : each.kind)))).toEqual(new Set([fixture.linkedin.accessToken]));
  });

  it('that the provider calls expired is refreshed, and the post goes out', async () => {
    const account = await fixture.connect();
    const before = fixture.linkedin.refreshes;
    const { linkedin } = fixture;
    linkedin.unauthorized = 65_602;
    linkedin.onRefresh = () => {
      linkedin.unauthorized = undefined;
    };
    const publication = await fixture.settled(await fixture.publish(account));
    expect(publication).toMatchObject({ status: 'published', attempts: 1 });
    expect(linkedin.refreshes).toBe(before + 1);
  });

  it('whose refresh token is dead revokes the account, and says so', async () => {
    const account = await fixture.connect();
    const { grantId } = await rowOf(account);
    await expireAccess(grantId);
    fixture.linkedin.refreshToken = 'another';
    const publication = await fixture.settled(await fixture.publish(account));
    expect(publication).toMatchObject({ status: 'revoked', problem: { code: 'publisher-token-revoked' }, attempts: 0 });
    expect(await fixture.as(() => fixture.accounts.get(account))).toMatchObject({ status: 'revoked' });
  });

  it('that cannot be refreshed because the client secret is wrong stays connected', async () => {
    const account = await fixture.connect();
    const { grantId } = await rowOf(account);
    await expireAccess(grantId);
    fixture.linkedin.refusesClient = true;
    expect(await access.open(await rowOf(account), never)).toMatchObject({
      kind: 'unreachable',
      detail: expect.stringContaining('client id'),
    });
    fixture.linkedin.refusesClient = false;
    expect(await fixture.as(() => fixture.accounts.get(account))).toMatchObject({ status: 'connected' });
    expect(await access.open(await rowOf(account), never)).toMatchObject({ secret: expect.stringMatching(/^access-/) });
  });

  it('cannot be opened with another secret', async () => {
    const row = await rowOf(await fixture.connect());
    await fixture.rows(`UPDATE posts.publisher_grant SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) WHERE id = $1`, [
      row.grantId,
    ]);
    expect(await access.open(row, never)).toMatchObject({ kind: 'revoked' });
  });
});

describe('a connection with an address', () => {
  const connect = (own: object) => fixture.as(() => fixture.connections.connect({ name: 'webhook', ...own }));

  it('is made at once and shows its secret this once', async () => {
    const { account, signingSecret, authorizationUrl } = await connect({ url: `${fixture.server.url}/posts`, title: 'Newsroom' });
    expect({ account, signingSecret, authorizationUrl }).toMatchObject({
      account: {
        title: 'Newsroom',
        author: { kind: 'address', id: `${fixture.server.url}/posts` },
        status: 'connected',
        accessUntil: null,
      },
      signingSecret: expect.stringMatching(/^whsec_/),
      authorizationUrl: null,
    });
  });

  it.each([
    ['an address of the internal network', { url: 'http://10.0.0.1/' }, 'address-refused'],
    ['the address of this machine', { url: 'http://localhost/' }, 'address-refused'],
    [
      'an address to read back from inside',
      { url: 'http://93.184.216.34/', readBackUrl: 'http://169.254.169.254/{id}' },
      'address-refused',
    ],
    ['no address', {}, 'request-invalid'],
    [
      'an address to read back from without a place for the id',
      { url: 'http://93.184.216.34/', readBackUrl: 'http://93.184.216.34/' },
      'request-invalid',
    ],
    ['what is for LinkedIn', { url: 'http://93.184.216.34/', author: 'person' }, 'request-invalid'],
  ])('refuses %s', async (_, own, code) => {
    await expect(connect(own)).rejects.toMatchObject({ code });
  });
});
