/** Captions of videos: a file of text and times each, and what players read of it. */
import * as z from 'zod';
import { captionFields, captionFileFormats, captionMaxBytes, createFailures, token, videoCaption, videoCaptions } from '#contracts';
import { fileFailures, fileHeaders, fileResponses } from '../downloads/file-endpoint.ts';
import { raw } from '../http/body.ts';
import { embeddable, endpoint } from '../http/endpoint.ts';
import { presentList, presentResource } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const base = { tag: 'Videos', auth: 'user' } as const;
const all = '/v1/videos/:videoId/captions';
const one = `${all}/:captionId` as const;
const params = z.strictObject({ videoId: z.uuid(), captionId: z.uuid() });
const unavailable = ['service-unavailable', 'deadline-exceeded'] as const;

export const presentCaption = presentResource({
  id: 'VideoCaptionResource',
  of: videoCaption,
  links: { self: '/v1/videos/{videoId}/captions/{id}', video: '/v1/videos/{videoId}', file: '/v1/videos/{videoId}/captions/{id}/file' },
});

export const createVideoCaption = endpoint({
  ...base,
  id: 'createVideoCaption',
  method: 'POST',
  path: all,
  summary: 'Add captions to a video',
  description:
    'Send WebVTT or SubRip as the body, in UTF-8 (or UTF-16 with a byte order mark, or Windows-1252). It is read at once and kept as WebVTT and SubRip; ' +
    'markup that WebVTT does not know, styles and regions are left out, and `warnings` tells what was odd. A file with a line that cannot be read is ' +
    'refused with the numbers of such lines. Text tracks of the video file are captions already. HLS and DASH name all captions. The title is what ' +
    'players show; without one it is the language.',
  params: z.strictObject({ videoId: z.uuid() }),
  query: z.strictObject(captionFields),
  body: raw({
    contentTypes: ['text/vtt', 'application/x-subrip'],
    description: 'The file. Either content type: WebVTT begins with its name.',
    maxBytes: captionMaxBytes,
  }),
  responses: {
    201: {
      description: 'Created.',
      contentType: 'application/json',
      schema: presentCaption.schema,
      headers: { Location: 'The resource.' },
    },
  },
  failures: [
    ...(['video-not-found', 'caption-invalid', 'too-many-captions', 'payload-too-large', 'media-type-unsupported', 'media-empty'] as const),
    ...(['request-timeout', 'storage-full', 'file-lost'] as const),
    ...createFailures,
    ...unavailable,
  ],
});

export const listVideoCaptions = serviceEndpoint({
  ...base,
  method: 'GET',
  path: all,
  summary: 'The captions of a video, newest first unless sorted otherwise',
  calls: videoCaptions.listVideoCaptions,
  present: presentList(presentCaption),
});

export const getVideoCaption = serviceEndpoint({
  ...base,
  method: 'GET',
  path: one,
  summary: 'One caption of a video',
  calls: videoCaptions.getVideoCaption,
  present: presentCaption,
});

export const updateVideoCaption = serviceEndpoint({
  ...base,
  method: 'PATCH',
  path: one,
  summary: 'Change what is said of a caption',
  description: 'A JSON Merge Patch; the text stays. A caption that becomes the default one takes the place of the one before.',
  calls: videoCaptions.updateVideoCaption,
  present: presentCaption,
  example: { title: 'Español', isDefault: true },
});

export const deleteVideoCaption = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: one,
  summary: 'Delete a caption of a video',
  calls: videoCaptions.deleteVideoCaption,
});

export const downloadVideoCaption = endpoint({
  ...base,
  id: 'downloadVideoCaption',
  method: 'GET',
  path: `${one}/file`,
  summary: 'The file of a caption',
  description: 'WebVTT, or SubRip, which keeps bold, italic and underlined text only.',
  cacheControl: 'private, no-cache',
  params,
  query: z.strictObject({
    format: z.enum(captionFileFormats).default('vtt').meta({ description: 'Format of the file.' }),
  }),
  headers: fileHeaders,
  responses: fileResponses('text/vtt', 'The file.'),
  failures: ['caption-not-found', ...fileFailures, ...unavailable],
});

const linked = {
  method: 'GET',
  tag: 'Videos',
  auth: 'open',
  always: embeddable,
  params: z.strictObject({ token: token({ max: 200 }), captionId: z.uuid() }),
} as const;
const linkFailures = ['caption-not-found', 'link-invalid', 'link-expired', ...unavailable] as const;

export const getCaptionPlaylist = endpoint({
  ...linked,
  id: 'getCaptionPlaylist',
  path: '/v1/links/:token/captions/:captionId/playlist.m3u8',
  summary: 'The HLS playlist of a caption',
  description: 'Found in the master playlist. It has one segment.',
  cacheControl: 'private, no-cache',
  responses: { 200: { contentType: 'application/vnd.apple.mpegurl', description: 'The playlist (RFC 8216).' } },
  failures: linkFailures,
});

export const getCaptionSegment = endpoint({
  ...linked,
  id: 'getCaptionSegment',
  path: '/v1/links/:token/captions/:captionId/captions.vtt',
  summary: 'The text of a caption for players',
  description: 'Found in the playlist of the caption, and in the DASH manifest.',
  cacheControl: 'private, max-age=3600',
  headers: fileHeaders,
  responses: fileResponses('text/vtt', 'WebVTT.'),
  failures: [...linkFailures, ...fileFailures],
});
