/** Audiograms of tracks: the answer is a job, whose result is a new video. */
import * as z from 'zod';
import { newOwnerFields } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { acceptedVideo } from './clips.endpoints.ts';

export const createAudiogram = endpoint({
  id: 'createAudiogram',
  method: 'POST',
  path: '/v1/tracks/:trackId/audiogram',
  tag: 'Tracks',
  summary: 'Make a video of a track',
  description:
    'For networks that take no sound alone: its waveform, and its cover where it has one, as an H.264 video of 1080 × 1080 pixels, up to one hour. The ' +
    'answer is 202 with the job that makes it; the `videoId` of its result is a new video of yours. While such a job of the track runs, it is the answer. ' +
    'Without a title it has that of the track.',
  auth: 'user',
  cost: 10,
  params: z.strictObject({ trackId: z.uuid() }),
  body: z.strictObject(newOwnerFields),
  responses: acceptedVideo,
  failures: [
    'track-not-found',
    'analysis-not-ready',
    'analysis-failed',
    'media-too-long',
    'file-lost',
    'quota-exceeded',
    'service-unavailable',
    'deadline-exceeded',
  ],
  example: { title: 'Golden hour, for the feed' },
});
