/** Captions that video files hold, kept once for equal bytes; each video of these bytes gets a copy of its own when it is ready. */
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { VideoCaption } from '#contracts';
import { type BlobHolder, BlobReferences, queryRows } from '#storage';
import { type CaptionRow, insertCaption } from './caption.store.ts';
import type { StoredCaption } from './caption-files.service.ts';

export interface EmbeddedCaption extends Omit<StoredCaption, 'format'> {
  readonly streamIndex: number;
  readonly title: string;
  /** BCP 47; `und` where the file does not tell it. */
  readonly language: string;
  readonly role: VideoCaption['role'];
  /** At most one of a file. */
  readonly isDefault: boolean;
}

const holder: BlobHolder = 'video.embedded-caption';

/** Where the row of the source is locked: what is there already is replaced. */
export async function keepEmbedded(tx: EntityManager, sourceSha256: string, captions: readonly EmbeddedCaption[]): Promise<void> {
  await releaseEmbedded(tx, sourceSha256);
  for (const one of captions) {
    await queryRows(
      tx,
      `INSERT INTO video.embedded_caption (source_sha256, stream_index, title, language, role, is_default, cue_count, warnings, vtt_sha256,
         vtt_size_bytes, srt_sha256, srt_size_bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        ...[sourceSha256, one.streamIndex, one.title, one.language, one.role, one.isDefault, one.cueCount, one.warnings],
        ...[one.vttSha256, one.vttSizeBytes, one.srtSha256, one.srtSizeBytes],
      ],
    );
    for (const sha256 of [one.vttSha256, one.srtSha256]) await BlobReferences.hold(tx, sha256, holderOf(sourceSha256));
  }
}

const holderOf = (sourceSha256: string): BlobHolder => `${holder}:${sourceSha256}`;

/** Where the row of the source is locked. */
export async function releaseEmbedded(tx: EntityManager, sourceSha256: string): Promise<void> {
  const gone = await queryRows<{ vtt: string; srt: string }>(
    tx,
    'DELETE FROM video.embedded_caption WHERE source_sha256 = $1 RETURNING vtt_sha256 AS vtt, srt_sha256 AS srt',
    [sourceSha256],
  );
  await BlobReferences.releaseAll(
    tx,
    gone.flatMap(({ vtt, srt }) => [vtt, srt]),
    holderOf(sourceSha256),
  );
}

type Copied = Omit<EmbeddedCaption, 'streamIndex'>;

/** Gives these videos, which have just become ready, the captions of their file. A default one that an owner has chosen meanwhile stays. */
export async function copyEmbedded(
  tx: EntityManager,
  sourceSha256: string,
  videos: readonly { readonly id: string; readonly ownerId: string }[],
): Promise<void> {
  const captions = await queryRows<Copied>(
    tx,
    `SELECT title, language, role, is_default AS "isDefault", cue_count AS "cueCount", warnings, vtt_sha256 AS "vttSha256",
       vtt_size_bytes AS "vttSizeBytes", srt_sha256 AS "srtSha256", srt_size_bytes AS "srtSizeBytes"
     FROM video.embedded_caption WHERE source_sha256 = $1 ORDER BY stream_index`,
    [sourceSha256],
  );
  if (captions.length === 0) return;
  for (const { id: videoId, ownerId } of videos) {
    const hasDefault = (await queryRows(tx, 'SELECT 1 FROM video.caption WHERE video_id = $1 AND is_default', [videoId])).length > 0;
    for (const caption of captions) {
      const isDefault = caption.isDefault && !hasDefault;
      const own: Pick<CaptionRow, 'format' | 'countedBytes'> = { format: 'embedded', countedBytes: 0 };
      await insertCaption(tx, { ...caption, ...own, id: randomUUID(), ownerId, videoId, isDefault });
    }
  }
}
