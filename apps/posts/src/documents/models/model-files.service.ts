import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { BLOBS, ScratchFolders } from '#platform';
import type { BlobStore } from '#storage';
import type { Embedder, VectorModel } from './vector-model.ts';

export const ONNX_FOLDER = Symbol('folder of the ONNX runtime');

@Injectable() // brings the files of models onto this machine, once for each process
export class ModelFiles implements OnModuleDestroy {
  /** By model; few are used in the life of a process. */
  readonly #folders = new Map<string, Promise<string>>();

  constructor(
    @Inject(BLOBS) private readonly blobs: BlobStore,
    private readonly scratch: ScratchFolders,
    @Inject(ONNX_FOLDER) private readonly runtimeFolder: string,
  ) {}

  async onModuleDestroy(): Promise<void> {
    const folders = await Promise.allSettled(this.#folders.values());
    for (const each of folders) if (each.status === 'fulfilled') await rm(each.value, { recursive: true, force: true });
  }

  /** How a thread of this process runs a model. @throws Failure `file-lost` */
  async embedderOf({ id, dimension, options, files }: VectorModel): Promise<Embedder> {
    if (!options) return { kind: 'built-in' };
    const folder = await this.folderOf(id, files);
    return { kind: 'onnx', modelId: id, folder, runtimeFolder: resolve(this.runtimeFolder), dimension, options };
  }

  private folderOf(id: string, files: VectorModel['files']): Promise<string> {
    const known = this.#folders.get(id) ?? this.download(files);
    this.#folders.set(id, known);
    known.catch(() => this.#folders.delete(id));
    return known;
  }

  private async download(files: VectorModel['files']): Promise<string> {
    const folder = await this.scratch.make();
    try {
      for (const { name, sha256 } of files) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await pipeline((await this.blobs.openRead(sha256)).stream, createWriteStream(join(folder, name)));
      }
      return folder;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
}
