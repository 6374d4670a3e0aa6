/** Whose track is whose. Every query names the owner: another one's track is not there. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, In, JoinColumn, ManyToOne, type Relation, type SelectQueryBuilder } from 'typeorm';
import {
  camelotCodes,
  harmonicNeighbours,
  keyOfCamelot,
  type listTracks,
  type OwnerChanges,
  type RequestOf,
  type TrackAnalysis,
  type TrackCorrections,
} from '#contracts';
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
import { Recording, RecordingStore } from '../recordings/recording.store.ts';
import { correctedValues } from './corrected-values.ts';

@Entity({ schema: 'audio', name: 'track' })
export class TrackRow extends OwnedRow {
  @Column('text')
  sha256!: string;

  @ManyToOne(() => Recording)
  @JoinColumn({ name: 'sha256' })
  recording!: Relation<Recording>;

  @Column('text', { name: 'file_name' })
  fileName!: string;

  @Column('uuid', { name: 'job_id' })
  jobId!: string;

  @Column('text')
  codec!: string;

  /** The columns from here on are copied from the analysis when the track becomes ready; the duration is the file's until then. */
  @Column('boolean', { default: false })
  ready!: boolean;

  @Column('float8', { name: 'duration_seconds', nullable: true })
  durationSeconds!: number | null;

  @Column('float8', { nullable: true })
  bpm!: number | null;

  @Column('text', { nullable: true })
  key!: TrackAnalysis['key'];

  @Column('text', { nullable: true })
  mode!: TrackAnalysis['mode'];

  @Column('float8', { name: 'loudness_lufs', nullable: true })
  loudnessLufs!: number | null;

  /** `bpm`, `key` and `mode` follow it. */
  @Column('jsonb', { nullable: true })
  corrections!: TrackCorrections | null;
}

export type NewTrack = NewOwnedRow<TrackRow>;
export type ListTracks = RequestOf<typeof listTracks>;

/** For each Camelot code, the keys that mix with it. */
const harmonies = Object.fromEntries(
  camelotCodes.map((code) => {
    const mixing = harmonicNeighbours(code).map(keyOfCamelot);
    return [code, `(track.key, track.mode) IN (${mixing.map(({ key, mode }) => `('${key}', '${mode}')`).join(', ')})`];
  }),
);

const tracksList: ListDeclaration<Omit<ListTracks, 'bpmOctaves'>> = {
  sorts: {
    durationSeconds: { sql: 'track.duration_seconds', type: 'number', nullable: true },
    bpm: { sql: 'track.bpm', type: 'number', nullable: true },
  },
  ranges: { bpm: 'track.bpm', durationSeconds: 'track.duration_seconds', loudnessLufs: 'track.loudness_lufs' },
  equals: {
    key: 'track.key',
    mode: 'track.mode',
    harmonicWith: harmonies,
    codec: 'track.codec',
    state: JobStore.resourceStates('track.ready', 'track.job_id'),
  },
};

/** Half and double of a tempo are other readings of the same pulse. */
const octaves = [0.5, 1, 2];

/** Puts the range of tempi into the query where it holds in every octave. @returns what is left of the request */
function acrossOctaves(query: SelectQueryBuilder<TrackRow>, { bpmOctaves, ...request }: ListTracks): Omit<ListTracks, 'bpmOctaves'> {
  const { bpmMin, bpmMax, ...rest } = request;
  if (!bpmOctaves || (bpmMin === undefined && bpmMax === undefined)) return request;
  const [min, max] = [bpmMin ?? 0, bpmMax ?? 1e12];
  const within = octaves.map((_, at) => `track.bpm BETWEEN :octaveMin${at} AND :octaveMax${at}`).join(' OR ');
  const bounds = octaves.flatMap((factor, at) => [[`octaveMin${at}`, min * factor] as const, [`octaveMax${at}`, max * factor] as const]);
  query.andWhere(`(${within})`, Object.fromEntries(bounds));
  return rest;
}

@Injectable()
export class TrackStore {
  constructor(private readonly database: Database) {}

  /** @throws RowExists; Failure `external-id-taken` */
  add(tx: EntityManager, track: NewTrack, searched: readonly string[]): Promise<void> {
    return insertOwned(tx, TrackRow, track, searched);
  }

  find(id: string, ownerId: string): Promise<TrackRow | null> {
    return this.database.repository(TrackRow).findOne({ where: { id, ownerId }, relations: { recording: true } });
  }

  /** Recordings come with their analysis only where the request asks for it: it has thousands of beats. @throws Failure `request-invalid` */
  async list(ownerId: string, request: ListTracks): Promise<Page<TrackRow>> {
    const query = this.database.repository(TrackRow).createQueryBuilder('track').where({ ownerId });
    const page = await loadList(query, acrossOctaves(query, request), tracksList);
    const recordings = await this.database.repository(Recording).find({
      where: { sha256: In(page.items.map(({ sha256 }) => sha256)) },
      select: { sha256: true, sizeBytes: true, media: true, analysis: request.fields?.includes('analysis') ?? false },
    });
    const bySha256 = new Map(recordings.map((recording) => [recording.sha256, recording]));
    const items = page.items.flatMap((row) => {
      const recording = bySha256.get(row.sha256);
      return recording ? [Object.assign(row, { recording })] : []; // the last track of a recording may have been deleted meanwhile
    });
    return { ...page, items };
  }

  /** @returns false when the owner has no such track. @throws Failure `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update(key: OwnedKey, changes: OwnerChanges & { readonly ifRevision?: number | undefined }): Promise<boolean> {
    return (await this.database.transaction((tx) => updateOwned(tx, TrackRow, key, changes))) !== null;
  }

  /**
   * Replaces the corrections, and the values that follow them. No analysis is saved meanwhile.
   * @returns false when the owner has no such track. @throws Failure `precondition-failed`
   */
  async correct(track: TrackRow, corrections: TrackCorrections | null, ifRevision: number | undefined): Promise<boolean> {
    const { id, ownerId, sha256 } = track;
    return this.database.transaction(async (tx) => {
      await RecordingStore.lock(tx, sha256);
      const values = { corrections, ...correctedValues(await RecordingStore.found(tx, sha256), corrections) };
      return (await updateOwned(tx, TrackRow, { id, ownerId }, { ifRevision }, { values })) !== null;
    });
  }

  /** Of two calls at the same time, one removes the track. @returns whether this one did. @throws Failure `precondition-failed` */
  remove(tx: EntityManager, key: OwnedKey, ifRevision?: number): Promise<boolean> {
    return deleteOwned(tx, TrackRow, key, ifRevision);
  }
}
