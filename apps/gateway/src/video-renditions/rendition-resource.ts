/** A rendition of a video as clients see it: what the video service knows, and where the rest of it is. */
import { videoRendition } from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';

export const presentRendition = presentResource({
  id: 'VideoRenditionResource',
  of: videoRendition,
  links: {
    self: '/v1/videos/{videoId}/renditions/{id}',
    video: '/v1/videos/{videoId}',
    hls: '/v1/videos/{videoId}/hls/master.m3u8',
    hlsLinks: '/v1/videos/{videoId}/hls/links',
    dash: '/v1/videos/{videoId}/dash/manifest.mpd',
    dashLinks: '/v1/videos/{videoId}/dash/links',
    job: '/v1/jobs/{job.id}',
  },
});

export const presentRenditions = presentList(presentRendition);
