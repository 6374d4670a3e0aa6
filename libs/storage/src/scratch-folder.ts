/** Folders for files in the making. The name tells the process, so that those of a killed one can be removed. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const scratchPrefix = 'rafaga-scratch-';

/** Creates a folder; the caller removes it. */
export const makeScratchFolder = (): Promise<string> => mkdtemp(join(tmpdir(), `${scratchPrefix}${process.pid}-`));
