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
    id: z.uuid().meta({ description: 'Its id.', examples: ['3d384b3a-7bba-43a3-85f9-b6fba66429c4'] }),
    kind: z.string().meta({ description: 'What it was.', examples: ['track'] }),
    title: z.string().meta({ description: 'Its title.', examples: ['Ráfaga'] }),
    tags: z.array(z.string()).meta({ description: 'Its tags.', examples: [['live']] }),
    metadata: z.record(z.string(), z.string()).meta({ description: "The owner's pairs.", examples: [{ campaign: 'spring' }] }),
    externalId: z
      .string()
      .nullable()
      .meta({ description: "The owner's id.", examples: ['cms-42'] }),
    createdAt: z.iso.datetime().meta({ description: 'When it was created.', examples: ['2026-01-31T12:00:00.000Z'] }),
    updatedAt: z.iso.datetime().meta({ description: 'When it was last changed.', examples: ['2026-01-31T12:00:00.000Z'] }),
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
export const isCurrent = (type: OwnerEvent, { state, status }: { readonly state?: unknown; readonly status?: unknown }): boolean =>
  type.endsWith(`.${String(state ?? status)}`); // a publication has no state

export const messageOf = ({ messageId, type, at }: Announcement, data: object): string =>
  JSON.stringify({ id: messageId, type, timestamp: at.toISOString(), data });

/** The owner's pairs of a resource, for filters; jobs have none. */
export const metadataOf = (data: object): Readonly<Record<string, string>> =>
  'metadata' in data ? (data.metadata as Record<string, string>) : {};
