import { Injectable } from '@nestjs/common';
import type * as z from 'zod';
import { Failure, type Job, type JobKind } from '#contracts';
import { JobStore, requireSubject } from '#platform';
import { jobStatesOf, toWork, type Work, type workQuery } from './work-resource.ts';

type Query = z.output<z.ZodObject<typeof workQuery>>;

@Injectable() // reads the caller's jobs of one kind as resources of their own
export class WorkResources {
  constructor(private readonly jobs: JobStore) {}

  /** @throws Failure the work's own for an id that is no work of this kind of the caller */
  async job(work: Pick<Work<JobKind, string, object>, 'job' | 'notFound' | 'noun'>, id: string): Promise<Job> {
    const job = (await this.jobs.findMany([id], requireSubject())).get(id);
    if (job?.kind !== work.job.name) throw new Failure(work.notFound, `There is no ${work.noun} ${id}.`);
    return job;
  }

  async get<K extends JobKind, Noun extends string, Own extends object>(work: Work<K, Noun, Own>, id: string) {
    return toWork(work, await this.job(work as never, id));
  }

  /** New to old. */
  async list<K extends JobKind, Noun extends string, Own extends object>(work: Work<K, Noun, Own>, { state, ...page }: Query) {
    const states = state ? jobStatesOf(state) : undefined;
    const { items, nextCursor } = await this.jobs.list(requireSubject(), { ...page, kind: work.job.name, states });
    return { items: items.map((job) => toWork(work, job)), nextCursor };
  }
}
