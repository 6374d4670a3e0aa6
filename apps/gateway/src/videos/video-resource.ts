/** A video as clients see it: what the video service knows, and where the rest of it is. */
import { listVideos, video } from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';

export const presentVideo = presentResource({
  id: 'VideoResource',
  of: video,
  links: {
    self: '/v1/videos/{id}',
    file: '/v1/videos/{id}/file',
    analysis: '/v1/videos/{id}/analysis',
    similar: '/v1/videos/{id}/similar',
    curves: '/v1/videos/{id}/curves.svg',
    poster: '/v1/videos/{id}/poster',
    posterLinks: '/v1/videos/{id}/poster/links',
    thumbnail: '/v1/videos/{id}/thumbnail',
    preview: '/v1/videos/{id}/preview.webp',
    storyboardVtt: '/v1/videos/{id}/storyboard.vtt',
    storyboardJpg: '/v1/videos/{id}/storyboard.jpg',
    captions: '/v1/videos/{id}/captions',
    renditions: '/v1/videos/{id}/renditions',
    hls: '/v1/videos/{id}/hls/master.m3u8',
    dash: '/v1/videos/{id}/dash/manifest.mpd',
    job: '/v1/jobs/{job.id}',
  },
});

export const presentVideos = presentList(presentVideo, listVideos);
