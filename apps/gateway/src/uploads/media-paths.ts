/** Where the resources are that a sent file can become. */
import type { MediaKind } from '#contracts';

export const mediaPaths: Readonly<Record<MediaKind, `/v1/${string}`>> = { track: '/v1/tracks', video: '/v1/videos' };
