import { Inject, Injectable } from '@nestjs/common';
import type { audioExportPartition } from '#contracts';
import { BLOBS, type JobHandler, type PageReader, writePartitions } from '#platform';
import type { BlobStore } from '#storage';
import { PlaylistService } from '../playlists/playlist.service.ts';
import { SavedVideoService } from '../saved-videos/saved-video.service.ts';
import { TrackService } from '../tracks/track.service.ts';

const page = { sort: 'createdAt', limit: 100 } as const;

@Injectable() // writes the tracks, playlists and saved videos of an owner for an export
export class PartitionJob {
  constructor(
    private readonly tracks: TrackService,
    private readonly playlists: PlaylistService,
    private readonly savedVideos: SavedVideoService,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  readonly run: JobHandler<typeof audioExportPartition> = async ({ nouns }, run) => {
    const options = { blobs: this.blobs, signal: run.signal, onRows: () => run.progress('writing', 50) };
    return run.complete({ partitions: await writePartitions(this.readers, nouns, options) });
  };

  private readonly readers = {
    tracks: async (cursor) => {
      const { items, nextCursor } = await this.tracks.list({ ...page, fields: ['fileTags'], ...(cursor ? { cursor } : {}) });
      return { items: items.map(({ job: _, problem: __, revision: ___, ...track }) => track), nextCursor };
    },
    playlists: async (cursor) => {
      const { items, nextCursor } = await this.playlists.list({ ...page, ...(cursor ? { cursor } : {}) });
      const whole = items.map(async ({ job: _, problem: __, revision: ___, ...playlist }) => {
        return { ...playlist, trackIds: await this.playlists.trackIdsOf(playlist.id) };
      });
      return { items: await Promise.all(whole), nextCursor };
    },
    'saved-videos': async (cursor) => {
      const { items, nextCursor } = await this.savedVideos.list({ ...page, ...(cursor ? { cursor } : {}) });
      return { items: items.map(({ job: _, problem: __, revision: ___, ...video }) => video), nextCursor };
    },
  } satisfies Record<string, PageReader>;
}
