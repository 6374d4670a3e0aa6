/** Publishing on a real PostgreSQL, against a LinkedIn on the loopback address: what becomes of a post, and who may have it published. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { listAttachments, listCalendar } from '#contracts';
import { queryPlans, until } from '#testing';
import { AttachmentStore } from '../attachments/attachment.store.ts';
import { PublicationStore } from './publication.store.ts';
import { PublishingFixture } from './testing/publishing-fixture.ts';

let fixture: PublishingFixture;
let account: string;
beforeAll(async () => {
  fixture = await PublishingFixture.start();
}, 60_000);
afterAll(() => fixture?.stop());
beforeEach(async () => {
  fixture.linkedin.mayRead = true;
  account = await fixture.connect();
});

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const statusOfPost = async (postId: string) => (await fixture.as(() => fixture.posts.get(postId))).status;

describe('a post', () => {
  it('is published once it was read back with the same text', async () => {
    const publication = await fixture.settled(await fixture.publish(account));
    const [shown] = fixture.linkedin.posts.slice(-1);
    expect(publication).toMatchObject({
      ...{ status: 'published', attempts: 1, problem: null, nextAttemptAt: null, providerId: shown!.id, metadata: { project: 'spring' } },
      ...{ url: `https://www.linkedin.com/feed/update/${shown!.id}`, publishedAt: expect.any(String) },
    });
    expect(await fixture.events(publication)).toEqual(['post.published']);
    expect(await statusOfPost(publication.postId)).toBe('published');
  });

  it('is accepted, with the id and the reason, where the account may not read', async () => {
    fixture.linkedin.mayRead = false;
    const publication = await fixture.settled(await fixture.publish(account));
    expect(publication).toMatchObject({
      status: 'accepted',
      providerId: expect.stringContaining('urn:li:share:'),
      problem: { code: 'publisher-unreadable', detail: expect.stringContaining('not to read') },
    });
    expect(await fixture.events(publication)).toEqual(['post.accepted']);
  });

  it('that is taken and not shown is unconfirmed, and published once it is seen', async () => {
    fixture.linkedin.nextFault = 'drops';
    const publication = await fixture.settled(await fixture.publish(account));
    expect(publication).toMatchObject({
      status: 'unconfirmed',
      nextAttemptAt: expect.any(String),
      problem: { code: 'publication-unconfirmed' },
    });
    await fixture.makeDue(publication);
    expect(await fixture.settled(publication)).toMatchObject({ status: 'unconfirmed', attempts: 1 });
    const { providerId, text } = publication;
    const commentary = text!.replace('(Really) #Madrid', '\\(Really\\) {hashtag|\\#|Madrid}');
    fixture.linkedin.posts.push({ id: providerId!, author: 'urn:li:person:782bbtaQ', commentary, media: [] });
    await fixture.makeDue(publication);
    expect(await fixture.settled(publication)).toMatchObject({ status: 'published', attempts: 1 });
    expect(await fixture.events(publication)).toEqual(['post.unconfirmed', 'post.published']);
  });

  it('that is shown with another text is not published', async () => {
    fixture.linkedin.nextFault = 'cuts';
    expect(await fixture.settled(await fixture.publish(account))).toMatchObject({
      status: 'unconfirmed',
      problem: { detail: expect.stringContaining('differs') },
    });
  });

  it('is there once when the answer to its first attempt is lost', async () => {
    fixture.linkedin.nextFault = 'lost-after';
    const publication = await fixture.settled(await fixture.publish(account));
    expect(publication.status).toBe('unconfirmed');
    await fixture.makeDue(publication);
    expect(await fixture.settled(publication)).toMatchObject({ status: 'published', attempts: 1 });
  });

  it('is there once where the account may not read either: LinkedIn refuses the second', async () => {
    fixture.linkedin.nextFault = 'lost-after';
    fixture.linkedin.mayRead = false;
    const publication = await fixture.settled(await fixture.publish(account));
    await fixture.makeDue(publication);
    expect(await fixture.settled(publication)).toMatchObject({
      status: 'accepted',
      attempts: 2,
      providerId: fixture.linkedin.posts.at(-1)!.id,
    });
  });

  it('is there once when the copy that sent it was killed', async () => {
    const publication = await fixture.settled(await fixture.publish(account));
    const before = fixture.linkedin.posts.length;
    await fixture.rows(
      `UPDATE posts.publication SET status = 'publishing', provider_id = NULL, next_at = now(), claimed_by = gen_random_uuid(), claimed_until = now()
       WHERE id = $1`,
      [publication.id],
    );
    fixture.runner.wake();
    expect(await fixture.settled(publication)).toMatchObject({ status: 'published', attempts: 1, providerId: publication.providerId });
    expect(fixture.linkedin.posts).toHaveLength(before);
  });

  it.each([
    ['rate-limited', 'rate-limited', 'too-many-requests'],
    ['version', 'version-expired', 'publisher-version-expired'],
    ['refused', 'failed', 'publisher-rejected-post'],
    ['revoked', 'revoked', 'publisher-token-revoked'],
  ] as const)('that meets %s is %s, with an event', async (fault, status, code) => {
    fixture.linkedin.nextFault = fault;
    const publication = await fixture.settled(await fixture.publish(account));
    expect(publication).toMatchObject({ status, problem: { code, detail: expect.stringContaining('LinkedIn answered') } });
    expect(await fixture.events(publication)).toEqual([`post.${status}`]);
    expect(await fixture.as(() => fixture.accounts.get(account))).toMatchObject({
      status: fault === 'revoked' ? 'revoked' : 'connected',
    });
    if (fault === 'rate-limited') {
      expect(Date.parse(publication.nextAttemptAt!)).toBeGreaterThan(Date.now() + 60_000);
      await fixture.makeDue(publication);
      expect(await fixture.settled(publication)).toMatchObject({ status: 'published', attempts: 2 });
    }
  });

  it('with a text that is on its way to the account, or was published within a day, is refused unless told otherwise', async () => {
    const postId = await fixture.draft();
    await fixture.settled(await fixture.publish(account, { postId }));
    await expect(fixture.publish(account, { postId })).rejects.toMatchObject({ code: 'publication-duplicate' });
    const again = await fixture.settled(await fixture.publish(account, { postId, allowDuplicate: true }));
    expect(again).toMatchObject({ status: 'duplicate', problem: { code: 'publisher-duplicate' } });
    expect(await statusOfPost(postId)).toBe('published');
  });

  it('is queued once by two requests at the same time', async () => {
    const postId = await fixture.draft();
    const twice = await Promise.allSettled([1, 2].map(() => fixture.publish(account, { postId, dueAt: inAnHour() })));
    expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('goes out with its attachments, in their order', async () => {
    const { linkedin } = fixture;
    const bytes = [Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'), Buffer.from('%PDF-1.7 %%EOF')];
    const [gif, pdf] = await Promise.all(bytes.map((each) => fixture.attach(each)));
    const postId = await fixture.draft();
    const attach = (attachmentIds: string[]) => fixture.as(() => fixture.posts.update({ postId, attachmentIds }));
    await attach([gif!, pdf!]);
    await expect(fixture.publish(account, { postId })).rejects.toMatchObject({
      code: 'post-not-publishable',
      message: expect.stringContaining('one document'),
    });
    await attach([pdf!]);
    expect(await fixture.settled(await fixture.publish(account, { postId }))).toMatchObject({ status: 'published' });
    expect(linkedin.uploads.get(linkedin.posts.at(-1)!.media[0]!)).toEqual(bytes[1]);
    await expect(attach([randomUUID()])).rejects.toMatchObject({ code: 'attachment-not-found' });
  });

  it('that does not fit, or whose account has to be connected again, is refused', async () => {
    const long = await fixture.draft('a '.repeat(1_501));
    await expect(fixture.publish(account, { postId: long })).rejects.toMatchObject({ code: 'post-not-publishable' });
    await fixture.rows(
      `UPDATE posts.publisher_grant SET status = 'revoked' WHERE id = (SELECT grant_id FROM posts.publisher_account WHERE id = $1)`,
      [account],
    );
    await expect(fixture.publish(account)).rejects.toMatchObject({ code: 'publisher-token-revoked' });
    await expect(fixture.publish(randomUUID())).rejects.toMatchObject({ code: 'publisher-account-not-found' });
  });
});

describe('a scheduled post', () => {
  it('of a suspended owner waits, and goes out once the owner is not suspended any more', async () => {
    const store = new PublicationStore(fixture.database);
    await fixture.rows('INSERT INTO erasure.suspension (owner_id) VALUES ($1)', [fixture.ownerId]);
    const publication = await fixture.publish(account);
    expect([await store.claim(randomUUID(), 60), await store.nextInMs()]).toEqual([undefined, undefined]);
    expect(await fixture.read(publication)).toMatchObject({ status: 'scheduled', attempts: 0 });
    await fixture.rows('DELETE FROM erasure.suspension WHERE owner_id = $1', [fixture.ownerId]);
    fixture.runner.wake();
    expect(await fixture.settled(publication)).toMatchObject({ status: 'published' });
  });

  it('waits, can be moved and cancelled, and says so', async () => {
    const publication = await fixture.publish(account, { localTime: '2028-03-26T02:30', timeZone: 'Europe/Madrid' });
    expect(publication).toMatchObject({
      status: 'scheduled',
      dueAt: '2028-03-26T01:30:00.000Z',
      localTime: '2028-03-26T03:30:00',
      timeZone: 'Europe/Madrid',
    });
    expect(await statusOfPost(publication.postId)).toBe('scheduled');
    const key = { postId: publication.postId, publicationId: publication.id };
    const moved = await fixture.as(() => fixture.publications.update({ ...key, localTime: '2028-04-01T09:00' }));
    expect(moved).toMatchObject({ dueAt: '2028-04-01T07:00:00.000Z', timeZone: 'Europe/Madrid', status: 'scheduled' });
    expect(await fixture.as(() => fixture.publications.cancel(key))).toMatchObject({ status: 'cancelled', nextAttemptAt: null });
    expect(await statusOfPost(publication.postId)).toBe('draft');
    await expect(fixture.as(() => fixture.publications.cancel(key))).rejects.toMatchObject({ code: 'publication-not-open' });
    await expect(fixture.as(() => fixture.publications.update({ ...key, dueAt: inAnHour() }))).rejects.toMatchObject({
      code: 'publication-not-open',
    });
  });

  it('goes out at its due time with the text that it has by then, as do others of the same minute', async () => {
    const dueAt = inAnHour();
    const all = await Promise.all([fixture.publish(account, { dueAt }), fixture.publish(account, { dueAt })]);
    await fixture.as(() => fixture.posts.update({ postId: all[0]!.postId, text: 'Changed before it went out.' }));
    await fixture.rows('UPDATE posts.publication SET next_at = now() WHERE id = ANY($1)', [all.map(({ id }) => id)]);
    fixture.runner.wake();
    expect(await fixture.settled(all[0]!)).toMatchObject({ status: 'published', text: 'Changed before it went out.' });
    expect(await fixture.settled(all[1]!)).toMatchObject({ status: 'published' });
  });

  it('is a draft again once its two publications have ended at the same time', async () => {
    const store = fixture.service.app.get(PublicationStore, { strict: false });
    const postId = await fixture.draft();
    const options = { postId, dueAt: inAnHour(), allowDuplicate: true };
    const all = [await fixture.publish(account, options), await fixture.publish(account, options)];
    const keys = all.map(({ id }) => ({ id, postId, ownerId: fixture.ownerId }));
    const blocker = fixture.database.source.createQueryRunner();
    await blocker.startTransaction();
    const [{ pid } = { pid: 0 }] = (await blocker.query('SELECT pg_backend_pid() AS pid')) as { pid: number }[];
    await blocker.query('SELECT 1 FROM posts.post WHERE id = $1 FOR UPDATE', [postId]);
    const ended = Promise.all(keys.map((key) => store.cancel(key)));
    const areWaiting = async () => {
      const sql = `SELECT 1 FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid)) OR pg_blocking_pids(pid) && (
        SELECT array_agg(pid) FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid)))`;
      return (await fixture.rows(sql, [pid])).length === 2;
    };
    const haveWaited = await until(areWaiting, 10_000);
    await blocker.commitTransaction();
    await blocker.release();
    expect([haveWaited, await ended]).toEqual([true, [true, true]]);
    expect((await fixture.as(() => fixture.posts.update({ postId, title: 'Read again' }))).status).toBe('draft');
  });

  it('with more attachments than are sent together is refused', async () => {
    const attachmentId = await fixture.attach(Buffer.from('%PDF-1.7 %%EOF'));
    await fixture.rows('UPDATE posts.attachment SET size_bytes = 300 * 1024 * 1024 WHERE id = $1', [attachmentId]);
    const postId = await fixture.draft();
    await fixture.as(() => fixture.posts.update({ postId, attachmentIds: [attachmentId] }));
    await expect(fixture.publish(account, { postId })).rejects.toMatchObject({
      code: 'post-not-publishable',
      message: expect.stringContaining('bytes together'),
    });
  });

  it('goes with its account', async () => {
    const publication = await fixture.publish(account, { dueAt: inAnHour() });
    await fixture.as(() => fixture.accounts.remove(account));
    expect((await fixture.read(publication)).status).toBe('cancelled');
    await expect(fixture.as(() => fixture.accounts.get(account))).rejects.toMatchObject({ code: 'publisher-account-not-found' });
  });

  it('is there for its owner only', async () => {
    const { id: publicationId, postId } = await fixture.publish(account, { dueAt: inAnHour() });
    const other = randomUUID();
    const key = { postId, publicationId };
    const missing = { code: 'publication-not-found' };
    await expect(fixture.as(() => fixture.publications.get(key), other)).rejects.toMatchObject(missing);
    await expect(fixture.as(() => fixture.publications.findById(key), other)).rejects.toMatchObject(missing);
    await expect(fixture.as(() => fixture.publications.cancel(key), other)).rejects.toMatchObject(missing);
    await expect(fixture.as(() => fixture.publications.update(key), other)).rejects.toMatchObject(missing);
    await expect(fixture.as(() => fixture.publications.list({ postId, limit: 5 }), other)).rejects.toMatchObject({
      code: 'post-not-found',
    });
    await expect(fixture.as(() => fixture.accounts.get(account), other)).rejects.toMatchObject({ code: 'publisher-account-not-found' });
    await expect(fixture.as(() => fixture.accounts.remove(account), other)).rejects.toMatchObject({ code: 'publisher-account-not-found' });
  });
});

describe('a list over 100,000 attachments of 50 owners', () => {
  const ownerId = '00000000-0000-4000-8000-000000000007';
  let store: AttachmentStore;
  beforeAll(async () => {
    store = fixture.service.app.get(AttachmentStore, { strict: false });
    await fixture.rows(
      `INSERT INTO posts.attachment (id, owner_id, title, search_text, sha256, file_name, content_type, size_bytes, created_at)
       SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 50)::text, 12, '0'))::uuid, 'File ' || i, 'file ' || i, repeat('0', 64),
         'a.gif', (ARRAY['image/gif', 'image/png'])[1 + i % 2], 10, now() - i * interval '1 second'
       FROM generate_series(1, 100000) AS i`,
    );
    await fixture.rows('VACUUM ANALYZE posts.attachment');
  }, 60_000);

  it.each([{}, { sort: 'title' }, { contentType: 'image/gif' as const }, { q: 'file 777' }])(
    'reads an index of the owner: %j',
    async (request) => {
      const plans = await queryPlans(fixture.database.source, () =>
        store.list(ownerId, listAttachments.request.parse({ ...request, limit: 5 })),
      );
      expect(plans).toMatch(/Index Cond: .*owner_id = /);
      expect(plans).not.toMatch(/Seq Scan on attachment/);
    },
  );
});

describe('over 100,000 publications of 50 owners', () => {
  const ownerId = '00000000-0000-4000-8000-000000000007';
  let store: PublicationStore;
  beforeAll(async () => {
    store = fixture.service.app.get(PublicationStore, { strict: false });
    const postId = await fixture.draft();
    await fixture.rows(
      `INSERT INTO posts.publication (id, owner_id, post_id, account_id, publisher, status, due_at, time_zone, next_at)
       SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 50)::text, 12, '0'))::uuid, $1, gen_random_uuid(), 'linkedin', 'scheduled',
         at, 'UTC', CASE WHEN i % 10 = 0 THEN at END
       FROM generate_series(1, 100000) AS i, LATERAL (SELECT timestamptz '2028-01-01' + i * interval '1 minute' AS at) AS t`,
      [postId],
    );
    await fixture.rows('ANALYZE posts.publication');
  }, 60_000);

  const month = { from: '2028-02-01T00:00:00.000Z', to: '2028-03-01T00:00:00.000Z' };

  it('the calendar reads an index of the owner in its order', async () => {
    const plans = await queryPlans(fixture.database.source, () => store.calendar(ownerId, { ...month, limit: 5 }));
    expect(plans).toMatch(/Index Cond: .*owner_id = .*due_at/);
    expect(plans).not.toMatch(/Sort Key: publication|Seq Scan on publication/);
  });

  it('the calendar comes in pages, old to new, without gaps', async () => {
    const page = (cursor?: string) =>
      fixture.as(
        () => fixture.publications.calendar(listCalendar.request.parse({ ...month, limit: 50, ...(cursor ? { cursor } : {}) })),
        ownerId,
      );
    const first = await page();
    const second = await page(first.nextCursor!);
    const dueAt = [...first.items, ...second.items].map((item) => item.dueAt);
    expect(dueAt).toHaveLength(100);
    expect(dueAt).toEqual([...new Set(dueAt)].sort());
    expect(Date.parse(dueAt.at(-1)!) - Date.parse(dueAt[0]!)).toBe(99 * 50 * 60_000);
  });

  it.each([
    ['backwards', { from: month.to, to: month.from }],
    ['over more than 92 days', { from: month.from, to: '2028-06-01T00:00:00.000Z' }],
  ])('the calendar is refused %s', async (_, range) => {
    await expect(fixture.as(() => fixture.publications.calendar({ ...range, limit: 5 }))).rejects.toMatchObject({
      code: 'request-invalid',
    });
  });

  it('the publications of a post are read from an index in its order', async () => {
    const [row] = await fixture.rows<{ postId: string }>('SELECT post_id AS "postId" FROM posts.publication WHERE owner_id = $1 LIMIT 1', [
      ownerId,
    ]);
    const plans = await queryPlans(fixture.database.source, () => store.list(ownerId, row!.postId, { limit: 5 }));
    expect(plans).toMatch(/publication_created/);
    expect(plans).not.toMatch(/Sort Key: publication|Seq Scan on publication/);
  });

  it('a due one is found by an index, and claimed by one of many at a time', async () => {
    const plans = await queryPlans(fixture.database.source, () => store.nextInMs());
    expect(plans).toMatch(/publication_next/);
    await fixture.rows(
      `UPDATE posts.publication SET next_at = now() - interval '1 second' WHERE id IN (SELECT id FROM posts.publication LIMIT 10)`,
    );
    const claims = await Promise.all(Array.from({ length: 14 }, () => store.claim(randomUUID(), 60)));
    const ids = claims.flatMap((claim) => (claim ? [claim.row.id] : []));
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
