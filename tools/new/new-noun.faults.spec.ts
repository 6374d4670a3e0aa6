/** A generated noun in running services. It builds a whole copy of the repository, which takes minutes. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { copyOfWorkingTree, type ScaffoldedCopy } from './scaffolded-copy.ts';

/** Runs in the copy, beside the other tests of the API. */
const clientSpec = `
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Api } from './support/api.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => { stack = await openTestStack(['gateway', 'video']); }, 120_000);
afterAll(() => stack?.close());

it('is made, read, listed and deleted by its owner alone', async () => {
  const [owner, stranger] = [await Api.register(stack.url), await Api.register(stack.url)];
  const made = await owner.post('/v1/bookmarks?wait=30', { title: 'first' });
  expect(made).toMatchObject({ status: 201, body: { kind: 'bookmark', state: 'ready', title: 'first', job: { state: 'succeeded' } } });
  const { self } = made.body.links;
  expect(await owner.get(self)).toMatchObject({ status: 200, body: { id: made.body.id } });
  expect(await owner.get('/v1/bookmarks?limit=1')).toMatchObject({ status: 200, body: { items: [{ id: made.body.id }], nextCursor: null } });
  expect(await stranger.get(self)).toMatchObject({ status: 404, body: { code: 'bookmark-not-found' } });
  const rename = (ifMatch: string) =>
    owner.send(self, { method: 'PATCH', headers: { 'if-match': ifMatch, 'content-type': 'application/json' }, body: JSON.stringify({ title: 'renamed' }) });
  const etag = String((await owner.get(self)).headers.get('etag'));
  expect(await rename(etag)).toMatchObject({ status: 200, body: { title: 'renamed' } });
  expect(await rename(etag)).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
  const accepted = await owner.post('/v1/bookmarks', { title: 'second' });
  expect(accepted).toMatchObject({ status: 202, body: { title: 'second', links: { job: accepted.headers.get('location') } } });
  expect(await owner.send(self, { method: 'DELETE' })).toMatchObject({ status: 204 });
  expect(await owner.get(self)).toMatchObject({ status: 404, body: { code: 'bookmark-not-found' } });
});
`;

let copy: ScaffoldedCopy;
beforeAll(() => {
  copy = copyOfWorkingTree();
});
afterAll(() => copy?.[Symbol.dispose]());

it('serves its routes, keeps its rows and runs its jobs', () => {
  copy.generate('video', 'bookmark');
  writeFileSync(join(copy.folder, 'apps/gateway/test-e2e/bookmarks.e2e.spec.ts'), clientSpec);
  const { NODE_OPTIONS: _flags, RAFAGA_TEST_SUITE: _suite, JEST_WORKER_ID: _worker, NODE_ENV: _test, ...env } = process.env;
  const specs = ['apps/video/src/bookmarks/bookmark.int.spec.ts', 'apps/gateway/test-e2e/bookmarks.e2e.spec.ts'];
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/test.mjs', ...specs], { cwd: copy.folder, env, encoding: 'utf8' });
  expect(status === 0 ? 'passed' : `${stdout}\n${stderr}`).toBe('passed');
}, 600_000);
