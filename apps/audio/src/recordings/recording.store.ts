/** What is known of the bytes themselves, kept once however many tracks hold them: the media, its analysis and its outline. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import type { TrackAnalysis, TrackCorrections } from '#contracts';
import { Database } from '#platform';
import { type BlobHolder, BlobReferences, queryRows } from '#storage';
import type { WaveformPeaks } from '../analysis/waveform/peaks.ts';
import type { MediaInfo } from '../media/media-info.ts';
import { releasePictures } from '../pictures/picture.store.ts';
import { addToDurations } from '../playlists/playlist-track.store.ts';
import { type Features, saveFeatures } from '../similarity/features.store.ts';
import { correctedValues, type Found } from '../tracks/corrected-values.ts';
import { type Claim, claimRow } from './claim.store.ts';

/** Raise it when the analysis answers differently: recordings are then analysed anew when somebody sends them again. */
export const engineVersion = 1;

const holder: BlobHolder = 'audio.recording';

@Entity({ schema: 'audio', name: 'recording' })
export class Recording {
  @PrimaryColumn('text')
  sha256!: string;

  @Column('bigint', { name: 'size_bytes', transformer: { from: Number, to: (value: number) => value } })
  sizeBytes!: number;

  @Column('jsonb')
  media!: MediaInfo;

  @Column('integer', { name: 'engine_version', nullable: true })
  engineVersion!: number | null;

  @Column('jsonb', { nullable: true })
  analysis!: StoredAnalysis | null;

  @Column('jsonb', { nullable: true, select: false })
  waveform!: WaveformPeaks | null;
}

/** The warnings follow from the media. */
export type StoredAnalysis = Omit<TrackAnalysis, 'warnings'>;

export interface RecordedAnalysis {
  readonly analysis: StoredAnalysis;
  readonly waveform: WaveformPeaks;
  /** Not read back with the analysis. */
  readonly features?: Features;
}

/** What the meter `audioMinutes` counts: the decoded duration, because the declared one may be wrong. */
export const minutesOf = ({ durationSeconds }: Pick<TrackAnalysis, 'durationSeconds'>): number => durationSeconds / 60;

const claimable = {
  table: 'audio.recording',
  key: 'sha256',
  isDone: `engine_version IS NOT DISTINCT FROM ${engineVersion}`,
} as const;

@Injectable()
export class RecordingStore {
  constructor(private readonly database: Database) {}

  async find(sha256: string): Promise<Recording | null> {
    const found = await this.database.repository(Recording).findOneBy({ sha256 });
    return found && withCurrentAnalysis(found);
  }

  /** The analysis together with the outline, or null until both are there. */
  async findAnalysis(sha256: string): Promise<RecordedAnalysis | null> {
    const found = await this.database.repository(Recording).findOne({
      where: { sha256, engineVersion },
      select: { sha256: true, analysis: true, waveform: true },
    });
    return found?.analysis && found.waveform ? { analysis: found.analysis, waveform: found.waveform } : null;
  }

  /**
   * Notes a recording, and that we hold its bytes; one that is known already stays as it is, and nobody forgets it before `tx` has ended.
   * @returns whether its analysis is there: what a cache says of a recording may be about one that was forgotten since
   */
  static async remember(
    tx: EntityManager,
    { sha256, sizeBytes, media }: Pick<Recording, 'sha256' | 'sizeBytes' | 'media'>,
  ): Promise<boolean> {
    const [row] = await queryRows<{ isAnalyzed: boolean }>(
      tx,
      `INSERT INTO audio.recording AS r (sha256, size_bytes, media) VALUES ($1, $2, $3)
       ON CONFLICT (sha256) DO UPDATE SET size_bytes = excluded.size_bytes -- no column of a key: whoever refers to the row is not waited for
       RETURNING r.engine_version IS NOT DISTINCT FROM $4 AND r.analysis IS NOT NULL AS "isAnalyzed"`,
      [sha256, sizeBytes, JSON.stringify(media), engineVersion],
    );
    await BlobReferences.hold(tx, sha256, holder);
    return row?.isAnalyzed === true;
  }

  /** Makes one job the only one that analyses these bytes. */
  claim(sha256: string, jobId: string): Promise<Claim> {
    return this.database.transaction((tx) => claimRow(tx, claimable, sha256, jobId));
  }

  static async save(tx: EntityManager, sha256: string, { analysis, waveform, features }: RecordedAnalysis): Promise<void> {
    const values = [sha256, engineVersion, JSON.stringify(analysis), JSON.stringify(waveform)];
    await queryRows(
      tx,
      `UPDATE audio.recording SET engine_version = $2, analysis = $3, waveform = $4, claimed_by = NULL, claimed_until = NULL WHERE sha256 = $1`,
      values,
    );
    if (features) await saveFeatures(tx, sha256, features);
    await RecordingStore.copyToTracks(tx, sha256, true);
  }

