/** Whose video is whose. Every query names the owner: another one's video is not there. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, In, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import type { ClipOf, listVideos, OwnerChanges, RequestOf } from '#contracts';
import { Database, JobStore } from '#platform';
import {
  deleteOwned,
  insertOwned,
  type ListDeclaration,
  loadList,
  type NewOwnedRow,
  type OwnedKey,
  OwnedRow,
  type Page,
  updateOwned,
} from '#storage';
import { Source } from './source.store.ts';

@Entity({ schema: 'video', name: 'video' })
export class VideoRow extends OwnedRow {
  @Column('text')
  sha256!: string;

  @ManyToOne(() => Source)
  @JoinColumn({ name: 'sha256' })
  source!: Relation<Source>;

  @Column('text', { name: 'file_name' })
  fileName!: string;

  @Column('uuid', { name: 'job_id' })
  jobId!: string;

  @Column('boolean', { default: false })
  ready!: boolean;

  @Column('bigint', { name: 'size_bytes', transformer: { from: Number, to: (value: number) => value } })
  sizeBytes!: number;

  /** As the file declares it, until the job has counted it. */
  @Column('float8', { name: 'duration_seconds', nullable: true })
  durationSeconds!: number | null;

  @Column('text', { name: 'video_codec' })
  videoCodec!: string;

  /** Of the sound that is used; null without sound that can be decoded. */
  @Column('text', { name: 'audio_codec', nullable: true })
  audioCodec!: string | null;

  @Column('integer', { name: 'display_width_px' })
  displayWidthPx!: number;

  @Column('integer', { name: 'display_height_px' })
  displayHeightPx!: number;

  @Column('jsonb', { name: 'clip_of', nullable: true })
  clipOf!: ClipOf | null;
}

export type NewVideo = NewOwnedRow<VideoRow>;
export type ListVideos = RequestOf<typeof listVideos>;

const videosList: ListDeclaration<ListVideos> = {
  sorts: {
    durationSeconds: { sql: 'video.duration_seconds', type: 'number', nullable: true },
    sizeBytes: { sql: 'video.size_bytes', type: 'number' },
  },
  ranges: { durationSeconds: 'video.duration_seconds', sizeBytes: 'video.size_bytes' },
  equals: {
    videoCodec: 'video.video_codec',
    orientation: 'video.orientation',
    state: JobStore.resourceStates('video.ready', 'video.job_id'),
  },
};

/** What `?q=` finds beside the title. */
const searchedOf = (fileName: string, tags: readonly string[] = []) => [fileName, ...tags];

@Injectable()
export class VideoStore {
  constructor(private readonly database: Database) {}

  /** @throws RowExists; Failure `external-id-taken` */
  add(tx: EntityManager, video: NewVideo & Pick<VideoRow, 'fileName'>): Promise<void> {
    return insertOwned(tx, VideoRow, video, searchedOf(video.fileName, video.tags));
  }

  find(id: string, ownerId: string): Promise<VideoRow | null> {
    return this.database.repository(VideoRow).findOne({ where: { id, ownerId }, relations: { source: true } });
  }

  /** @throws Failure `request-invalid` */
  async list(ownerId: string, request: ListVideos): Promise<Page<VideoRow>> {
    const query = this.database.repository(VideoRow).createQueryBuilder('video').where({ ownerId });
    const page = await loadList(query, request, videosList);
    const sources = await this.database.repository(Source).findBy({ sha256: In(page.items.map(({ sha256 }) => sha256)) });
    const bySha256 = new Map(sources.map((source) => [source.sha256, source]));
    const items = page.items.flatMap((row) => {
      const source = bySha256.get(row.sha256);
      return source ? [Object.assign(row, { source })] : []; // the last video of a source may have been deleted meanwhile
    });
    return { ...page, items };
  }

  /** @returns false when the owner has no such video. @throws Failure `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update(key: OwnedKey, changes: OwnerChanges & { readonly ifRevision?: number | undefined }): Promise<boolean> {
    const row = await this.database.repository(VideoRow).findOneBy({ id: key.id, ownerId: key.ownerId });
    if (!row) return false;
    const own = changes.tags ? { searched: searchedOf(row.fileName, changes.tags) } : {};
    return (await this.database.transaction((tx) => updateOwned(tx, VideoRow, key, changes, own))) !== null;
  }

  /** Of two calls at the same time, one removes the video. @returns whether this one did. @throws Failure `precondition-failed` */
  remove(tx: EntityManager, key: OwnedKey, ifRevision?: number): Promise<boolean> {
    return deleteOwned(tx, VideoRow, key, ifRevision);
  }
}
