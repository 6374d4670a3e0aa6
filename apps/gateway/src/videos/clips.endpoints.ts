/** Clips of videos: the answer is a job, whose result is a new video. */
import * as z from 'zod';
import { createVideoClip as contract, newVideoClip } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { jobResource } from '../jobs/job-resource.ts';
import { videoParams } from './videos.endpoints.ts';

export const createVideoClip = endpoint({
  id: 'createVideoClip',
  method: 'POST',
  path: '/v1/videos/:videoId/clips',
  tag: 'Videos',
  summary: 'Cut a clip out of a video',
  description:
    'The answer is 202 with the job that cuts it; the `videoId` of its result is a new video of yours, which is read like an upload and says in `clipOf` ' +
    'what it was cut from. The clip is exact to the frame and encoded again, in H.264 and AAC, in the size of the video. The same stretch of the same ' +
    'bytes is encoded once, whoever asks. Without a title it has that of the video.',
  auth: 'user',
  cost: 10,
  params: videoParams,
  body: newVideoClip,
  responses: {
    202: {
      description: 'Accepted; the job tells how far it is.',
      contentType: 'application/json',
      schema: z.object({ job: jobResource }).meta({ id: 'VideoClipAccepted' }),
      headers: { Location: 'The job, `/v1/jobs/{id}`.' },
    },
  },
  failures: [...contract.failures, 'quota-exceeded', 'service-unavailable', 'deadline-exceeded'],
  example: { startSeconds: 4.2, endSeconds: 6.72, title: 'The dive' },
});
