/** Registers the model of a folder: it is read, run once, copied into the blob store and noted, or nothing is. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Database } from '#platform';
import type { BlobStore } from '#storage';
import { ModelStore, type NewModel } from './model.store.ts';
import { ModelFault } from './model-fault.ts';
import { openModel } from './onnx-embedder.ts';
import { type ModelFolder, readModelFolder } from './read-model-folder.ts';

export interface ModelToRegister {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
}

export interface RegistrationDeps {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly runtimeFolder: string;
}

const maxModelBytes = 8 * 1_024 ** 3;
const label = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * @returns the model, and whether it was not there before
 * @throws ModelFault for a folder or model that cannot be used, a name that is none, or one that stands for other files
 */
export async function registerModel(
  { database, blobs, runtimeFolder }: RegistrationDeps,
  { folder, name, version }: ModelToRegister,
): Promise<{ readonly model: NewModel; readonly isNew: boolean }> {
  if (!label.test(name) || !label.test(version))
    throw new ModelFault(
      'Name and version have up to 64 small letters, digits, dots, hyphens and underscores, and begin with a letter or digit.',
    );
  const read = await readModelFolder(folder);
  const model = { id: `${name}@${version}`, name, version, ...read };
  await tryModel(model.id, folder, read, runtimeFolder);
  for (const { path, name: file, sha256 } of read.files) {
    const written = await blobs.write(createReadStream(path), { maxBytes: maxModelBytes });
    if (written.sha256 !== sha256) throw new ModelFault(`${file} has changed while it was read: try again.`);
  }
  try {
    return { model, isNew: await database.transaction((tx) => ModelStore.add(tx, model)) };
  } catch (error) {
    if (error instanceof RangeError) throw new ModelFault(error.message);
    throw error;
  }
}

/** @throws ModelFault where it does not give a vector of its dimension */
async function tryModel(modelId: string, folder: string, { dimension, options }: ModelFolder, runtimeFolder: string): Promise<void> {
  const opened = await openModel({
    kind: 'onnx',
    modelId,
    folder: resolve(folder),
    runtimeFolder: resolve(runtimeFolder),
    dimension,
    options,
  });
  try {
    await opened.embed(['A text on which the model is tried.']);
  } catch (error) {
    if (error instanceof ModelFault) throw error;
    throw new ModelFault(`The model cannot be run: ${(error as Error).message.split('\n')[0]?.slice(0, 300)}`);
  } finally {
    await opened.close();
  }
}
