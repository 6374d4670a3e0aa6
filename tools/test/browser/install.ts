import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../../bootstrap/console.mjs';
import { root } from '../../setup/paths.ts';

/** A package of its own, which `npm ci` of the platform does not install. */
export const browserFolder = join(root, 'tools/browser');
const lock = join(browserFolder, 'package-lock.json');
const stamp = join(browserFolder, 'node_modules/.installed-from-lock');

/** Installs the packages of the browser tests into this folder, unless those of the lock are there. @throws Error with the output of npm */
export async function ensureBrowserPackages(): Promise<void> {
  const wanted = readFileSync(lock, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await step('browser', 'installing playwright-core, Uppy and hls.js into tools/browser …', async () => {
    const options = ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    const { status, stderr } = spawnSync('npm', options, { cwd: browserFolder, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
    if (status !== 0) throw new Error(`npm could not install tools/browser:\n${stderr}`);
    writeFileSync(stamp, wanted);
    return 'installed';
  });
}
