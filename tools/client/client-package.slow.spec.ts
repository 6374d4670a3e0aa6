/** What `npm pack` makes of clients/typescript, used from a folder that has nothing of this repository. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { root } from '../setup/paths.ts';

let folder: string;
let installed: string;
const run = (cwd: string, command: string, ...args: readonly string[]) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } });

/** As `npm install` would, without a registry: the package by tar, its dependencies by links. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-client-'));
  const source = join(folder, 'source');
  cpSync(join(root, 'clients/typescript'), source, { recursive: true, filter: (path) => !/\/(dist|node_modules)$/.test(path) });
  symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'));
  run(source, 'npm', 'pack', '--silent', '--pack-destination', folder);
  const modules = join(folder, 'project/node_modules');
  installed = join(modules, '@rafaga/client');
  mkdirSync(installed, { recursive: true });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  run(folder, 'tar', '-xzf', archive!, '-C', installed, '--strip-components=1');
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(Object.keys(dependencies)).toEqual(['openapi-fetch']);
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers', '@types', 'undici-types'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, 'project', name), text);

describe('the package of the TypeScript client', () => {
  it('has what is built, its licence and its description, and nothing else', () => {
    expect(readdirSync(installed).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
    const names = readdirSync(join(installed, 'dist'));
    expect(names.filter((name) => !/\.(js|d\.ts)$/.test(name))).toEqual([]);
    const scripts = names.filter((name) => name.endsWith('.js')).map((name) => readFileSync(join(installed, 'dist', name), 'utf8'));
    expect(scripts.join('\n')).not.toMatch(/from '(?:\.\.\/|[^']*\.ts')/);
  });

  it('is imported as an ES module and has the functions that its description shows', () => {
    const readme = readFileSync(join(installed, 'README.md'), 'utf8');
    const shown = [...readme.matchAll(/import \{([^}]+)\} from '@rafaga\/client'/g)].flatMap(([, list]) =>
      list!.split(',').map((name) => name.trim()),
    );
    expect(shown.length).toBeGreaterThan(5);
    write('show.mjs', `import * as client from '@rafaga/client';\nconsole.log(JSON.stringify(Object.keys(client)));`);
    const offered = JSON.parse(run(join(folder, 'project'), process.execPath, 'show.mjs'));
    expect(shown.filter((name) => !offered.includes(name))).toEqual([]);
  });

  it('gives types to a program that is checked strictly, and finds its mistakes', () => {
    const options = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      target: 'es2023',
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: [],
    };
    write('package.json', '{"type":"module"}');
    write('tsconfig.json', JSON.stringify({ compilerOptions: { ...options, module: 'nodenext' }, files: ['good.ts', 'bad.ts'] }));
    const start = `import { createClient, dataOf, type Upload, uploadFile } from '@rafaga/client';
const connection = { baseUrl: 'http://localhost:3000', token: 'x' };
const api = createClient(connection);
`;
    write(
      'good.ts',
      `${start}export const upload: Promise<Upload> = uploadFile(connection, new Blob([]), { metadata: { filename: 'a.wav' } });
export const bpm = async (trackId: string): Promise<number | null> =>
  dataOf(await api.GET('/v1/tracks/{trackId}', { params: { path: { trackId } } })).bpm;
`,
    );
    write(
      'bad.ts',
      `${start}export const wrong = api.GET('/v1/trucks', {});
export const text = async (trackId: string): Promise<string> =>
  dataOf(await api.GET('/v1/tracks/{trackId}', { params: { path: { trackId } } })).bpm;
`,
    );
    const checked = () =>
      run(join(folder, 'project'), process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', '.', '--pretty', 'false');
    const said = (() => {
      try {
        return checked();
      } catch (error) {
        return String((error as { stdout?: string }).stdout);
      }
    })();
    const faults = said.split('\n').filter((line) => /^\S/.test(line));
    expect(faults).toEqual([expect.stringMatching(/^bad\.ts\(4,/), expect.stringMatching(/^bad\.ts\(6,/)]);
  }, 240_000);
});
