import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { root } from '../setup/paths.ts';

/** One planted fault for every rule: where it lies, what it imports, and the rule that must name it. */
const faults = [
  ['libs/storage/src/a.ts', '../../../apps/audio/src/tempo.ts', 'libs-never-apps'],
  ['apps/video/src/a.ts', '../../audio/src/tempo.ts', 'apps-never-each-other'],
  ['libs/contracts/src/b.ts', '#platform', 'rank-of-contracts'],
  ['libs/storage/src/b.ts', '#compute', 'rank-of-storage'],
  ['libs/compute/src/b.ts', '#platform', 'rank-of-compute'],
  ['libs/storage/src/c.ts', '#cache', 'rank-of-storage'],
  ['libs/media/src/b.ts', '#storage', 'rank-of-media'],
  ['libs/media/src/d.ts', '#cache', 'rank-of-media'],
  ['libs/cache/src/b.ts', '#platform', 'rank-of-cache'],
  ['libs/cache/src/c.ts', '#media', 'rank-of-cache'],
  ['libs/cache/src/d.ts', '@nestjs/common', 'domain-knows-no-framework'],
  ['apps/audio/src/b.ts', '#testing', 'testing-for-tests'],
  ['libs/platform/src/b.ts', '../../../tools/setup/paths.ts', 'nobody-imports-tools'],
  ['libs/platform/src/c.ts', '../../contracts/src/inner.ts', 'through-the-front-door'],
  ['apps/audio/src/c.ts', '../../../libs/contracts/src/inner.ts', 'through-the-front-door-from-outside'],
  ['apps/audio/src/d.ts', '@nestjs/common', 'domain-knows-no-framework'],
  ['apps/audio/src/e.ts', 'typeorm', 'domain-knows-no-framework'],
  ['apps/audio/src/f.ts', './tempo.spec.ts', 'specs-stay-specs'],
  ['apps/audio/src/g.ts', './nowhere.ts', 'unresolved'],
  ['apps/audio/src/h.ts', './i.ts', 'no-cycle'],
  ['apps/gateway/src/jobs/a.ts', '../config.ts', 'gateway-features-know-no-root'],
  ['apps/gateway/src/jobs/b.ts', '../../testing/own-gateway.ts', 'testing-for-tests'],
  ['apps/gateway/src/tracks/a.ts', '../links/b.ts', 'gateway-folders-one-way'],
] as const;

/** What is allowed must stay allowed. */
const right = [
  ['apps/audio/src/tempo.ts', '#contracts'],
  ['apps/audio/src/tempo.spec.ts', '#testing'],
  ['apps/audio/src/audio.service.ts', '@nestjs/common'],
  ['apps/audio/src/track.store.ts', 'typeorm'],
  ['apps/audio/src/main.ts', '#platform'],
  ['apps/gateway/src/config.ts', './jobs/jobs.config.ts'],
  ['apps/gateway/src/jobs/jobs.int.spec.ts', '../../testing/own-gateway.ts'],
  ['libs/platform/src/d.ts', '#storage'],
  ['libs/platform/src/e.ts', '#cache'],
  ['libs/cache/src/e.ts', '#storage'],
  ['libs/media/src/c.ts', '#compute'],
  ['tools/start.ts', '#testing/servers'],
  ['libs/contracts/src/inner.ts', 'zod'],
] as const;

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

let folder: string;
let found: readonly Violation[];

function plant(file: string, imported: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), `import * as other from '${imported}';\nexport const used = other;\n`);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-imports-'));
  for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const doors = ['contracts', 'platform', 'storage', 'cache', 'compute', 'media', 'testing'].map((name) => `libs/${name}/src/index.ts`);
  for (const door of [...doors, 'libs/testing/src/infrastructure/servers.ts', 'tools/setup/paths.ts']) plant(door, 'zod');
  plant('apps/audio/src/i.ts', './h.ts'); // the other half of the cycle, which is named once
  plant('apps/gateway/src/links/a.ts', '../tracks/b.ts'); // the way back: no cycle of files, one of folders
  for (const name of ['links/b', 'tracks/b', 'jobs/jobs.config']) plant(`apps/gateway/src/${name}.ts`, 'zod');
  plant('apps/gateway/testing/own-gateway.ts', '../src/config.ts');
  for (const [file, imported] of [...faults, ...right]) plant(file, imported);
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs', 'tools'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error) => error,
  );
  found = JSON.parse(stdout).summary.violations;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the import directions', () => {
  it.each(faults)('%s may not import %s', (file, _imported, rule) => {
    const places = [file, dirname(file)]; // a rule about folders names the folder
    expect(found.filter(({ from }) => places.includes(from)).map((violation) => violation.rule.name)).toContain(rule);
  });

  it.each(right)('%s may import %s', (file, _imported) => {
    expect(found.filter(({ from }) => from === file)).toEqual([]);
  });
});
