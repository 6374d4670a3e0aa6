/** The video endpoints: sent once, read whole once, looked at as often as one likes. */
import * as z from 'zod';
import { videoMediaFailures, videos } from '#contracts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { mediaUpload } from '../uploads/media-upload.endpoint.ts';
import { presentVideo, presentVideos } from './video-resource.ts';

export const videoParams = z.strictObject({ videoId: z.uuid() });
const base = { tag: 'Videos', auth: 'user' } as const;
const one = { ...base, path: '/v1/videos/:videoId' } as const;

export const createVideo = mediaUpload({
  id: 'createVideo',
  path: '/v1/videos',
  tag: 'Videos',
  summary: 'Upload a video',
  description:
    'Send one file as `multipart/form-data` in the field `file`, and what you want to say about it in the fields `title`, `tags`, `metadata` and ' +
    '`externalId`, before the file. Its streams are read at once; the answer is 202 with the video and the job that decodes it, which adds warnings, ' +
    'poster and storyboard. `?wait=SECONDS` (or `Prefer: wait=SECONDS`) holds the answer until that is done and then gives the video with 201, the ' +
    'problem if it failed, or 202 when the time ran out.',
  cost: 10,
  query: {},
  file: 'The video: MP4, MOV, Matroska, WebM, AVI, FLV, MPEG-TS or Ogg.',
  maxBytes: 2 * 1_024 ** 3,
  schema: presentVideo.schema,
  failures: videoMediaFailures,
});

export const listVideos = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/videos',
  summary: 'Your videos, newest first unless sorted otherwise',
  description: 'Items leave out what grows with the file: ask for it by name in `fields`.',
  calls: videos.listVideos,
  present: presentVideos,
});

export const getVideo = serviceEndpoint({
  ...one,
  method: 'GET',
  summary: 'One video with what is known of it',
  calls: videos.getVideo,
  present: presentVideo,
});

export const updateVideo = serviceEndpoint({
  ...one,
  method: 'PATCH',
  summary: 'Change title, tags, metadata or your id of a video',
  description:
    'A JSON Merge Patch: what is absent stays, null removes `externalId` or a pair of `metadata`, a list replaces the list. Send the `ETag` that you ' +
    'read in `If-Match`.',
  calls: videos.updateVideo,
  present: presentVideo,
  example: { title: 'Holiday, second cut', tags: ['summer'], metadata: { project: 'spring', draft: null } },
});

export const deleteVideo = serviceEndpoint({
  ...one,
  method: 'DELETE',
  summary: 'Delete a video',
  description: 'The video, its pictures and its file are gone for you at once; the bytes themselves go when no other video holds them.',
  calls: videos.deleteVideo,
});
