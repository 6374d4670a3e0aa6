/** What happens to publications while something else changes what they depend on: a second connection holds it back, and lets it go on. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { queryRows } from '#storage';
import { Blocker, until } from '#testing';
import { AttachmentService } from '../attachments/attachment.service.ts';
import { AccessService } from './access.service.ts';
import { AccountStore } from './account.store.ts';
import { PublicationStore } from './publication.store.ts';
import { PublishingFixture } from './testing/publishing-fixture.ts';

let fixture: PublishingFixture;
let publications: PublicationStore;
let access: AccessService;
let account: string;
beforeAll(async () => {
  fixture = await PublishingFixture.start();
  publications = fixture.service.app.get(PublicationStore, { strict: false });
  access = fixture.service.app.get(AccessService, { strict: false });
}, 60_000);
afterAll(() => fixture?.stop());
beforeEach(async () => {
  account = await fixture.connect();
});

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const waiting = () => fixture.rows(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);

/** Calls it while a deletion of the post has locked the post, and lets the deletion go on once the call waits. */
async function duringDeletion<T>(postId: string, call: () => Promise<T>): Promise<PromiseSettledResult<T>> {
  const runner = fixture.database.source.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query('SELECT 1 FROM posts.post WHERE id = $1 FOR UPDATE', [postId]);
    const called = Promise.allSettled([call()]);
    expect(await until(async () => (await waiting()).length > 0, 20_000)).toBeTruthy();
    await runner.query('DELETE FROM posts.post WHERE id = $1', [postId]);
    await runner.commitTransaction();
    return (await called)[0];
  } finally {
    await runner.release();
  }
}

describe('a post that is deleted', () => {
  it('while it is published is not found', async () => {
    const postId = await fixture.draft();
    const outcome = await duringDeletion(postId, () => fixture.publish(account, { postId, dueAt: inAnHour() }));
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'post-not-found' } });
  });

  it('behind the back of a cache is not found either', async () => {
    const postId = await fixture.draft();
    await fixture.as(() => fixture.posts.get(postId));
    await fixture.rows('DELETE FROM posts.post WHERE id = $1', [postId]);
    await expect(fixture.publish(account, { postId, dueAt: inAnHour() })).rejects.toMatchObject({ code: 'post-not-found' });
  });

  it.each([
    ['is moved', (key: Key) => publications.move(key, new Date(), 'UTC')],
    ['is cancelled', (key: Key) => publications.cancel(key)],
  ])('while a publication %s goes first', async (_, call) => {
    const { id, postId } = await fixture.publish(account, { dueAt: inAnHour() });
    const outcome = await duringDeletion(postId, () => call({ id, postId, ownerId: fixture.ownerId }));
    expect(outcome).toEqual({ status: 'fulfilled', value: false });
  });

  it('while an attempt at it ends goes first', async () => {
    const { id, postId } = await fixture.publish(account, { dueAt: inAnHour() });
    const claimedBy = randomUUID();
    await fixture.rows(`UPDATE posts.publication SET claimed_by = $2, claimed_until = now() + interval '1 hour' WHERE id = $1`, [
      id,
      claimedBy,
    ]);
    const row = { id, claimedBy, ownerId: fixture.ownerId, postId } as Parameters<PublicationStore['finish']>[0];
    const outcome = await duringDeletion(postId, () => publications.finish(row, { status: 'failed', problem: null }));
    expect(outcome).toEqual({ status: 'fulfilled', value: false });
  });

  it('while its account is disconnected goes first', async () => {
    const { postId } = await fixture.publish(account, { dueAt: inAnHour() });
    const outcome = await duringDeletion(postId, () =>
      fixture.database.transaction((tx) => PublicationStore.cancelAll(tx, fixture.ownerId, account)),
    );
    expect(outcome).toMatchObject({ status: 'fulfilled' });
    expect((outcome as { value: string[] }).value).not.toContain(postId);
  });
});

