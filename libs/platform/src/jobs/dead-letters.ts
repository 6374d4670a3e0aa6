/** For operators: jobs that failed at every attempt although they were worth retrying. Kept for 30 days. */

import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import * as z from 'zod';
import { Failure } from '#contracts';
import { requeue } from './job.store.ts';
import type { JobsDatabase, JobsLink } from './job-engine-deps.ts';
import { deadStream, deadSubject } from './streams.ts';

const body = z.object({
  jobId: z.uuid(),
  ownerId: z.uuid(),
  kind: z.string(),
  attempts: z.number(),
  reason: z.object({ code: z.string(), message: z.string() }),
  toolLines: z.array(z.string()),
  failedAt: z.iso.datetime(),
});
export type DeadLetter = z.output<typeof body> & {
  /** Its place in the stream; grows. */
  readonly sequence: number;
};

export class DeadLetters {
  readonly #database: JobsDatabase;
  readonly #link: JobsLink;

  constructor(database: JobsDatabase, link: JobsLink) {
    this.#database = database;
    this.#link = link;
  }

  /** Old to new, at most `limit`, from behind the sequence `after`. */
  async list({ after = 0, limit, kind }: { after?: number; limit: number; kind?: string }): Promise<DeadLetter[]> {
    const manager = await this.#manager();
    const letters: DeadLetter[] = [];
    for (let from = after + 1; letters.length < limit; from = letters.at(-1)!.sequence + 1) {
      const letter = await read(manager, { seq: from, next_by_subj: kind === undefined ? 'dead-jobs.>' : deadSubject(kind, '*') });
      if (!letter) break;
      letters.push(letter);
    }
    return letters;
  }

  /**
   * Runs the job once more, with all its attempts, and takes it off the list.
   * @returns false when the job has meanwhile been retried by its owner, or another job with its key waits or runs
   * @throws Failure `not-found` when nothing lies at this sequence
   */
  async replay(sequence: number): Promise<boolean> {
    const manager = await this.#manager();
    const letter = await read(manager, { seq: sequence });
    if (!letter) throw notThere(sequence);
    const queued = await requeue(this.#database.source, letter.jobId, undefined);
    await manager.streams.deleteMessage(deadStream, sequence, false);
    return queued !== undefined;
  }

  /**
   * Runs all that lie there now once more, at most a thousand; call it again for the rest.
   * @returns how many were queued; those that were retried meanwhile, or whose work another job does, only leave the list
   */
  async replayAll(kind?: string): Promise<number> {
    const letters = await this.list({ limit: 1_000, ...(kind === undefined ? {} : { kind }) });
    let queued = 0;
    for (const { sequence } of letters) if (await this.replay(sequence).catch(orGone)) queued++;
    return queued;
  }

  /** Takes it off the list; the job stays failed. @throws Failure `not-found` */
  async drop(sequence: number): Promise<void> {
    const manager = await this.#manager();
    if (!(await read(manager, { seq: sequence }))) throw notThere(sequence);
    await manager.streams.deleteMessage(deadStream, sequence, false);
  }

  #manager(): Promise<JetStreamManager> {
    return jetstreamManager(this.#link.connection, { checkAPI: false });
  }
}

async function read(
  manager: JetStreamManager,
  query: { seq: number } | { seq: number; next_by_subj: string },
): Promise<DeadLetter | undefined> {
  const message = await manager.streams.getMessage(deadStream, query);
  return message ? { ...body.parse(message.json()), sequence: message.seq } : undefined;
}

/** Another operator has taken it already. */
function orGone(error: unknown): false {
  if (error instanceof Failure && error.code === 'not-found') return false;
  throw error;
}

const notThere = (sequence: number) => new Failure('not-found', `There is no dead letter ${sequence}.`);
