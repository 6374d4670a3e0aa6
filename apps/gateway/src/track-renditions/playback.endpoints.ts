/** Which file of a track fits the network: explained, or followed at once. */
import * as z from 'zod';
import { audioFormats, decimalInteger, headerText, playback } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { trackParams } from '../tracks/tracks.endpoints.ts';

const base = { tag: 'Renditions', auth: 'user', method: 'GET', params: trackParams, failures: ['track-not-found'] } as const;

export const hintNames = ['Downlink', 'ECT', 'RTT', 'Save-Data'] as const;

const query = z.strictObject({
  kbps: decimalInteger({ min: 1, max: 10_000_000 })
    .optional()
    .meta({ description: 'What the player has measured, in kb/s; it counts more than everything else.', examples: [640] }),
  formats: z
    .array(z.enum(audioFormats))
    .min(1)
    .max(audioFormats.length)
    .default(['m4a', 'mp3'])
    .meta({ description: 'What the player can play, by preference, separated by commas. A missing file is made in the first one.' }),
});

const hint = (description: string, example: string) =>
  headerText(64)
    .optional()
    .meta({ description, examples: [example] });
const headers = z.object({
  downlink: hint('A client hint: the bandwidth in Mb/s.', '1.35'),
  ect: hint('A client hint: the kind of connection: `slow-2g`, `2g`, `3g` or `4g`.', '4g'),
  rtt: hint('A client hint: the time to an answer in ms.', '150'),
  'save-data': hint('A client hint: `on` where the user wants to save data.', 'on'),
});

const always = { 'accept-ch': hintNames.join(', ') };
const deciding =
  'It goes by `kbps`, else by the lowest of what the client hints say and what the server has measured while it sent files to this network, with a ' +
  'margin. A rendition that would fit better and is missing is started once; the best file that is there plays meanwhile.';

const link = {
  url: z.string().meta({
    description: 'A signed link: an absolute URL.',
    examples: ['https://api.example.org/v1/links/AQIDBA/rendition'],
  }),
  expiresAt: z.iso.datetime().meta({ description: 'The link is good until then.', examples: ['2026-01-31T12:00:00.000Z'] }),
};
const linkedFile = playback.shape.alternatives.element.extend(link).meta({ id: 'LinkedPlaybackFile' });
const linkedPlayback = playback
  .extend({ ...link, alternatives: z.array(linkedFile).meta({ description: 'The other files, from small to large.' }) })
  .meta({ id: 'PlaybackResource', description: 'What a player should get now, and why.' });
export type LinkedPlayback = z.output<typeof linkedPlayback>;

export const getPlayback = endpoint({
  ...base,
  id: 'getTrackPlayback',
  path: '/v1/tracks/:trackId/playback',
  summary: 'The file of a track that fits the network, and why',
  description: deciding,
  always,
  query,
  headers,
  responses: { 200: linkedPlayback },
});

export const streamTrack = endpoint({
  ...base,
  id: 'streamTrack',
  path: '/v1/tracks/:trackId/stream',
  summary: 'Play a track: leads to the file that fits the network',
  description: `Decides once and leads to a signed link to a file that never changes, so that seeking stays in one file. ${deciding}`,
  cacheControl: 'private, no-store',
  always,
  query,
  headers,
  responses: { 307: { description: 'The file is there.', headers: { Location: 'A signed link to the file.' } } },
});
