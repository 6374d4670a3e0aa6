/** The ONNX runtime: optional, 214 MB, in a folder of its own under the data folder, and no dependency of the platform. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../bootstrap/console.mjs';
import { lock } from '../bootstrap/lock.mjs';

/** MIT. Its install script fetches libraries for GPUs; the package has those for the CPU. */
export const runtimePackage = { name: 'onnxruntime-node', version: '1.24.3' } as const;

/** Runs npm in a folder. @returns what it wrote to standard error where it failed */
export type Npm = (folder: string, args: readonly string[]) => string | undefined;

const runNpm: Npm = (folder, args) => {
  const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  return status === 0 ? undefined : stderr || 'npm is not installed';
};

export function installedVersion(folder: string): string | undefined {
  const file = join(folder, 'node_modules', runtimePackage.name, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version?: string }).version : undefined;
}

/** Installs the runtime beside the folder and moves it there when it is complete. @throws Error with the output of npm */
export async function ensureRuntime(folder: string, npm: Npm = runNpm): Promise<void> {
  const { name, version } = runtimePackage;
  if (installedVersion(folder) === version) return;
  mkdirSync(folder, { recursive: true });
  const release = await lock(`${folder}.lock`, (pid) =>
    process.stderr.write(`enable    waiting for process ${pid}, which is installing …\n`),
  );
  const partial = `${folder}.partial`;
  try {
    if (installedVersion(folder) === version) return;
    await step('enable', `installing ${name} ${version} into ${folder} …`, async () => {
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(partial, { recursive: true });
      writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
      const options = ['--save-exact', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
      const failed = npm(partial, ['install', ...options, `${name}@${version}`]);
      if (failed !== undefined) throw new Error(`npm could not install ${name}:\n${failed}`);
      rmSync(folder, { recursive: true, force: true });
      renameSync(partial, folder);
      return 'installed';
    });
  } finally {
    rmSync(partial, { recursive: true, force: true });
    release();
  }
}
