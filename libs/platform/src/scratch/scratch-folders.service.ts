import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { makeScratchFolder, scratchPrefix } from '#storage';

@Injectable() // folders for files in the making; those of a process that was killed are removed at the next start
export class ScratchFolders implements OnModuleInit {
  async onModuleInit(): Promise<void> {
    const names = await readdir(tmpdir()).catch(() => []);
    const abandoned = names.filter((name) => name.startsWith(scratchPrefix) && !isOfOtherProcess(name));
    // One that belongs to another account stays; it is not ours to remove.
    await Promise.allSettled(abandoned.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })));
  }

  /** Creates a folder; the caller removes it. */
  make(): Promise<string> {
    return makeScratchFolder();
  }

  /** The folder exists until `use` has settled. */
  async with<T>(use: (folder: string) => Promise<T>): Promise<T> {
    const folder = await this.make();
    try {
      return await use(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Of another process that runs. In a container a new process may have the number of the killed one: at the start none of its own folders is in use. */
function isOfOtherProcess(name: string): boolean {
  const pid = Number.parseInt(name.slice(scratchPrefix.length), 10);
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
