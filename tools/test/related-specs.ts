import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { root } from '../setup/paths.ts';

const folders = '{apps,libs,tools,bench,kong,grafana,deploy}';

/**
 * The spec files that import any of these files, themselves or through others. Jest does not follow `#library` imports; here they are followed name
 * by name, so that a change in a library does not run every spec that uses something else of it.
 *
 * @param files paths relative to `folder`
 */
export function relatedSpecs(files: readonly string[], folder = root): readonly string[] {
  const importers = importersOf(folder);
  const related = new Set<string>();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (related.has(file)) continue;
    related.add(file);
    waiting.push(...(importers.get(file) ?? []));
  }
  return [...related].filter((file) => file.endsWith('.spec.ts')).sort();
}

/** File, or `index#name` for what a library exports, to everything that imports it. */
function importersOf(folder: string): ReadonlyMap<string, ReadonlySet<string>> {
  const importers = new Map<string, Set<string>>();
  const add = (imported: string, importer: string) => importers.set(imported, (importers.get(imported) ?? new Set()).add(importer));
  for (const file of globSync(`${folders}/**/*.{ts,mjs}`, { cwd: folder, exclude: (path) => path.includes('node_modules') })) {
    const source = readFileSync(join(folder, file), 'utf8').replaceAll(/^import type [^;]*;/gm, '');
    if (isFrontDoor(file))
      for (const { from, names } of reExports(source)) for (const name of names) add(resolve(folder, file, from), `${file}#${name}`);
    else for (const imported of importedBy(folder, file, source)) add(imported, file);
  }
  return importers;
}

const isFrontDoor = (file: string) => /^libs\/\w+\/src\/index\.ts$/.test(file);

function importedBy(folder: string, file: string, source: string): readonly string[] {
  const relative = [...source.matchAll(/['"](\.\.?\/[^'"\s]+)['"]/g)].map(([, path = '']) => resolve(folder, file, path));
  const named = [...source.matchAll(/import \{([^}]*)\} from '#(\w+)'/g)].flatMap(([, names = '', library = '']) =>
    namesIn(names).map((name) => `libs/${library}/src/index.ts#${name}`),
  );
  const servers = /'#testing\/servers'/.test(source) ? ['libs/testing/src/infrastructure/servers.ts'] : [];
  return [...relative, ...named, ...servers];
}

const reExports = (source: string) =>
  [...source.matchAll(/export \{([^}]*)\} from '([^']+)'/g)].map(([, names = '', from = '']) => ({ from, names: namesIn(names) }));

const namesIn = (list: string) =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => name.split(' as ')[0]?.trim() ?? '');

/** Workers are named without their ending. */
function resolve(folder: string, file: string, path: string): string {
  const plain = normalize(join(dirname(file), path));
  return existsSync(join(folder, `${plain}.ts`)) ? `${plain}.ts` : plain;
}
