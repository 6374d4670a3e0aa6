import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureRuntime, installedVersion, type Npm, runtimePackage } from './onnx-runtime.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'rafaga-enable-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const calls: (readonly string[])[] = [];
const npmOf =
  (version: string): Npm =>
  (folder, args) => {
    calls.push(args);
    const where = join(folder, 'node_modules', runtimePackage.name);
    mkdirSync(where, { recursive: true });
    writeFileSync(join(where, 'package.json'), JSON.stringify({ version }));
    return undefined;
  };

describe('the ONNX runtime', () => {
  it('is installed once, in its exact version, without scripts; another version is replaced', async () => {
    const folder = join(root, 'onnx');
    await ensureRuntime(folder, npmOf('1.0.0'));
    expect(installedVersion(folder)).toBe('1.0.0');
    for (let round = 0; round < 2; round++) await ensureRuntime(folder, npmOf(runtimePackage.version));
    expect(calls).toHaveLength(2);
    expect(calls[1]).toEqual(expect.arrayContaining(['--ignore-scripts', '--save-exact', 'onnxruntime-node@1.24.3']));
    expect(installedVersion(folder)).toBe(runtimePackage.version);
  });

  it('that npm cannot install leaves nothing, and the version that was there', async () => {
    const folder = join(root, 'kept');
    await ensureRuntime(folder, npmOf('1.0.0'));
    const failing: Npm = (partial) => {
      writeFileSync(join(partial, 'half'), '');
      return 'the network is gone';
    };
    await expect(ensureRuntime(folder, failing)).rejects.toThrow('npm could not install onnxruntime-node:\nthe network is gone');
    expect(installedVersion(folder)).toBe('1.0.0');
    expect(readdirSync(root).filter((name) => name.includes('partial'))).toEqual([]);
    expect(existsSync(join(root, 'kept.lock'))).toBe(false);
  });
});
