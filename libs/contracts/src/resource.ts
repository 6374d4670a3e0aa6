/**
 * The shape that every resource of an owner has, whatever its noun: in answers, lists, server-sent events and webhooks. A noun adds its own fields
 * between the owner's fields and the job; the gateway adds `links`.
 */
import * as z from 'zod';
import { type Job, jobStates } from './jobs.ts';
import { int32Max, integer, label, text } from './values.ts';

export const resourceStates = ['processing', 'ready', 'failed'] as const;
export type ResourceState = (typeof resourceStates)[number];

/** How far the job of a resource is; the whole job is at `/v1/jobs/{id}`. */
export const jobProgress = z
  .object({ id: z.uuid(), state: z.enum(jobStates), percent: z.number().min(0).max(100) })
  .meta({ id: 'JobProgress', description: 'The job that makes the resource.' });

export const toJobProgress = ({ id, state, percent }: Job): z.output<typeof jobProgress> => ({ id, state, percent });

/** Why a resource failed, in the words of a problem document (RFC 9457). */
export const resourceProblem = z
  .object({
    code: z.string().meta({ description: 'A problem code; `/problems/{code}` explains it.', examples: ['media-undecodable'] }),
    detail: z.string().meta({ description: 'What went wrong with this resource.', examples: ['The file cannot be decoded.'] }),
  })
  .meta({ id: 'ResourceProblem' });

export const ownerFieldLimits = {
  titleLength: 200,
  tags: 50,
  tagLength: 64,
  metadataPairs: 50,
  metadataKeyLength: 64,
  metadataValueLength: 500,
} as const;

const tag = label({ max: ownerFieldLimits.tagLength });
const metadataKey = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, { error: 'must be 1 to 64 letters, digits, dots, hyphens or underscores' });
const metadataValue = text({ max: ownerFieldLimits.metadataValueLength });
const hasEveryTagOnce = (tags: readonly string[]) => new Set(tags).size === tags.length;
const isWithinPairs = (pairs: object) => Object.keys(pairs).length <= ownerFieldLimits.metadataPairs;

const title = label({ min: 0, max: ownerFieldLimits.titleLength }).meta({
  id: 'NewTitle',
  description: 'Up to 200 characters.',
  examples: ['Golden hour, first mix'],
});
const tags = z
  .array(tag)
  .max(ownerFieldLimits.tags)
  .refine(hasEveryTagOnce, { error: 'must not repeat a tag' })
  .meta({ id: 'NewTags', description: 'Up to 50 tags of your own.', examples: [['live', 'summer']] });
const externalId = label({ max: 200 }).meta({
  id: 'NewExternalId',
  description: 'Your own id for it; unique among your resources of this kind.',
  examples: ['crm-4711'],
});
const metadata = z
  .record(metadataKey, metadataValue)
  .refine(isWithinPairs, { error: `must have at most ${ownerFieldLimits.metadataPairs} pairs` })
  .meta({ id: 'NewMetadata', description: 'Up to 50 pairs of text of your own.', examples: [{ project: 'spring' }] });

/** What an owner may say about a resource when it is created. Without a title the service finds one (a tag of the file, the file's name). */
export const newOwnerFields = {
  title: title.optional(),
  tags: tags.optional(),
  metadata: metadata.optional(),
  externalId: externalId.optional(),
};
export type NewOwnerFields = z.output<z.ZodObject<typeof newOwnerFields>>;

/**
 * What `PATCH` takes, as a JSON Merge Patch (RFC 7396): what is absent stays; null removes (`externalId`, one pair of `metadata`); a list replaces
 * the list. Spread it into the request of the noun's `update` contract, next to the id and {@link ifRevision}.
 */
export const ownerChanges = {
  title: title.optional(),
  tags: tags.optional(),
  metadata: z
    .record(metadataKey, metadataValue.nullable())
    .refine(isWithinPairs, { error: `must have at most ${ownerFieldLimits.metadataPairs} pairs` })
    .meta({ id: 'MetadataChanges', description: 'Pairs to set; null removes a pair.', examples: [{ project: 'spring', draft: null }] })
    .optional(),
  externalId: externalId.nullable().optional(),
};
export type OwnerChanges = z.output<z.ZodObject<typeof ownerChanges>>;

