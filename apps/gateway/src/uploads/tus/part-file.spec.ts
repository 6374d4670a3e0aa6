import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PartFile, PartFolder } from './part-file.ts';

const id = '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10';
let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'rafaga-part-file-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

describe('the bytes of an upload', () => {
  it('are written where they belong, and what was there is seen the next time', async () => {
    const folder = new PartFolder(join(path, 'made', 'when needed'));
    const file = await folder.open(id);
    await file.write(Buffer.from('cd'), 2);
    await file.write(Buffer.from('ab'), 0);
    await file.sync();
    await file.close();
    const again = await folder.open(id);
    expect([file.sizeBytes, again.sizeBytes, await folder.sizeOf(id)]).toEqual([0, 4, 4]);
    await again.cutTo(3);
    await again.close();
    expect(await readFile(folder.pathOf(id), 'utf8')).toBe('abc');
  });

  it('are refused as storage-full where there is no room', async () => {
    const full = await PartFile.open('/dev/full'); // a device of Linux that has never any room
    await expect(full.write(Buffer.from('x'), 0)).rejects.toMatchObject({ code: 'storage-full' });
    await full.close();
  });

  it('are listed by their uploads, and go when they are told to', async () => {
    const folder = new PartFolder(path);
    await (await folder.open(id)).close();
    await (await PartFile.open(join(path, 'not-ours'))).close();
    expect(await folder.ids()).toEqual([id]);
    await folder.remove(id);
    await folder.remove(id);
    expect([await folder.ids(), await folder.sizeOf(id)]).toEqual([[], 0]);
  });

  it('can be put into a new file, so that whoever has the old one open changes nothing any more', async () => {
    const folder = new PartFolder(path);
    const old = await folder.open(id);
    await old.write(Buffer.from('abcdef'), 0);
    await folder.renewFile(id, 4);
    await old.write(Buffer.from('XXXXXX'), 0);
    await old.cutTo(0);
    await old.close();
    expect(await readFile(folder.pathOf(id), 'utf8')).toBe('abcd');
    await folder.remove(id);
    expect(await readdir(path)).toEqual([]);
    await folder.renewFile(id, 0); // nothing came before
    expect(await folder.ids()).toEqual([]);
  });

  it('are nowhere before the first of them', async () => {
    const folder = new PartFolder(join(path, 'not made'));
    expect([await folder.ids(), await folder.freeBytes()]).toEqual([[], undefined]);
  });
});
