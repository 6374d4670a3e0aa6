import { existsSync, type FSWatcher, mkdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';
import { isSpec, markBuilt } from '../setup/build.ts';
import { root } from '../setup/paths.ts';

const quietMs = 150;

/**
 * Watches the sources of some services and of the libraries, compiles what changes, and tells when a burst of changes is over.
 *
 * @param folders relative to the repository: "apps/audio", "libs"
 * @param changed gets the source paths that were compiled; nothing is told while one of them does not compile
 * @returns how to stop
 */
export function watchSources(
  folders: readonly string[],
  changed: (paths: readonly string[]) => void,
  failed: (error: Error) => void,
): () => void {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    const paths = [...waiting];
    compileAll(paths).then(() => forget(paths, waiting, changed), failed);
  };
  const watchers: FSWatcher[] = folders.map((folder) =>
    watch(join(root, folder), { recursive: true }, (_event, name) => {
      if (!name?.endsWith('.ts') || isSpec(name)) return;
      waiting.add(join(folder, name));
      clearTimeout(timer);
      timer = setTimeout(flush, quietMs);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

function forget(paths: readonly string[], waiting: Set<string>, changed: (paths: readonly string[]) => void): void {
  for (const path of paths) waiting.delete(path);
  markBuilt();
  changed(paths);
}

async function compileAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await compile(path);
}

async function compile(path: string): Promise<void> {
  const target = join(root, 'dist', path.replace(/\.ts$/, '.js'));
  if (!existsSync(join(root, path))) return rmSync(target, { force: true });
  const { code, map } = await transformFile(join(root, path), { swcrc: true, cwd: root, root });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${code}\n//# sourceMappingURL=${target.split('/').pop()}.map\n`);
  writeFileSync(`${target}.map`, map ?? '');
}
