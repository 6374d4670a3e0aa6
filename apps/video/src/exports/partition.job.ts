import { Inject, Injectable } from '@nestjs/common';
import type { videoExportPartition } from '#contracts';
import { BLOBS, type JobHandler, type PageReader, writePartitions } from '#platform';
import type { BlobStore } from '#storage';
import { CaptionService } from '../captions/caption.service.ts';
import { VideoService } from '../videos/video.service.ts';

@Injectable() // writes the videos of an owner and their captions for an export
export class PartitionJob {
  constructor(
    private readonly videos: VideoService,
    private readonly captions: CaptionService,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  readonly run: JobHandler<typeof videoExportPartition> = async ({ nouns }, run) => {
    const options = { blobs: this.blobs, signal: run.signal, onRows: () => run.progress('writing', 50) };
    return run.complete({ partitions: await writePartitions(this.readers, nouns, options) });
  };

  private readonly readers = {
    videos: async (cursor) => {
      const { items, nextCursor } = await this.videos.list({ sort: 'createdAt', limit: 100, ...(cursor ? { cursor } : {}) });
      return { items: items.map(({ job: _, problem: __, revision: ___, ...video }) => video), nextCursor };
    },
    captions: (cursor) => this.captions.exportPage(cursor, 100),
  } satisfies Record<string, PageReader>;
}
