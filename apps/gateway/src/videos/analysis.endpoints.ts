/** What is seen and heard in a video. */
import { videoAnalyses, videoCurvesOptions } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { videoParams } from './videos.endpoints.ts';

/** A later version of the service may find more. */
const cacheControl = 'private, max-age=3600';
const base = { method: 'GET', tag: 'Videos', auth: 'user', cacheControl } as const;

export const getVideoAnalysis = serviceEndpoint({
  ...base,
  path: '/v1/videos/:videoId/analysis',
  summary: 'Scenes, spans, curves and the best moments of a video',
  description:
    'Scenes with a key frame each; black, frozen, blurred and silent stretches; loudness; curves of motion, brightness and loudness; and the moments ' +
    'that show most of it. All of it comes from the one decode of the job of the video.',
  calls: videoAnalyses.getVideoAnalysis,
});

export const getVideoCurves = endpoint({
  ...base,
  id: 'getVideoCurves',
  path: '/v1/videos/:videoId/curves.svg',
  summary: 'A chart of motion, brightness and loudness',
  description: 'Three rows over one axis of time, with a line where a new scene begins.',
  params: videoParams,
  query: videoCurvesOptions,
  responses: { 200: { description: 'The chart.', contentType: 'image/svg+xml' } },
  failures: ['video-not-found', 'video-not-ready', 'video-failed'],
});

export const listSimilarVideos = serviceEndpoint({
  method: 'GET',
  tag: 'Videos',
  auth: 'user',
  path: '/v1/videos/:videoId/similar',
  summary: 'Copies of a video among your own, with the stretches that they share',
  description:
    'Finds re-encoded, resized, letterboxed, brightened and trimmed copies, copies at another frame rate and with a logo, by their pictures. The sound is not compared.',
  cost: 3,
  calls: videoAnalyses.listSimilarVideos,
});
