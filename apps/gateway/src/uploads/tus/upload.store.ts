import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure, type WireFailure } from '#contracts';
import { Database } from '#platform';
import { livenessLockIsFree, type Page, type PageRequest, queryPage, queryRows } from '#storage';
import { InstanceLiveness } from './instance-liveness.service.ts';
import type { Upload, UploadResult } from './upload.ts';

export type NewUpload = Pick<Upload, 'ownerId' | 'kind' | 'fileName' | 'contentType' | 'metadata' | 'lengthBytes' | 'concat'>;

export interface Room {
  readonly expirySeconds: number;
  readonly perOwner: number;
  readonly bytesPerOwner: number;
  /** What an upload of unknown length counts as. */
  readonly maxBytes: number;
}

/** Who works on an upload, by a token that is made anew each time. */
export interface Claim {
  readonly id: string;
  readonly token: string;
}

export interface Claimed {
  readonly claim: Claim;
  readonly upload: Upload;
  /** Taken from a process that is gone, or that may still write for a moment because it does not know yet that it lost the lease. */
  readonly inherited: boolean;
}

/** Long enough for a busy gateway, short enough for a client that comes back after its gateway was killed. */
export const leaseMs = 6_000;
const lease = `now() + ${leaseMs} * interval '1 millisecond'`;
/** Who inherits copies what is there; for more bytes than this, waiting for the lease takes no longer. */
const inheritedMaxBytes = 256 * 1_024 ** 2;
/** Before the first try to finish one that was left. */
export const restBeforeFinish = `now() + interval '10 seconds'`;
/** Before the next try: each copies the file, so they become rare, up to every ten minutes. Those left when the upload expires are given up. */
const restAfterFinish = `now() + least(600, 10 * 2 ^ least(greatest(finish_attempts, 1) - 1, 10)) * interval '1 second'`;
/** How long the story of an upload can be read after its end. */
const keptFor = `interval '1 day'`;
const batch = 500;

export const unfinished = `state IN ('receiving', 'arrived')`;
export const free = `(lease IS NULL OR lease_until < now())`;
/** Its holder died, or at least his connection did; a file that is being taken in is left to its lease, since that must not be done twice. */
const abandoned = `state = 'receiving' AND lease IS NOT NULL AND holder IS NOT NULL AND offset_bytes <= ${inheritedMaxBytes} AND ${livenessLockIsFree('holder')}`;
export const mine = `id = $1 AND lease = $2 AND ${unfinished}`;

/** A part that is whole waits for the upload that joins it; any other whole upload is being taken in. */
const waiting = `(state = 'receiving' OR concat IS NOT DISTINCT FROM 'partial')`;
/** Given to a final upload, which alone decides about it from then on. */
const joined = 'final_id IS NOT NULL';

/** An upload past its time has expired, whether somebody has cleaned up yet or not. */
export const columns = `id, target_id AS "targetId", owner_id AS "ownerId", kind, file_name AS "fileName", content_type AS "contentType", metadata,
  length_bytes::float8 AS "lengthBytes", offset_bytes::float8 AS "offsetBytes",
  CASE WHEN ${unfinished} AND ${waiting} AND NOT ${joined} AND expires_at < now() AND ${free} THEN 'expired' ELSE state END AS state,
  concat, part_ids AS "partIds",
  finish_attempts AS "finishAttempts", arrived_at AS "arrivedAt", result, problem, created_at AS "createdAt", expires_at AS "expiresAt"`;

/** Uploads and who works on each of them, for all copies of the gateway. SQL, because each step is one statement that decides. */
@Injectable()
export class UploadStore {
  constructor(
    private readonly database: Database,
    private readonly liveness: InstanceLiveness,
  ) {}

  /** @throws Failure too-many-uploads */
  create(upload: NewUpload, room: Room): Promise<Upload> {
    return this.database.transaction(async (tx) => {
      await lockUploadsOf(tx, upload.ownerId);
      await refuseTooMany(tx, upload, room);
      const { ownerId, kind, fileName, contentType, metadata, lengthBytes, concat } = upload;
      const [row] = await queryRows<Upload>(
        tx,
        `INSERT INTO gateway.upload (id, owner_id, kind, file_name, content_type, metadata, length_bytes, expires_at, concat)
         VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 second', $9) RETURNING ${columns}`,
        [randomUUID(), ownerId, kind, fileName, contentType, metadata, lengthBytes, room.expirySeconds, concat],
      );
      return row!;
    });
  }

