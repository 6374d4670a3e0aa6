/** Renditions of videos: one rung of a stream each. */
import * as z from 'zod';
import { createVideoLadder as ladderContract, videoPresetLists, videoRenditions } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { presentRendition, presentRenditions } from './rendition-resource.ts';

const base = { tag: 'Videos', auth: 'user' } as const;
const all = '/v1/videos/:videoId/renditions';
const one = `${all}/:renditionId` as const;

export const createVideoRendition = serviceEndpoint({
  ...base,
  method: 'POST',
  path: all,
  summary: 'Encode a video for playing',
  description:
    'Makes one rung of the stream of a video: H.264, or AV1 where you ask for it, and AAC in fragmented MP4, with the rotation in the pixels. A preset ' +
    'is an upper limit for the short side: nothing is enlarged. The same preset of the same bytes is encoded once; asked for again, the rendition that is there is the answer. ' +
    'It can be played as soon as its first segments are there: see `links.hls`. The answer is 202 with the rendition and its job; ' +
    '`?wait=SECONDS` (or `Prefer: wait=SECONDS`) holds it until the end of the job.',
  cost: 10,
  calls: videoRenditions.createVideoRendition,
  present: presentRendition,
  starts: 'job',
  whenDone: videoRenditions.getVideoRendition,
  example: { preset: 'web-720p@1', tags: ['website'] },
});

const { videoId, presets } = ladderContract.request.shape;

export const createVideoLadder = endpoint({
  ...base,
  id: 'createVideoLadder',
  method: 'POST',
  path: '/v1/videos/:videoId/ladder',
  summary: 'Encode a video for playing, in several sizes at once',
  description:
    'Makes several renditions: those that you name, or every one with a picture that is possible for the video. The video is decoded once for all of ' +
    'them. Those that are there already are answered as they are.',
  cost: 20,
  params: z.strictObject({ videoId }),
  body: z.strictObject({ presets }),
  responses: {
    202: {
      description: 'Accepted; each rendition has a job of its own.',
      contentType: 'application/json',
      schema: z
        .object({ items: z.array(presentRendition.schema).meta({ description: 'Highest first.' }) })
        .meta({ id: 'VideoLadder', description: 'The renditions that were asked for.' }),
    },
  },
  failures: [...ladderContract.failures, 'service-unavailable', 'deadline-exceeded'],
  example: { presets: ['web-720p', 'web-240p'] },
});

export const listVideoRenditions = serviceEndpoint({
  ...base,
  method: 'GET',
  path: all,
  summary: 'The renditions of a video, newest first unless sorted otherwise',
  calls: videoRenditions.listVideoRenditions,
  present: presentRenditions,
});

export const getVideoRendition = serviceEndpoint({
  ...base,
  method: 'GET',
  path: one,
  summary: 'One rendition of a video',
  calls: videoRenditions.getVideoRendition,
  present: presentRendition,
});

export const deleteVideoRendition = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: one,
  summary: 'Delete a rendition of a video',
  description: 'Its job is cancelled if it still runs. The segments themselves go when no other rendition is made of them.',
  calls: videoRenditions.deleteVideoRendition,
});

export const listVideoPresets = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/videos/presets',
  summary: 'The presets, with their commands',
  description: 'What can be asked for, what it makes, and the command of ffmpeg that makes it.',
  calls: videoPresetLists.listVideoPresets,
});