/** The revision that the caller has read. The gateway takes it from `If-Match`; absent for `If-Match: *`. */
export const ifRevision = { ifRevision: integer({ min: 1, max: int32Max }).optional() };

/**
 * Whether the resource of a PUT must be there: true from `If-Match: *`, false from `If-None-Match: *`. With `ifRevision` beside it, as optional
 * preconditions.
 */
export const ifExists = { ifExists: z.boolean().optional() };

/** Failures of every `update` contract, beside `<noun>-not-found`. */
export const updateFailures = ['precondition-failed', 'external-id-taken', 'metadata-too-large'] as const;
/** Failures of every `create` contract that takes {@link newOwnerFields}. */
export const createFailures = ['external-id-taken'] as const;

export const resourceState = z
  .enum(resourceStates)
  .meta({ id: 'ResourceState', description: '`processing` until its job has ended.', examples: ['ready'] });

/** Counts the changes of its owner; the first part of the ETag. */
export const resourceRevision = integer({ min: 1, max: int32Max }).meta({
  description: 'Counts the changes that its owner made. Clients get it as the first part of the ETag, not as a field.',
});

const before = {
  state: resourceState,
  title: z.string().meta({ id: 'ResourceTitle', description: 'Its title; change it with PATCH.', examples: ['Golden hour, first mix'] }),
  tags: z.array(z.string()).meta({ id: 'ResourceTags', description: 'Your tags.', examples: [['live', 'summer']] }),
  metadata: z
    .record(z.string(), z.string())
    .meta({ id: 'ResourceMetadata', description: 'Your pairs of text.', examples: [{ project: 'spring' }] }),
  externalId: z
    .string()
    .nullable()
    .meta({ id: 'ResourceExternalId', description: 'Your own id for it.', examples: ['crm-4711'] }),
};

const after = {
  job: jobProgress
    .nullable()
    .meta({ description: 'The job that makes it; null where it needed none, or once the job is forgotten.', examples: [null] }),
  problem: resourceProblem.nullable().meta({ description: 'Why it failed; null in the other states.', examples: [null] }),
  revision: resourceRevision,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime().meta({ description: 'When the owner or the service last changed it.' }),
};

/**
 * The resource of one noun: `{ id, kind, state, title, tags, metadata, externalId, …own, job, problem, revision, createdAt, updatedAt }`. Give it
 * an `id` with `.meta({ id: 'Track' })`.
 *
 * @param noun the singular, as in the subjects of its contracts
 */
export const resource = <const Noun extends string, Own extends z.core.$ZodLooseShape>(noun: Noun, own: Own) =>
  z.object({ id: z.uuid(), kind: z.literal(noun).meta({ examples: [noun] }), ...before, ...own, ...after });

/**
 * `state`, `job` and `problem` of a resource that a job makes.
 * @param job undefined once it is forgotten: what is not ready by then has failed
 */
export function presentProgress(
  isReady: boolean,
  job: Job | undefined,
): Pick<z.output<z.ZodObject<typeof before & typeof after>>, 'state' | 'job' | 'problem'> {
  const progress = job ? toJobProgress(job) : null;
  if (isReady) return { state: 'ready', job: progress, problem: null };
  // A job may have succeeded between the two queries that read the resource and the job.
  if (job && job.state !== 'failed' && job.state !== 'cancelled') return { state: 'processing', job: progress, problem: null };
  const { code, message } = job?.reason ?? { code: 'internal', message: 'Its job is not known any more.' };
  return { state: 'failed', job: progress, problem: { code, detail: message } };
}

/** Rounds an answer's number to `decimals`, once, where the contract checks the reply. */
export const rounded = (decimals: number, schema: z.ZodNumber = z.number()) => {
  const factor = 10 ** decimals;
  return schema.overwrite((value) => Math.round(value * factor) / factor || 0); // never -0
};
