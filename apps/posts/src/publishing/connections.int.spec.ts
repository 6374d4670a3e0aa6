/** Connections: OAuth with state and PKCE, tokens that are sealed and refreshed once, addresses that may be called. */
import { randomUUID, type UUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessService } from './access.service.ts';
import { AccountStore } from './account.store.ts';
import { ConnectionStore } from './connection.store.ts';
import { PUBLISHING_CONFIG, type PublishingConfig, publishingConfig } from './publishing.config.ts';
import { PublishingFixture } from './testing/publishing-fixture.ts';

let fixture: PublishingFixture;
let access: AccessService;
let store: AccountStore;
let config: { -readonly [Name in keyof PublishingConfig]: PublishingConfig[Name] };
beforeAll(async () => {
  fixture = await PublishingFixture.start();
  access = fixture.service.app.get(AccessService, { strict: false });
  store = fixture.service.app.get(AccountStore, { strict: false });
  config = fixture.service.app.get(PUBLISHING_CONFIG, { strict: false });
}, 60_000);
afterAll(() => fixture?.stop());

const receive = (request: { state: string; code?: string; error?: string; name?: 'linkedin' | 'webhook' }) =>
  fixture.authorizations.receive({ name: 'linkedin', ...request });
const refused = { code: 'connect-state-invalid' };
const notFound = { code: 'publisher-connection-not-found' };
const pendingRows = () => fixture.rows<{ ownerId: string }>('SELECT owner_id AS "ownerId" FROM posts.pending_connection');
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

  it('connects the person who permits it, once the owner who began it confirms', async () => {
    const received = await fixture.permit();
    expect(received).toMatchObject({ publisher: 'linkedin', confirmation: expect.stringMatching(/^[\w-]{43}$/), returnUrl: null });
    expect((await fixture.as(() => fixture.connections.list())).items[0]!.accounts).toEqual([]);
    const { accounts } = await fixture.confirm(received);
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
    const again = await fixture.confirm(await fixture.permit('person', ownerId), ownerId);
    expect(again).toMatchObject({ accounts: [{ status: 'connected', author: { kind: 'person' } }] });
  });

  it('can be confirmed after an account is disconnected, where there were too many', async () => {
    const ownerId = randomUUID();
    const received = await fixture.permit('person', ownerId);
    await fixture.rows(`INSERT INTO posts.publisher_grant (id, owner_id, sealed) VALUES ($1, $1, '')`, [ownerId]);
    await fixture.rows(
      `INSERT INTO posts.publisher_account (id, owner_id, grant_id, publisher, title, author_kind, author_id)
       SELECT gen_random_uuid(), $1, $1, 'webhook', 'T', 'address', i FROM generate_series(1, 50) AS i`,
      [ownerId],
    );
    await expect(fixture.confirm(received, ownerId)).rejects.toMatchObject({ code: 'too-many-publisher-accounts' });
    await fixture.rows(`DELETE FROM posts.publisher_account WHERE owner_id = $1 AND author_id = '50'`, [ownerId]);
    expect(await fixture.confirm(received, ownerId)).toMatchObject({ accounts: [{ publisher: 'linkedin' }] });
  });

  it('comes back once, also by two callbacks at the same time', async () => {
    const { state, code } = await fixture.begin();
    const twice = await Promise.allSettled([receive({ state, code }), receive({ state, code })]);
    expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(receive({ state, code })).rejects.toMatchObject(refused);
  });

  it('is refused with a state that is unknown, expired or of another publisher', async () => {
    await expect(receive({ state: 'made-up', code: 'x' })).rejects.toMatchObject(refused);
    const { state, code } = await fixture.begin();
    await expect(receive({ name: 'webhook', state, code })).rejects.toMatchObject(refused);
    await fixture.rows(`UPDATE posts.connect_state SET expires_at = now() - interval '1 second'`);
    await expect(receive({ state, code })).rejects.toMatchObject(refused);
  });

  it('is refused in the words of the provider where somebody cancels, or the code is wrong', async () => {
    const cancelled = await fixture.begin();
    await expect(receive({ state: cancelled.state, error: 'user_cancelled_authorize' })).rejects.toMatchObject({
      code: 'publisher-refused',
    });
    const { state } = await fixture.begin();
    await expect(receive({ state, code: 'used' })).rejects.toMatchObject({
      code: 'publisher-refused',
      message: expect.stringContaining('400'),
    });
  });

  it('goes on to the page of the installation, with what confirms it in the query', async () => {
    config.POSTS_PUBLISHER_RETURN_URL = 'https://app.example/publishers?tab=linkedin';
    const { returnUrl, state, confirmation } = await fixture.permit().finally(() => delete config.POSTS_PUBLISHER_RETURN_URL);
    expect(returnUrl).toBe(`https://app.example/publishers?tab=linkedin&state=${state}&confirmation=${confirmation}`);
  });

  it('keeps no token, state, verifier or confirmation in the database as it is', async () => {
    const { state } = await fixture.begin();
    const { confirmation } = await fixture.permit();
    const dump = await fixture.rows<{ row: string }>(
      `SELECT row_to_json(g)::text || encode(g.sealed, 'escape') AS row FROM posts.publisher_grant g
       UNION ALL SELECT row_to_json(s)::text || encode(s.sealed, 'escape') FROM posts.connect_state s
       UNION ALL SELECT row_to_json(p)::text || encode(p.sealed, 'escape') FROM posts.pending_connection p`,
    );
    const text = dump.map(({ row }) => row).join();
    expect(text).not.toContain(fixture.linkedin.accessToken);
    expect(text).not.toContain(fixture.linkedin.refreshToken);
    expect(text).not.toContain(state);
    expect(text).not.toContain(confirmation);
  });
});

