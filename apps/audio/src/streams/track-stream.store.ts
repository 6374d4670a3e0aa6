/** Which track refers to which stream. Every query of a request names the owner: another one's stream is not there. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { type Queryable, queryRows } from '#storage';
import { StreamStore } from './stream.store.ts';

export interface TrackStreamRow {
  readonly trackId: string;
  readonly ownerId: string;
  readonly streamId: string;
  readonly jobId: string;
  /** Whether the stream is complete and counted for its owner. */
  readonly ready: boolean;
}

export type TrackStreamKey = Pick<TrackStreamRow, 'trackId' | 'ownerId'>;

export interface RemovedStream {
  /** Bytes that the owner does not use any more. */
  readonly bytes: number;
  /** A job that may still work on it. */
  readonly openJob: string | undefined;
}

@Injectable()
export class TrackStreamStore {
  constructor(private readonly database: Database) {}

  find(key: TrackStreamKey): Promise<TrackStreamRow | undefined> {
    return TrackStreamStore.findIn(this.database.source, key);
  }

  static async findIn(on: Queryable, { trackId, ownerId }: TrackStreamKey): Promise<TrackStreamRow | undefined> {
    const [row] = await queryRows<TrackStreamRow>(
      on,
      `SELECT track_id AS "trackId", owner_id AS "ownerId", stream_id AS "streamId", job_id AS "jobId", ready
       FROM audio.track_stream WHERE track_id = $1 AND owner_id = $2`,
      [trackId, ownerId],
    );
    return row;
  }

  /** Hold the track before: of calls at the same time, the second one finds the row of the first. */
  static async add(tx: EntityManager, { trackId, ownerId, streamId, jobId, ready }: TrackStreamRow): Promise<void> {
    await queryRows(tx, 'INSERT INTO audio.track_stream (track_id, owner_id, stream_id, job_id, ready) VALUES ($1, $2, $3, $4, $5)', [
      ...[trackId, ownerId, streamId, jobId, ready],
    ]);
  }

  /** Makes the stream ready for which a job has worked. @returns its owner; undefined when it was deleted, or was ready before */
  static async finish(tx: EntityManager, jobId: string): Promise<string | undefined> {
    const sql = `UPDATE audio.track_stream SET ready = true WHERE job_id = $1 AND NOT ready RETURNING owner_id AS "ownerId"`;
    return (await queryRows<{ ownerId: string }>(tx, sql, [jobId]))[0]?.ownerId;
  }

  /** Of two calls at the same time, one removes it. @returns undefined when it is not there */
  static async remove(tx: EntityManager, key: TrackStreamKey): Promise<RemovedStream | undefined> {
    const row = await TrackStreamStore.findIn(tx, key);
    if (!row) return undefined;
    const bytes = await StreamStore.lock(tx, row.streamId);
    const [removed] = await queryRows<{ ready: boolean }>(
      tx,
      // Of this stream: while its lock was waited for, the row may have gone, and another stream of the track have begun.
      'DELETE FROM audio.track_stream WHERE track_id = $1 AND owner_id = $2 AND stream_id = $3 RETURNING ready',
      [key.trackId, key.ownerId, row.streamId],
    );
    await StreamStore.forgetUnused(tx, row.streamId);
    if (!removed) return undefined;
    return { bytes: removed.ready ? bytes : 0, openJob: removed.ready ? undefined : row.jobId };
  }
}
