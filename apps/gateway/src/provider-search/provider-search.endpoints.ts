/** Search for tracks at providers elsewhere. */
import * as z from 'zod';
import { headerText, listTrackProviders as listProviders, searchTracks as search } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const base = { tag: 'Search', auth: 'user', method: 'GET' } as const;
export const eventStream = 'text/event-stream';

export const searchTracks = endpoint({
  ...base,
  id: 'searchTracks',
  path: '/v1/search/tracks',
  summary: 'Search for tracks at providers elsewhere',
  description:
    'Asks SoundCloud, iTunes and YouTube at the same time and takes as long as the slowest, 4 s at most unless configured otherwise. A provider that fails ' +
    'is told in `providers` and takes nothing away from the others. The same track of several providers (by ISRC, or title, artist and duration) is one ' +
    `item with all its \`sources\`.\n\nWith \`Accept: ${eventStream}\` there is an event \`provider\` as soon as each has answered (its \`provider\` and its ` +
    '`items`), and at the end one `done` with the whole answer.',
  cost: 3,
  query: search.request,
  headers: z.object({
    accept: headerText(1_024)
      .optional()
      .meta({ description: `\`application/json\`, unless \`${eventStream}\` is asked for.`, examples: [eventStream] }),
  }),
  responses: {
    200: {
      contentType: 'application/json',
      alsoAs: [eventStream],
      description: 'What was found.',
      schema: search.reply.meta({ id: 'TrackSearch', description: 'What providers have found.' }),
    },
  },
  failures: ['service-unavailable', 'deadline-exceeded', 'overloaded'],
});

export const listTrackProviders = serviceEndpoint({
  ...base,
  id: 'listTrackProviders',
  path: '/v1/search/providers',
  summary: 'The providers of tracks, whether they can be asked, and what is left of their quotas',
  calls: listProviders,
});