  async find(id: string, ownerId: string): Promise<Upload | undefined> {
    const [row] = await this.rows(`SELECT ${columns} FROM gateway.upload WHERE id = $1 AND owner_id = $2`, [id, ownerId]);
    return row;
  }

  /** New to old. @throws Failure request-invalid for a cursor that is not ours */
  listUnfinished(ownerId: string, page: PageRequest): Promise<Page<Upload>> {
    const from = `gateway.upload WHERE owner_id = $1 AND ${unfinished} AND expires_at > now()`;
    return queryPage(this.database.source, { columns, from, parameters: [ownerId] }, page);
  }

  /** Undefined when it is not there, has ended, has expired, or somebody else works on it. */
  async claim(id: string, ownerId: string): Promise<Claimed | undefined> {
    const token = randomUUID();
    const take = (when: string) =>
      this.rows(
        `UPDATE gateway.upload SET lease = $3, lease_until = ${lease}, holder = $4
         WHERE id = $1 AND owner_id = $2 AND ${unfinished} AND NOT ${joined} AND ${when} RETURNING ${columns}`,
        [id, ownerId, token, this.liveness.id ?? null],
      );
    const [upload] = await take(`${free} AND (NOT ${waiting} OR expires_at > now())`);
    if (upload) return { claim: { id, token }, upload, inherited: false };
    const [left] = await take(`${abandoned} AND expires_at > now()`);
    return left && { claim: { id, token }, upload: left, inherited: true };
  }

  /** So many bytes are on the disk, and we are still here. Undefined when somebody else has taken over, or the upload is gone. */
  async advance({ id, token }: Claim, offsetBytes: number, expirySeconds: number): Promise<Upload | undefined> {
    const [upload] = await this.rows(
      `UPDATE gateway.upload SET offset_bytes = $3, lease_until = ${lease},
         state = CASE WHEN length_bytes = $3 THEN 'arrived' ELSE 'receiving' END,
         arrived_at = CASE WHEN length_bytes = $3 THEN coalesce(arrived_at, now()) END,
         expires_at = now() + $4 * interval '1 second'
       WHERE ${mine} RETURNING ${columns}`,
      [id, token, offsetBytes, expirySeconds],
    );
    return upload;
  }

  /** The length that was not told before. False as for {@link advance}. */
  tellLength({ id, token }: Claim, lengthBytes: number): Promise<boolean> {
    return this.change(`UPDATE gateway.upload SET length_bytes = $3 WHERE ${mine} RETURNING 1`, [id, token, lengthBytes]);
  }

  beginFinish({ id, token }: Claim): Promise<boolean> {
    return this.change(`UPDATE gateway.upload SET finish_attempts = finish_attempts + 1 WHERE ${mine} RETURNING 1`, [id, token]);
  }

  renew({ id, token }: Claim): Promise<boolean> {
    return this.change(`UPDATE gateway.upload SET lease_until = ${lease} WHERE ${mine} RETURNING 1`, [id, token]);
  }

  release({ id, token }: Claim): Promise<boolean> {
    return this.change(`UPDATE gateway.upload SET lease = NULL, lease_until = ${restAfterFinish} WHERE ${mine} RETURNING 1`, [id, token]);
  }

  finish({ id, token }: Claim, result: UploadResult): Promise<boolean> {
    return this.end(`state = 'finished', result = $3`, [id, token, JSON.stringify(result)]);
  }

  refuse({ id, token }: Claim, problem: WireFailure): Promise<boolean> {
    return this.end(`state = 'refused', problem = $3`, [id, token, JSON.stringify(problem)]);
  }

  /** The parts that it joined go with it. */
  private end(what: string, parameters: readonly unknown[]): Promise<boolean> {
    const story = `lease = NULL, lease_until = NULL, expires_at = now() + ${keptFor}`;
    return this.change(
      `WITH ended AS (UPDATE gateway.upload SET ${what}, ${story} WHERE ${mine} RETURNING id), ${partsGone} SELECT id FROM ended`,
      parameters,
    );
  }

