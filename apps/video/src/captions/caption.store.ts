/** Whose caption is whose. Every query names the owner: another one's caption is not there. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, In } from 'typeorm';
import type { CaptionWarning, listVideoCaptions, RequestOf, updateVideoCaption, VideoCaption } from '#contracts';
import { Database } from '#platform';
import {
  type BlobHolder,
  BlobReferences,
  insertOwned,
  type ListDeclaration,
  loadList,
  type NewOwnedRow,
  OwnedRow,
  type Page,
  queryRows,
  requireRevision,
  updateOwned,
} from '#storage';

@Entity({ schema: 'video', name: 'caption' })
export class CaptionRow extends OwnedRow {
  @Column('uuid', { name: 'video_id' })
  videoId!: string;

  @Column('text')
  language!: string;

  @Column('text')
  role!: VideoCaption['role'];

  @Column('boolean', { name: 'is_default' })
  isDefault!: boolean;

  @Column('text')
  format!: VideoCaption['format'];

  @Column('integer', { name: 'cue_count' })
  cueCount!: number;

  @Column('text', { array: true })
  warnings!: CaptionWarning[];

  @Column('text', { name: 'vtt_sha256' })
  vttSha256!: string;

  @Column('integer', { name: 'vtt_size_bytes' })
  vttSizeBytes!: number;

  @Column('text', { name: 'srt_sha256' })
  srtSha256!: string;

  @Column('integer', { name: 'srt_size_bytes' })
  srtSizeBytes!: number;

  /** What the meter `storageBytes` has counted: 0 of a track of the video file, whose bytes count already. */
  @Column('integer', { name: 'counted_bytes' })
  countedBytes!: number;
}

export type NewCaption = NewOwnedRow<CaptionRow> & Pick<CaptionRow, 'videoId' | 'isDefault' | 'language' | 'vttSha256' | 'srtSha256'>;
export type ListCaptions = Omit<RequestOf<typeof listVideoCaptions>, 'videoId'>;
export type CaptionChanges = Omit<RequestOf<typeof updateVideoCaption>, 'videoId' | 'captionId'>;

export interface CaptionKey {
  readonly captionId: string;
  readonly videoId: string;
  readonly ownerId: string;
}
type OfVideo = Omit<CaptionKey, 'captionId'>;

interface RemovedCaptions extends OfVideo {
  /** Absent: all. */
  readonly ids?: readonly string[];
  readonly ifRevision?: number | undefined;
}

const captionsList: ListDeclaration<ListCaptions> = { equals: { language: 'caption.language', role: 'caption.role' } };

const holderOf = (id: string): BlobHolder => `video.caption:${id}`;

/**
 * Makes the calls that change which captions a video has wait for each other, and keeps the video from being deleted before `tx` has ended.
 * @returns false when the owner has no such video
 */
export const lockCaptions = async (tx: EntityManager, { videoId, ownerId }: OfVideo): Promise<boolean> =>
  (await queryRows(tx, 'SELECT 1 FROM video.video WHERE id = $1 AND owner_id = $2 FOR NO KEY UPDATE', [videoId, ownerId])).length > 0;

/** Where the captions of the video are locked, or nobody else knows the video yet. A default one takes the place of the one before. */
export async function insertCaption(tx: EntityManager, caption: NewCaption): Promise<void> {
  if (caption.isDefault) await clearDefault(tx, caption.videoId);
  await insertOwned(tx, CaptionRow, caption, [caption.language]);
  for (const sha256 of [caption.vttSha256, caption.srtSha256]) await BlobReferences.hold(tx, sha256, holderOf(caption.id));
}

const clearDefault = (tx: EntityManager, videoId: string) =>
  queryRows(
    tx,
    'UPDATE video.caption SET is_default = false, revision = revision + 1, updated_at = now() WHERE video_id = $1 AND is_default',
    [videoId],
  );

@Injectable()
export class CaptionStore {
  constructor(private readonly database: Database) {}

  async count(tx: EntityManager, { videoId, ownerId }: OfVideo): Promise<number> {
    return tx.countBy(CaptionRow, { videoId, ownerId });
  }

  find({ captionId: id, videoId, ownerId }: CaptionKey): Promise<CaptionRow | null> {
    return this.database.repository(CaptionRow).findOneBy({ id, videoId, ownerId });
  }

  /** @throws Failure `request-invalid` */
  list({ videoId, ownerId }: OfVideo, request: ListCaptions): Promise<Page<CaptionRow>> {
    const query = this.database.repository(CaptionRow).createQueryBuilder('caption').where({ ownerId, videoId });
    return loadList(query, request, captionsList);
  }

  /** Of all videos of an owner, the oldest first. */
  listOwned(ownerId: string, request: Pick<ListCaptions, 'cursor' | 'limit'>): Promise<Page<CaptionRow>> {
    const query = this.database.repository(CaptionRow).createQueryBuilder('caption').where({ ownerId });
    return loadList(query, { ...request, sort: 'createdAt' }, captionsList);
  }

  /** At most `captionsAtMost` and those of the file; the default one first, then by language. */
  allOf({ videoId, ownerId }: OfVideo, take: number): Promise<CaptionRow[]> {
    const order = { isDefault: 'DESC', language: 'ASC', createdAt: 'ASC', id: 'ASC' } as const;
    return this.database.repository(CaptionRow).find({ where: { videoId, ownerId }, order, take });
  }

  /** Where the captions of the video are locked. @returns false when it is not there. @throws Failure `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update(tx: EntityManager, { captionId, videoId, ownerId }: CaptionKey, { language, role, isDefault, ...changes }: CaptionChanges) {
    const row = await tx.findOneBy(CaptionRow, { id: captionId, videoId, ownerId });
    if (!row) return false;
    const values = {
      ...(language === undefined ? {} : { language }),
      ...(role === undefined ? {} : { role }),
      ...(isDefault === undefined ? {} : { isDefault }),
    };
    const own = { values, ...(language === undefined ? {} : { searched: [language] }) };
    if (isDefault && !row.isDefault) await clearDefault(tx, videoId);
    return (await updateOwned(tx, CaptionRow, { id: captionId, ownerId }, changes, own)) !== null;
  }

  /** Takes captions of a video away and lets go of their bytes. Of two calls at the same time, one does. @returns the bytes that usage had counted. @throws Failure `precondition-failed` */
  async remove(tx: EntityManager, { videoId, ownerId, ids, ifRevision }: RemovedCaptions): Promise<number | undefined> {
    const which = { videoId, ownerId, ...(ids ? { id: In([...ids]) } : {}) };
    const rows = await tx.find(CaptionRow, { where: which, lock: { mode: 'pessimistic_write' } });
    if (rows.length === 0) return undefined;
    for (const row of rows) requireRevision(row, ifRevision);
    await tx.delete(CaptionRow, { id: In(rows.map(({ id }) => id)) });
    for (const { id, vttSha256, srtSha256 } of rows) await BlobReferences.releaseAll(tx, [vttSha256, srtSha256], holderOf(id));
    return rows.reduce((sum, { countedBytes }) => sum + countedBytes, 0);
  }
}
