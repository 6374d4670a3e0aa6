/** `npm run bench -- cache` runs bench/cache/cache.bench.ts, `-- cache/redis` bench/cache/redis.bench.ts; without a name it lists all benchmarks. */
import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** "cache" for bench/cache/cache.bench.ts and bench/cache.bench.ts, "cache/redis" for bench/cache/redis.bench.ts. */
export function benchName(file: string): string {
  const [folder, name] = [dirname(file), basename(file, '.bench.ts')];
  return folder === '.' || folder === name || folder.endsWith(`/${name}`) ? (folder === '.' ? name : folder) : `${folder}/${name}`;
}

const benches = new Map(
  globSync('**/*.bench.ts', { cwd: import.meta.dirname })
    .sort()
    .map((file) => [benchName(file), file]),
);

const [name, ...args] = process.argv.slice(2);
const file = benches.get(name ?? '');
const asksForHelp = !name || name === '--help' || name === '-h';
if (file) {
  const path = join(import.meta.dirname, file);
  process.argv = [process.execPath, path, ...args]; // a bench reads its arguments as if it had been started directly
  await import(pathToFileURL(path).href);
} else {
  if (!asksForHelp) console.error(`There is no bench ${name}.`);
  console.error(
    ['npm run bench -- NAME [argument …], where NAME is one of:', ...[...benches.keys()].map((known) => `  ${known}`)].join('\n'),
  );
  process.exitCode = asksForHelp ? 0 : 1;
}