  /** Makes tracks ready that joined a recording after its analysis; call it where the row of the recording is locked or its analysis is there for good. */
  static fillTracks(tx: EntityManager, sha256: string): Promise<void> {
    return RecordingStore.copyToTracks(tx, sha256, false);
  }

  /** Tracks have columns for what lists filter and sort by. A statement of its own: it sees the tracks for which the lock on the recording has waited. */
  private static async copyToTracks(tx: EntityManager, sha256: string, anew: boolean): Promise<void> {
    const before = await RecordingStore.lockTracks(tx, sha256, anew);
    if (before.size === 0) return;
    const changed = await queryRows<{ id: string; corrections: TrackCorrections | null; seconds: number | null }>(
      tx,
      `UPDATE audio.track t SET ready = true, updated_at = now(),
         duration_seconds = (r.analysis->>'durationSeconds')::float8, bpm = (r.analysis->>'bpm')::float8, key = r.analysis->>'key',
         mode = r.analysis->>'mode', loudness_lufs = (r.analysis->>'loudnessLufs')::float8
       FROM audio.recording r
       WHERE r.sha256 = $1 AND t.sha256 = r.sha256 AND r.engine_version = $2 AND (NOT t.ready OR $3)
       RETURNING t.id, t.corrections, t.duration_seconds AS seconds`,
      [sha256, engineVersion, anew],
    );
    await RecordingStore.keepCorrections(tx, sha256, changed);
    await addToDurations(
      tx,
      changed.map(({ id, seconds }) => ({ trackId: id, seconds: (seconds ?? 0) - (before.get(id) ?? 0) })),
    );
  }

  /** In the order in which playlists lock them. @returns the durations in s, by id */
  private static async lockTracks(tx: EntityManager, sha256: string, anew: boolean): Promise<ReadonlyMap<string, number | null>> {
    const rows = await queryRows<{ id: string; seconds: number | null }>(
      tx,
      'SELECT id, duration_seconds AS seconds FROM audio.track WHERE sha256 = $1 AND (NOT ready OR $2) ORDER BY id FOR NO KEY UPDATE',
      [sha256, anew],
    );
    return new Map(rows.map(({ id, seconds }) => [id, seconds]));
  }

  /** What owners have corrected stands above the analysis that was just copied. */
  private static async keepCorrections(
    tx: EntityManager,
    sha256: string,
    tracks: readonly { readonly id: string; readonly corrections: TrackCorrections | null }[],
  ): Promise<void> {
    const corrected = tracks.filter(({ corrections }) => corrections !== null);
    const found = corrected.length > 0 ? await RecordingStore.found(tx, sha256) : null;
    for (const { id, corrections } of corrected) {
      const { bpm, key, mode } = correctedValues(found, corrections);
      await queryRows(tx, 'UPDATE audio.track SET bpm = $2, key = $3, mode = $4 WHERE id = $1', [id, bpm, key, mode]);
    }
  }

  /** Tempi and key of the analysis; null without one. */
  static async found(tx: EntityManager, sha256: string): Promise<Found | null> {
    const [row] = await queryRows<Found>(
      tx,
      `SELECT (analysis->>'bpm')::float8 AS bpm, coalesce(analysis->'candidates', '[]') AS candidates, analysis->>'key' AS key,
         analysis->>'mode' AS mode
       FROM audio.recording WHERE sha256 = $1 AND engine_version = $2`,
      [sha256, engineVersion],
    );
    return row ?? null;
  }

  /** Waits for whoever saves the analysis or adds a track. Lock the recording before its tracks, as they do. */
  static async lock(tx: EntityManager, sha256: string): Promise<void> {
    await queryRows(tx, 'SELECT 1 FROM audio.recording WHERE sha256 = $1 FOR UPDATE', [sha256]);
  }

  /** What the meter `audioMinutes` counts for these bytes; 0 without an analysis. */
  static async minutesOf(tx: EntityManager, sha256: string): Promise<number> {
    const [row] = await queryRows<{ minutes: number | null }>(
      tx,
      `SELECT (analysis->>'durationSeconds')::float8 / 60 AS minutes FROM audio.recording WHERE sha256 = $1`,
      [sha256],
    );
    return row?.minutes ?? 0;
  }

  /** Forgets a recording that no track holds any more, and lets go of its bytes. */
  static async forgetUnused(tx: EntityManager, sha256: string): Promise<void> {
    await RecordingStore.lock(tx, sha256);
    const users = await queryRows(tx, 'SELECT 1 FROM audio.track WHERE sha256 = $1 LIMIT 1', [sha256]);
    if (users.length > 0) return;
    await releasePictures(tx, sha256);
    const forgotten = await queryRows(tx, 'DELETE FROM audio.recording WHERE sha256 = $1 RETURNING sha256', [sha256]);
    if (forgotten.length > 0) await BlobReferences.release(tx, sha256, holder);
  }
}

const withCurrentAnalysis = (recording: Recording): Recording =>
  recording.engineVersion === engineVersion ? recording : Object.assign(recording, { engineVersion: null, analysis: null });
