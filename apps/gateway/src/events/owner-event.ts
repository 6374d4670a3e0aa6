/** The message about one event: the same text on webhooks and on the event stream. */
import * as z from 'zod';
import type { Job, OwnerEvent } from '#contracts';
import { projectorOf } from '../http/projector.ts';
import { jobResource, toJobResource } from '../jobs/job-resource.ts';

/** What a trigger has written; see the migration of `jobs.announcement`. */
export interface Announcement {
  readonly id: string;
  readonly messageId: string;
  readonly ownerId: string;
  readonly type: OwnerEvent;
  readonly noun: string;
  readonly resourceId: string;
  readonly body: object | null;
  readonly at: Date;
}

/** Larger results of jobs are left out; clients can read the job. */
const maxResultBytes = 64 * 1_024;

export const deletedResource = z
  .object({
    id: z.uuid(),
    kind: z.string().meta({ examples: ['track'] }),
    title: z.string(),
    tags: z.array(z.string()),
    metadata: z.record(z.string(), z.string()),
    externalId: z.string().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'DeletedResource', description: 'What is told of a resource that is gone.' });

const projectDeleted = projectorOf(deletedResource)!;
const projectJob = projectorOf(jobResource)!;

/** `data` of an event that brings its own body: the end of a job, or a deletion. */
export function dataOf({ noun, body }: Pick<Announcement, 'noun'> & { readonly body: object }): object {
  if (noun !== 'job') return projectDeleted({ ...body, kind: noun }) as object;
  const job = body as Job;
  const isLarge = Buffer.byteLength(JSON.stringify(job.result ?? null)) > maxResultBytes;
  const shown = projectJob(toJobResource(isLarge ? { ...job, result: null } : job)) as object;
  return isLarge ? { ...shown, resultOmitted: true } : shown;
}

/** Whether the resource is still in the state that the event tells about; if not, a later event tells what it is now. */
export const isCurrent = (type: OwnerEvent, { state }: { readonly state?: unknown }): boolean => type.endsWith(`.${String(state)}`);

export const messageOf = ({ messageId, type, at }: Announcement, data: object): string =>
  JSON.stringify({ id: messageId, type, timestamp: at.toISOString(), data });

/** The owner's pairs of a resource, for filters; jobs have none. */
export const metadataOf = (data: object): Readonly<Record<string, string>> =>
  'metadata' in data ? (data.metadata as Record<string, string>) : {};
