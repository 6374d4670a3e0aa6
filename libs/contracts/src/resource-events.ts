/** What an owner is told about resources: the same events on webhooks and on the event stream. */
import * as z from 'zod';
import { endedJobStates } from './jobs.ts';

/** Nouns whose resources are announced. A new noun stands here, in its migration (`announceRows`) and in the gateway's `announced-resources.ts`. */
export const announcedNouns = ['collection', 'export', 'load', 'playlist', 'post', 'saved-video', 'track', 'video', 'video-rendition'] as const;
export type AnnouncedNoun = (typeof announcedNouns)[number];

/** `ready`: it can be used; `failed`: its job has ended without it; `deleted`: it is gone. */
export const resourceChanges = ['ready', 'failed', 'deleted'] as const;
export type ResourceChange = (typeof resourceChanges)[number];
export type ResourceEvent = `${AnnouncedNoun}.${ResourceChange}`;
export type JobEnd = `job.${(typeof endedJobStates)[number]}`;
/** What becomes of a publication: `data` is the publication, whose `status` the event names. */
export const publicationEvents = [
  'post.published',
  'post.accepted',
  'post.unconfirmed',
  'post.rate-limited',
  'post.duplicate',
  'post.revoked',
  'post.version-expired',
  'post.failed',
] as const;
export type PublicationEvent = (typeof publicationEvents)[number];
export type OwnerEvent = JobEnd | ResourceEvent | PublicationEvent;

const isAnnounced = (noun: AnnouncedNoun, change: ResourceChange) => change !== 'failed' || !madeWithoutJob.includes(noun);
/** These are ready when they are created and cannot fail. */
const madeWithoutJob: readonly AnnouncedNoun[] = ['collection', 'playlist', 'post', 'saved-video'];

const ofResources = announcedNouns.flatMap((noun) =>
  resourceChanges.filter((change) => isAnnounced(noun, change)).map((change): ResourceEvent => `${noun}.${change}`),
);
const ofJobs = endedJobStates.map((state): JobEnd => `job.${state}`);

/** Every type of event. */
export const ownerEvents: readonly OwnerEvent[] = [...ofJobs, ...ofResources, ...publicationEvents];
type EventPattern = OwnerEvent | `${AnnouncedNoun | 'job'}.*`;
const patterns: readonly EventPattern[] = [...ownerEvents, 'job.*', ...announcedNouns.map((noun) => `${noun}.*` as const)];

/** A type of event, or all types of one noun: `track.*`. */
export const eventPattern = z.enum(patterns as [EventPattern, ...EventPattern[]]);
export const eventPatternCount = patterns.length;

/** @param wanted patterns; empty: everything */
export const isWantedEvent = (type: string, wanted: readonly string[]): boolean =>
  wanted.length === 0 || wanted.includes(type) || wanted.includes(`${type.slice(0, type.indexOf('.'))}.*`);
