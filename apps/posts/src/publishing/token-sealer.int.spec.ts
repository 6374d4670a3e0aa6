/** The secret that seals tokens is replaced: on a real PostgreSQL, with a LinkedIn on the loopback address. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AccountStore } from './account.store.ts';
import { PUBLISHING_CONFIG, type PublishingConfig } from './publishing.config.ts';
import { PublishingFixture } from './testing/publishing-fixture.ts';
import { TokenSealer } from './token-sealer.service.ts';

let fixture: PublishingFixture;
beforeAll(async () => {
  fixture = await PublishingFixture.start();
}, 60_000);
afterAll(() => fixture?.stop());

it('tokens of the previous secret open, and are sealed again with the current one', async () => {
  const store = fixture.service.app.get(AccountStore, { strict: false });
  const config: PublishingConfig = fixture.service.app.get(PUBLISHING_CONFIG, { strict: false });
  const { grantId } = (await store.find({ id: await fixture.connect(), ownerId: fixture.ownerId }))!;
  const sealedNow = async () => (await store.readGrant(grantId))!.sealed;
  const next = randomBytes(32).toString('base64');
  const replacing = new TokenSealer({ ...config, POSTS_KEY_SECRET: next, POSTS_KEY_SECRET_PREVIOUS: config.POSTS_KEY_SECRET });
  const alone = new TokenSealer({ ...config, POSTS_KEY_SECRET: next });
  const tokens = { accessToken: expect.any(String) };

  expect(await replacing.unseal(await sealedNow(), grantId)).toMatchObject(tokens);
  expect(await alone.unseal(await sealedNow(), grantId)).toBeUndefined();
  const reseal = (sealed: Buffer, id: string) => replacing.reseal(sealed, id);
  expect(await store.resealGrants(reseal)).toBe(1);
  expect(await alone.unseal(await sealedNow(), grantId)).toMatchObject(tokens);
  expect(await store.resealGrants(reseal)).toBe(0);
});