describe('an account whose token another copy renews', () => {
  const grantOf = async () =>
    (await fixture.service.app.get(AccountStore, { strict: false }).find({ id: account, ownerId: fixture.ownerId }))!;

  /** As another copy does it. */
  const renewed = async (open: AccessService['open']) => {
    const row = await grantOf();
    await queryRows(fixture.database.source, `UPDATE posts.publisher_grant SET access_until = now() WHERE id = $1`, [row.grantId]);
    return open(row, new AbortController().signal);
  };

  it('stays connected when the provider refuses the token before, and the post is sent again', async () => {
    const open = access.open.bind(access);
    const spy = jest.spyOn(access, 'open').mockImplementationOnce(async (...request) => {
      const opened = await open(...request);
      await renewed(open);
      return opened;
    });
    const publication = await fixture.settled(await fixture.publish(account));
    spy.mockRestore();
    expect(publication).toMatchObject({ status: 'retrying', attempts: 1 });
    expect(await grantOf()).toMatchObject({ status: 'connected' });
    await fixture.makeDue(publication);
    expect(await fixture.settled(publication)).toMatchObject({ status: 'published', attempts: 2 });
  });
});

describe('an account that is disconnected', () => {
  it('while a provider renews its token does not wait for the answer; the token goes later', async () => {
    const grantId = await grantOf(account);
    const accounts = fixture.service.app.get(AccountStore, { strict: false });
    const held = async (id: string) => (await fixture.rows('SELECT 1 FROM posts.publisher_grant WHERE id = $1', [id])).length;
    await using renewal = await Blocker.open(fixture.database.source);
    await renewal.query('SELECT 1 FROM posts.publisher_grant WHERE id = $1 FOR UPDATE', [grantId]);
    await fixture.as(() => fixture.accounts.remove(account));
    await accounts.removeUnusedGrants();
    expect(await held(grantId)).toBe(1);
    await renewal.commit();
    const other = await grantOf(await fixture.connect());
    await accounts.removeUnusedGrants();
    expect([await held(grantId), await held(other)]).toEqual([0, 1]);
  });

  async function grantOf(id: string): Promise<string> {
    const sql = 'SELECT grant_id AS "grantId" FROM posts.publisher_account WHERE id = $1';
    return (await fixture.rows<{ grantId: string }>(sql, [id]))[0]!.grantId;
  }
});

type Key = Parameters<PublicationStore['cancel']>[0];

describe('an attachment that is deleted', () => {
  const newAttachment = () => fixture.attach(Buffer.from('%PDF-1.7 %%EOF'));
  const remove = (id: string) => fixture.as(() => fixture.service.app.get(AttachmentService, { strict: false }).remove(id));
  const attach = (id: string, postIds: readonly string[]) =>
    fixture.rows('UPDATE posts.post SET attachment_ids = ARRAY[$1::uuid] WHERE id = ANY($2::uuid[])', [id, postIds]);
  const remaining = async (id: string) =>
    (await fixture.rows<{ id: string }>('SELECT id FROM posts.post WHERE attachment_ids @> ARRAY[$1::uuid]', [id])).length;

  it('locks its posts in the order in which a disconnected account locks them', async () => {
    const id = await newAttachment();
    const [first, last] = [await fixture.draft(), await fixture.draft()].sort() as [string, string];
    for (const postId of [last, first]) await attach(id, [postId]); // rows are found in the order in which they were written
    await using other = await Blocker.open(fixture.database.source);
    await other.query('SELECT 1 FROM posts.post WHERE id = $1 FOR NO KEY UPDATE', [first]);
    const removed = remove(id);
    await other.blocks();
    await other.query('SELECT 1 FROM posts.post WHERE id = $1 FOR NO KEY UPDATE NOWAIT', [last]);
    await other.commit();
    expect([await removed, await remaining(id)]).toEqual([undefined, 0]);
  });

  it('leaves its posts in batches, and goes last', async () => {
    const [id, draft] = [await newAttachment(), await fixture.draft()];
    await fixture.rows(
      `INSERT INTO posts.post SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'attachment_ids', ARRAY[$2::uuid]))).*
       FROM posts.post p, generate_series(1, 600) WHERE p.id = $1`,
      [draft, id],
    );
    await using other = await Blocker.open(fixture.database.source);
    await other.query(
      'SELECT 1 FROM posts.post WHERE id = (SELECT id FROM posts.post WHERE attachment_ids @> ARRAY[$1::uuid] ORDER BY id DESC LIMIT 1) FOR NO KEY UPDATE',
      [id],
    );
    const removed = remove(id);
    await other.blocks();
    expect([await remaining(id), await fixture.rows('SELECT 1 AS there FROM posts.attachment WHERE id = $1', [id])]).toEqual([
      100,
      [{ there: 1 }],
    ]);
    await other.commit();
    expect([await removed, await remaining(id)]).toEqual([undefined, 0]);
    expect(await fixture.rows('SELECT 1 FROM posts.attachment WHERE id = $1', [id])).toEqual([]);
  });
});