  /** With the parts that it joins. False while its file is being taken in. An upload that is still being sent is taken away from under its sender. */
  remove(id: string, ownerId: string): Promise<boolean> {
    return this.change(
      `DELETE FROM gateway.upload WHERE id = $1 AND owner_id = $2 AND (state <> 'arrived' OR ${free}) AND NOT ${joined} RETURNING 1`,
      [id, ownerId],
    );
  }

  /** All bytes are there and nobody works on them: a gateway died, or a service was away. */
  abandoned(): Promise<Pick<Upload, 'id' | 'ownerId'>[]> {
    return this.rows(
      `SELECT id, owner_id AS "ownerId" FROM gateway.upload
       WHERE state = 'arrived' AND NOT ${waiting} AND (lease_until IS NULL OR lease_until < now()) ORDER BY lease_until NULLS FIRST LIMIT 20`,
    );
  }

  /** Gives up what nothing has come for. @returns a batch at a time */
  expire(): Promise<Pick<Upload, 'id' | 'partIds'>[]> {
    return this.rows(
      `WITH ended AS (UPDATE gateway.upload SET state = 'expired', lease = NULL WHERE id IN
         (SELECT id FROM gateway.upload WHERE ${unfinished} AND NOT ${joined} AND expires_at < now() AND ${free}
          LIMIT ${batch} FOR UPDATE SKIP LOCKED) RETURNING id, part_ids), ${partsGone}
       SELECT id, part_ids AS "partIds" FROM ended`,
    );
  }

  /** Forgets what ended long ago. */
  async forget(): Promise<void> {
    await this.rows(
      `DELETE FROM gateway.upload WHERE id IN
         (SELECT id FROM gateway.upload WHERE (state IN ('finished', 'refused') AND expires_at < now())
            OR (state = 'expired' AND expires_at < now() - ${keptFor}) LIMIT ${batch} FOR UPDATE SKIP LOCKED) RETURNING id`,
    );
  }

  /** Of these ids, those that may still have bytes. */
  async withBytes(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.rows(`SELECT id FROM gateway.upload WHERE id = ANY($1::uuid[]) AND ${unfinished}`, [ids]);
    return new Set(rows.map(({ id }) => id));
  }

  async countOpen(): Promise<number> {
    const [row] = await queryRows<{ open: number }>(
      this.database.source,
      `SELECT count(*)::int AS open FROM gateway.upload WHERE ${unfinished}`,
    );
    return row?.open ?? 0;
  }

  private rows(sql: string, parameters: readonly unknown[] = []): Promise<Upload[]> {
    return queryRows<Upload>(this.database.source, sql, parameters);
  }

  private async change(sql: string, parameters: readonly unknown[]): Promise<boolean> {
    return (await this.rows(sql, parameters)).length > 0;
  }
}

const partsGone = 'gone AS (DELETE FROM gateway.upload WHERE final_id IN (SELECT id FROM ended))';

/** Until the end of the transaction: what one may have is counted once at a time, and parts are joined once. */
export async function lockUploadsOf(tx: EntityManager, ownerId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('gateway.upload'), hashtext($1))`, [ownerId]);
}

/** A final upload has no bytes but those of its parts. */
async function refuseTooMany(tx: EntityManager, { ownerId, lengthBytes }: NewUpload, room: Room): Promise<void> {
  const [row] = await queryRows<{ open: number; bytes: number }>(
    tx,
    `SELECT count(*)::int AS open, coalesce(sum(coalesce(length_bytes, $2)), 0)::float8 AS bytes
     FROM gateway.upload WHERE owner_id = $1 AND ${unfinished} AND part_ids IS NULL`,
    [ownerId, room.maxBytes],
  );
  const { open, bytes } = row ?? { open: 0, bytes: 0 };
  if (open >= room.perOwner) throw new Failure('too-many-uploads', `You have ${open} unfinished uploads; finish or delete some.`);
  if (bytes + (lengthBytes ?? room.maxBytes) > room.bytesPerOwner)
    throw new Failure('too-many-uploads', `Your unfinished uploads may have ${room.bytesPerOwner} bytes in all.`);
}
