import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readKeySecret, readOrMakeKeySecret } from './key-secret.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rafaga-key-'));
  path = join(folder, 'data', 'identity.key');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the key secret', () => {
  it('uses the configured secret without disk access', async () => {
    const given = Buffer.alloc(32, 7).toString('base64');
    expect(await readOrMakeKeySecret({ given, path })).toEqual(Buffer.alloc(32, 7));
    expect(await readdir(folder)).toEqual([]);
  });
  it('is undefined before it is generated', async () => {
    expect(await readKeySecret({ given: undefined, path })).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });
  it('generates a secret once, readable only by its owner', async () => {
    const secret = await readOrMakeKeySecret({ given: undefined, path });
    expect(secret).toHaveLength(32);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readOrMakeKeySecret({ given: undefined, path })).toEqual(secret);
  });
  it('returns the same secret to instances that start concurrently', async () => {
    const secrets = await Promise.all(Array.from({ length: 8 }, () => readOrMakeKeySecret({ given: undefined, path })));
    expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1);
    expect(await readdir(join(folder, 'data'))).toEqual(['identity.key']);
  });
  it('does not overwrite an invalid file', async () => {
    await writeFile(join(folder, 'broken'), 'too short');
    await expect(readOrMakeKeySecret({ given: undefined, path: join(folder, 'broken') })).rejects.toThrow('32 bytes');
  });
});
