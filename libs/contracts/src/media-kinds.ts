/**
 * What a file that is sent can become: one declaration for each kind, for resumable uploads and for imports. `name` is the value of `kind`, `idField`
 * the field with the id of the resource in an answer.
 */
import { createTrack, mediaFailures } from './audio.ts';
import { createVideo, videoMediaFailures } from './videos.ts';

export const mediaKinds = {
  track: { create: createTrack, idField: 'trackId', otherMedia: 'media-not-audio', failures: mediaFailures },
  video: { create: createVideo, idField: 'videoId', otherMedia: 'media-not-video', failures: videoMediaFailures },
} as const;

export type MediaKind = keyof typeof mediaKinds;
export type MediaIdField = (typeof mediaKinds)[MediaKind]['idField'];

export const mediaKindNames = Object.keys(mediaKinds) as [MediaKind, ...MediaKind[]];

/** Former names, which are still taken. */
const formerNames: Readonly<Record<string, MediaKind>> = { audio: 'track' };

/** @returns undefined for a kind that is not known */
export const mediaKindOf = (name: string): MediaKind | undefined =>
  Object.hasOwn(mediaKinds, name) ? (name as MediaKind) : Object.hasOwn(formerNames, name) ? formerNames[name] : undefined;

/** What a kind may be called in a request. */
export const mediaKindSpellings = [...mediaKindNames, ...Object.keys(formerNames)] as [string, ...string[]];

/** `{ trackId }`, `{ videoId }`: the id of a resource under the field of its kind. */
export const idOfMedia = (kind: MediaKind, id: string): { [Field in MediaIdField]?: string } => ({ [mediaKinds[kind].idField]: id });
