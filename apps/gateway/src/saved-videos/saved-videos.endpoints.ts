/** Saved videos. Every route but the one that saves forwards to the audio service. */
import {
  createSavedVideo as create,
  deleteSavedVideo as drop,
  getSavedVideo as get,
  listSavedVideos as list,
  savedVideo,
  updateSavedVideo as update,
} from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { presentList, presentResource } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const base = { tag: 'Saved videos', auth: 'user' } as const;
const all = '/v1/saved-videos';
const one = `${all}/:savedVideoId` as const;

export const presentSavedVideo = presentResource({
  id: 'SavedVideoResource',
  of: savedVideo,
  links: { self: '/v1/saved-videos/{id}' },
});

export const createSavedVideo = endpoint({
  ...base,
  id: 'createSavedVideo',
  method: 'POST',
  path: all,
  summary: 'Save a link to a video at YouTube',
  description:
    'Links of any form to the same video are one saved video: saving it again answers 200 and the one that is there, unchanged. Where ' +
    'the installation has a key for YouTube, a job fills in the channel, the duration and, unless you gave one, the title.',
  body: create.request,
  responses: {
    200: { description: 'It was saved before.', contentType: 'application/json', schema: presentSavedVideo.schema },
    201: {
      description: 'Created.',
      contentType: 'application/json',
      schema: presentSavedVideo.schema,
      headers: { Location: 'The saved video.' },
    },
  },
  failures: [...create.failures, 'service-unavailable', 'deadline-exceeded'],
  example: { url: 'https://youtu.be/dQw4w9WgXcQ', title: 'For the closing set', tags: ['classics'] },
});

export const listSavedVideos = serviceEndpoint({
  ...base,
  method: 'GET',
  path: all,
  summary: 'Your saved videos, newest first unless sorted otherwise',
  calls: list,
  present: presentList(presentSavedVideo),
});

export const getSavedVideo = serviceEndpoint({
  ...base,
  method: 'GET',
  path: one,
  summary: 'One saved video',
  calls: get,
  present: presentSavedVideo,
});

export const updateSavedVideo = serviceEndpoint({
  ...base,
  method: 'PATCH',
  path: one,
  summary: 'Change title, tags, metadata or your id of a saved video',
  description:
    'A JSON Merge Patch: what is absent stays, null removes `externalId` or a pair of `metadata`. Send the `ETag` in `If-Match`.',
  calls: update,
  present: presentSavedVideo,
  example: { title: 'For the closing set', metadata: { mood: 'bright' } },
});

export const deleteSavedVideo = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: one,
  summary: 'Delete a saved video',
  description: 'The video at YouTube is not touched.',
  calls: drop,
});
