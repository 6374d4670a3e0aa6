/** What renditions need to know of the video that they are made from. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { EncoderChoice } from '../encoders/encoder-choice.service.ts';
import type { PresetSource } from './presets.ts';

export interface SourceVideo extends PresetSource {
  readonly sha256: string;
  readonly title: string;
  /** Null while it is not known. */
  readonly durationSeconds: number | null;
}

/** Token of {@link SourceVideos}. */
export const SOURCE_VIDEOS = Symbol('source videos');

export interface SourceVideos {
  /** @returns null when the owner has no such video */
  find(videoId: string, ownerId: string): Promise<SourceVideo | null>;
  /** Keeps the video from being deleted before `tx` has ended. @returns false when the owner has no such video */
  hold(tx: EntityManager, videoId: string, ownerId: string): Promise<boolean>;
}

@Injectable()
export class SourceVideoStore implements SourceVideos {
  constructor(
    private readonly database: Database,
    private readonly encoders: EncoderChoice,
  ) {}

  async find(videoId: string, ownerId: string): Promise<SourceVideo | null> {
    const [row] = await queryRows<Omit<SourceVideo, 'codecs'>>(
      this.database.source,
      `SELECT sha256, title, duration_seconds AS "durationSeconds", display_width_px AS "displayWidthPx", display_height_px AS "displayHeightPx", audio_codec IS NOT NULL AS "hasAudio"
       FROM video.video WHERE id = $1 AND owner_id = $2`,
      [videoId, ownerId],
    );
    return row ? { ...row, codecs: await this.encoders.codecs() } : null;
  }

  async hold(tx: EntityManager, videoId: string, ownerId: string): Promise<boolean> {
    return (await queryRows(tx, 'SELECT 1 FROM video.video WHERE id = $1 AND owner_id = $2 FOR KEY SHARE', [videoId, ownerId])).length > 0;
  }
}
