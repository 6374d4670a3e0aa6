import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../../../..');
const typeorm = dirname(createRequire(import.meta.url).resolve('typeorm'));

/** Query runners in a process of its own: Jest has modules of its own. */
function loadedRunners(first: string): string[] {
  const script = `await import('${first}'); const { DataSource } = await import('typeorm'); const { createRequire } = await import('node:module');
new DataSource({ type: 'postgres', url: 'postgres://nobody@127.0.0.1/none' });
console.log(Object.keys(createRequire('${root}/package.json').cache).filter((path) => path.endsWith('QueryRunner.js')).join('\\n'));`;
  const args = ['--conditions=source', '--no-warnings', '--input-type=module', '--eval', script];
  const out = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: { PATH: process.env.PATH } });
  return out.split('\n').map((path) => path.slice(typeorm.length + 1));
}

it('loads of TypeORM the query runner of PostgreSQL only', () => {
  const runners = loadedRunners('#storage').filter((path) => path.startsWith('driver/'));
  expect(runners).toEqual(['driver/postgres/PostgresQueryRunner.js']);
});

it('names every driver that TypeORM requires', () => {
  const required = readFileSync(join(typeorm, 'driver/DriverFactory.js'), 'utf8').matchAll(/require\("\.\/(?!postgres\/)([^"]+)"\)/g);
  const named = readFileSync(join(import.meta.dirname, 'unused-drivers.ts'), 'utf8').matchAll(/'([a-z0-9-]+\/[A-Za-z0-9]+Driver)'/g);
  expect([...named].map(([, name]) => name)).toEqual([...required].map(([, name]) => name));
});
