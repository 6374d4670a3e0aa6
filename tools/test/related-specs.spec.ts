import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { relatedSpecs } from './related-specs.ts';

const files = {
  'libs/compute/src/index.ts': `export { retry } from './retry.ts';\nexport { type Pool, open } from './pool.ts';\n`,
  'libs/compute/src/retry.ts': `import { pause } from './pause.ts';\n`,
  'libs/compute/src/pause.ts': '',
  'libs/compute/src/pool.ts': '',
  'libs/compute/src/pause.spec.ts': `import { pause } from './pause.ts';\n`,
  'apps/audio/src/tempo.ts': `import { retry } from '#compute';\nimport type { Shape } from './shape.ts';\n`,
  'apps/audio/src/shape.ts': '',
  'apps/audio/src/tempo.worker.ts': `import { tempo } from './tempo.ts';\n`,
  'apps/audio/src/tempo.service.ts': `const find = task('./tempo.worker', import.meta.url);\n`,
  'apps/audio/src/tempo.spec.ts': `import { service } from './tempo.service.ts';\n`,
  'apps/audio/src/pool.spec.ts': `import { type Pool, open } from '#compute';\n`,
  'tools/start.spec.ts': `import { startRedis } from '#testing/servers';\n`,
  'libs/testing/src/infrastructure/servers.ts': `export { startRedis } from './redis.ts';\n`,
  'libs/testing/src/infrastructure/redis.ts': '',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-related-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('relatedSpecs', () => {
  it.each([
    ['libs/compute/src/pause.ts', ['apps/audio/src/tempo.spec.ts', 'libs/compute/src/pause.spec.ts']],
    ['libs/compute/src/pool.ts', ['apps/audio/src/pool.spec.ts']],
    ['apps/audio/src/tempo.ts', ['apps/audio/src/tempo.spec.ts']],
    ['apps/audio/src/shape.ts', []],
    ['libs/testing/src/infrastructure/redis.ts', ['tools/start.spec.ts']],
    ['tools/start.spec.ts', ['tools/start.spec.ts']],
  ])('of %s', (file, specs) => expect(relatedSpecs([file], folder)).toEqual(specs));
});
