import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ClipOf, MediaIntake } from '#contracts';
import { BLOBS, type JobRun, ScratchFolders } from '#platform';
import type { BlobStore } from '#storage';
import { SourceService } from './source.service.ts';
import { VideoService } from './video.service.ts';

/** Percent of the job when the file is encoded. */
const encodedPercent = 95;

type MakingRun = JobRun<'waiting' | 'encoding' | 'taking in', { readonly videoId: string }>;

interface FileToMake {
  /** In the folder that the encoder is given. */
  readonly name: string;
  readonly maxBytes: number;
  /** @param onProgress takes the share that is encoded, in [0, 1] */
  readonly encode: (folder: string, onProgress: (share: number) => void) => Promise<void>;
}

/** What becomes of the file. */
interface NewVideo {
  /** The id of the video, so that an attempt after a crash makes no second one. */
  readonly targetId: string;
  readonly fileName: string;
  readonly fields: Pick<MediaIntake, 'title' | 'tags' | 'metadata' | 'externalId'>;
  readonly clipOf?: ClipOf;
  readonly sha256: string;
}

/** Statements in the transaction that writes the video. */
interface Around {
  readonly before?: (tx: EntityManager) => Promise<void>;
  /** When the video and its source are there. */
  readonly beforeUsage?: (tx: EntityManager) => Promise<void>;
}

@Injectable() // encodes files that become videos of their owner, and takes them in
export class MadeVideos {
  constructor(
    private readonly scratch: ScratchFolders,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    private readonly sources: SourceService,
    private readonly videos: VideoService,
  ) {}

  /** @returns the hash of the file, which is in the blob store. @throws what `encode` throws; Failure `storage-full` */
  make({ name, maxBytes, encode }: FileToMake, run: Pick<MakingRun, 'progress' | 'signal'>): Promise<string> {
    const onProgress = (share: number) => run.progress('encoding', encodedPercent * share);
    onProgress(0);
    return this.scratch.with(async (folder) => {
      await encode(folder, onProgress);
      return (await this.blobs.write(createReadStream(join(folder, name)), { maxBytes, signal: run.signal })).sha256;
    });
  }

  /** Ends the job with the new video. @throws Failure `file-lost` */
  async takeIn({ targetId: id, fileName, fields, clipOf, sha256 }: NewVideo, run: MakingRun, { before, beforeUsage }: Around = {}) {
    run.progress('taking in', encodedPercent);
    const source = await this.sources.identify(sha256, fileName);
    return run.complete({ videoId: id }, async (tx) => {
      await before?.(tx);
      const intake = { ...fields, id, fileName, blobSha256: sha256, sizeBytes: source.sizeBytes };
      await this.videos.write(tx, intake, source, { clipOf, beforeUsage });
    });
  }
}