describe('a connection that waits to be confirmed', () => {
  const countOf = async (publisherOwner: UUID) =>
    (await fixture.as(() => fixture.connections.list(), publisherOwner)).items[0]!.accounts.length;

  it('cannot be confirmed by anybody but the owner who began, even with the right values', async () => {
    const [attacker, victim] = [randomUUID(), randomUUID()];
    const received = await fixture.permit('person', attacker); // by the browser of the victim, who was sent the address
    await expect(fixture.confirm({ ...received, confirmation: 'guessed' }, attacker)).rejects.toMatchObject(notFound);
    await expect(fixture.confirm(received, victim)).rejects.toMatchObject(notFound);
    expect([await countOf(attacker), await countOf(victim)]).toEqual([0, 0]);
    await fixture.confirm(received, attacker); // whoever began and permitted is the same person
    expect([await countOf(attacker), await countOf(victim)]).toEqual([1, 0]);
  });

  it('is confirmed once, also by two requests at the same time', async () => {
    const ownerId = randomUUID();
    const received = await fixture.permit('person', ownerId);
    const twice = await Promise.allSettled([fixture.confirm(received, ownerId), fixture.confirm(received, ownerId)]);
    expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(twice.find(({ status }) => status === 'rejected')).toMatchObject({ reason: notFound });
    await expect(fixture.confirm(received, ownerId)).rejects.toMatchObject(notFound);
    expect(await fixture.rows('SELECT FROM posts.publisher_grant WHERE owner_id = $1', [ownerId])).toHaveLength(1);
  });

  it('ends after five wrong values, also when they come at the same time', async () => {
    const received = await fixture.permit();
    const wrong = await Promise.allSettled(Array.from({ length: 5 }, (_, i) => fixture.confirm({ ...received, confirmation: `no${i}` })));
    expect(wrong.map((each) => each.status === 'rejected' && each.reason.code)).toEqual(Array(5).fill(notFound.code));
    await expect(fixture.confirm(received)).rejects.toMatchObject(notFound);
  });

  it('survives four wrong values', async () => {
    const received = await fixture.permit();
    for (const confirmation of ['a', 'b', 'c', 'd'])
      await expect(fixture.confirm({ ...received, confirmation })).rejects.toMatchObject(notFound);
    expect((await fixture.confirm(received)).accounts).toHaveLength(1);
  });

  it('is not found under another publisher', async () => {
    const { state, confirmation } = await fixture.permit();
    const asked = fixture.as(() => fixture.authorizations.confirm({ name: 'webhook', state, confirmation }));
    await expect(asked).rejects.toMatchObject(notFound);
  });

  it('expires, and is removed with its tokens', async () => {
    const received = await fixture.permit();
    await fixture.begin();
    for (const table of ['connect_state', 'pending_connection'])
      await fixture.rows(`UPDATE posts.${table} SET expires_at = now() - interval '1 second'`);
    await expect(fixture.confirm(received)).rejects.toMatchObject(notFound);
    const kept = await fixture.permit();
    await fixture.service.app.get(ConnectionStore, { strict: false }).removeExpired();
    expect(await pendingRows()).toHaveLength(1);
    expect(await fixture.rows('SELECT FROM posts.connect_state')).toEqual([]);
    expect((await fixture.confirm(kept)).accounts).toHaveLength(1);
  });

  it('that is only begun gives way to newer ones of its owner beyond fifty', async () => {
    const [ownerId, other] = [randomUUID(), randomUUID()];
    const count = () => fixture.rows('SELECT 1 FROM posts.connect_state WHERE owner_id = $1', [ownerId]);
    const insert = `INSERT INTO posts.connect_state (digest, owner_id, publisher, author, sealed, expires_at)
      SELECT sha256(($2 || n)::bytea), $1::uuid, 'linkedin', 'person', '', now() + n * interval '1 second' FROM generate_series(1, 60) AS n`;
    for (const owner of [ownerId, other]) await fixture.rows(insert, [owner, owner]);
    const { state, code } = await fixture.begin('person', ownerId);
    expect(await count()).toHaveLength(50);
    expect([state, code].every(Boolean)).toBe(true);
    expect(await fixture.rows('SELECT 1 FROM posts.connect_state WHERE owner_id = $1', [other])).toHaveLength(60);
    await fixture.rows('DELETE FROM posts.connect_state WHERE owner_id = ANY($1)', [[ownerId, other]]);
  });

  it('gives way to newer ones of its owner beyond ten', async () => {
    const [ownerId, other] = [randomUUID(), randomUUID()];
    const others = await fixture.permit('person', other);
    const all = [];
    for (let i = 0; i < 11; i++) all.push(await fixture.permit('person', ownerId));
    expect((await pendingRows()).filter((row) => row.ownerId === ownerId)).toHaveLength(10);
    await expect(fixture.confirm(all[0]!, ownerId)).rejects.toMatchObject(notFound);
    expect((await fixture.confirm(all[1]!, ownerId)).accounts).toHaveLength(1);
    expect((await fixture.confirm(others, other)).accounts).toHaveLength(1);
  });
});

describe('the page that browsers go on to', () => {
  const parse = (POSTS_PUBLISHER_RETURN_URL: string) => publishingConfig.safeParse({ POSTS_PUBLISHER_RETURN_URL }).success;

  it.each(['https://app.example/publishers?tab=1', 'http://localhost:5173/', 'http://127.0.0.1:3000/a', 'http://[::1]:80/'])(
    'may be %s',
    (url) => expect(parse(url)).toBe(true),
  );
  it.each(['http://app.example/', 'https://ana:secret@app.example/', 'javascript:alert(1)', '/publishers', 'http://localhost.example/'])(
    'is refused at the start where it is %s',
    (url) => expect(parse(url)).toBe(false),
  );
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
