import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as permissions from '../../deploy/nats/permissions.ts';
import type * as endpoints from '../../kong/endpoints.ts';
import type * as kong from '../../kong/render.ts';
import { copyOfWorkingTree, type ScaffoldedCopy } from './scaffolded-copy.ts';

let copy: ScaffoldedCopy;
let said: string;
const load = async <T>(file: string): Promise<T> => import(pathToFileURL(join(copy.folder, file)).href);
const runTool = (program: string, ...args: string[]) =>
  execFileSync(process.execPath, [join(copy.folder, 'node_modules', program), ...args], {
    cwd: copy.folder,
    encoding: 'utf8',
    stdio: 'pipe',
  });
const refusalOf = (...words: string[]) => {
  try {
    return copy.generate(...words);
  } catch (error) {
    return String((error as { stdout?: string }).stdout).trim();
  }
};

beforeAll(() => {
  copy = copyOfWorkingTree();
  said = copy.generate('video', 'bookmark');
});
afterAll(() => copy?.[Symbol.dispose]());

describe('npm run new -- video bookmark', () => {
  it('writes nine files and changes five', () => {
    expect(said.match(/^new /gm)).toHaveLength(9);
    expect(said.match(/^changed /gm)).toHaveLength(5);
  });

  it('writes what the type checker and the linter accept', () => {
    const include = ['libs/contracts/src/bookmark.ts', 'apps/gateway/src/bookmarks', 'apps/video/src'];
    writeFileSync(join(copy.folder, 'tsconfig.bookmark.json'), JSON.stringify({ extends: './tsconfig.json', include }));
    expect(runTool('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.bookmark.json')).toBe('');
    runTool('@biomejs/biome/bin/biome', 'ci', ...include, 'libs/contracts/src', 'apps/gateway/src/routes.ts'); // throws when it finds fault
  });

  it('gives it routes in the OpenAPI document and in the configuration of Kong', async () => {
    const document = (await (await load<typeof endpoints>('kong/endpoints.ts')).readOpenApi()) as { paths: Record<string, object> };
    expect(document).toMatchObject({
      paths: {
        '/v1/bookmarks': { post: { operationId: 'createBookmark', responses: { 202: {} } }, get: { operationId: 'listBookmarks' } },
        '/v1/bookmarks/{bookmarkId}': {
          get: { operationId: 'getBookmark', responses: { 404: {} } },
          delete: { operationId: 'deleteBookmark' },
        },
      },
    });
    expect(await (await load<typeof kong>('kong/render.ts')).render({}, document)).toContain('/v1/bookmarks');
  });

  it('lets its service, and no other, answer its subjects and take its jobs', async () => {
    const { declared, permissionsOf } = await load<typeof permissions>('deploy/nats/permissions.ts');
    expect(declared.rpcs.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['create', 'get', 'list', 'update', 'delete'].map((verb) => `video.bookmark.${verb}.v1`)),
    );
    const takesJobs = '$JS.API.CONSUMER.MSG.NEXT.JOBS.video-bookmark-create';
    expect(permissionsOf('video').publish).toContain(takesJobs);
    expect(permissionsOf('audio').publish).not.toContain(takesJobs);
  });

  it('explains its failure in docs/problems.md', () =>
    expect(readFileSync(join(copy.folder, 'docs/problems.md'), 'utf8')).toContain(
      '\n## bookmark-not-found\n\nYour account has no such bookmark',
    ));

  it.each([
    [['video', 'bookmark'], 'is there already'],
    [['video', 'Bookmark'], 'Bad noun Bookmark'],
    [['video', ''], 'Bad noun (none)'],
    [['video', 'class'], 'already has a meaning in TypeScript'],
    [['video', 'token'], 'libs/contracts exports token already'],
    [['audio', 'upload'], 'serves /v1/uploads already'],
    [['music', 'bookmark'], 'Unknown service music'],
    [['video', 'bookmark', 'fast'], 'Too many arguments: fast'],
  ])('%j is refused in one sentence', (words, reason) => {
    const refusal = refusalOf(...words);
    expect(refusal).toContain(reason);
    expect(refusal).not.toContain('\n');
  });
});
