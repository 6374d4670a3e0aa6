/** Where the resources are that a sent file can become. */
import type { MadeResource, MediaKind } from '#contracts';

const mediaPaths: Readonly<Record<MediaKind, `/v1/${string}`>> = { track: '/v1/tracks', video: '/v1/videos' };

/** What a sent file has become, with the link to it. */
export const madeResourceOf = (kind: MediaKind, id: string): MadeResource => ({ kind, id, links: { self: `${mediaPaths[kind]}/${id}` } });
