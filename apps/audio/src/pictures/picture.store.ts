/** Pictures of a recording, by name: which blob each one is. At most {@link picturesAtMost} are kept for one recording. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { type BlobHolder, BlobReferences, queryRows } from '#storage';

export interface StoredPicture {
  /** What it shows and how: `cover`, `spectrogram 1200x400`. */
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly contentType: string;
}

/** The oldest one goes when there would be more: who asks for every size fills no disk. */
export const picturesAtMost = 12;

const holderOf = (sourceSha256: string): BlobHolder => `audio.picture:${sourceSha256}`;

@Injectable()
export class PictureStore {
  constructor(private readonly database: Database) {}

  async find(sourceSha256: string, name: string): Promise<StoredPicture | undefined> {
    const [picture] = await queryRows<StoredPicture>(
      this.database.source,
      `SELECT name, sha256, size_bytes AS "sizeBytes", content_type AS "contentType" FROM audio.picture WHERE source_sha256 = $1 AND name = $2`,
      [sourceSha256, name],
    );
    return picture;
  }

  /** Of two at the same time the first one stays. @returns whether the recording is still there; without it nothing is kept */
  add(sourceSha256: string, { name, sha256, sizeBytes, contentType }: StoredPicture): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const isThere = await queryRows(tx, 'SELECT 1 FROM audio.recording WHERE sha256 = $1 FOR NO KEY UPDATE', [sourceSha256]);
      if (isThere.length === 0) return false;
      await queryRows(
        tx,
        `INSERT INTO audio.picture (source_sha256, name, sha256, size_bytes, content_type, created_at) VALUES ($1, $2, $3, $4, $5, clock_timestamp())
         ON CONFLICT DO NOTHING`,
        [sourceSha256, name, sha256, sizeBytes, contentType],
      );
      const old = await queryRows<{ sha256: string }>(
        tx,
        `DELETE FROM audio.picture WHERE source_sha256 = $1 AND name IN (
           SELECT name FROM audio.picture WHERE source_sha256 = $1 ORDER BY created_at DESC, name OFFSET ${picturesAtMost})
         RETURNING sha256`,
        [sourceSha256],
      );
      const kept = await queryRows<{ sha256: string }>(tx, 'SELECT sha256 FROM audio.picture WHERE source_sha256 = $1', [sourceSha256]);
      const used = new Set(kept.map((picture) => picture.sha256));
      if (used.has(sha256)) await BlobReferences.hold(tx, sha256, holderOf(sourceSha256));
      const unused = old.map((picture) => picture.sha256).filter((each) => !used.has(each));
      await BlobReferences.releaseAll(tx, unused, holderOf(sourceSha256));
      return true;
    });
  }
}

/** Call it where the row of the recording is locked, before it is deleted. */
export async function releasePictures(tx: EntityManager, sourceSha256: string): Promise<void> {
  const gone = await queryRows<{ sha256: string }>(tx, 'DELETE FROM audio.picture WHERE source_sha256 = $1 RETURNING sha256', [
    sourceSha256,
  ]);
  await BlobReferences.releaseAll(
    tx,
    gone.map(({ sha256 }) => sha256),
    holderOf(sourceSha256),
  );
}
