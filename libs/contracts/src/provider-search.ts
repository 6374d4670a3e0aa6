/** Search for tracks at providers elsewhere: all of them at the same time, partial answers when some fail. */
import * as z from 'zod';
import { onlyPage } from './list.ts';
import { rpc, type Unchanging } from './rpc.ts';
import { integer, label } from './values.ts';

export const trackProviders = ['soundcloud', 'itunes', 'youtube'] as const;
export type TrackProvider = (typeof trackProviders)[number];
/** Results of each provider. */
export const searchLimitMax = 50;

const providerName = z.enum(trackProviders).meta({ id: 'TrackProvider', description: 'A provider of tracks.', examples: ['itunes'] });
const about = (description: string, example: string) => ({ description, examples: [example] });

export const trackSource = z
  .object({
    provider: providerName,
    providerTrackId: z.string().meta({ description: "The provider's id of the track.", examples: ['1440857781'] }),
    pageUrl: z.string().meta(about('Where people find it.', 'https://music.apple.com/us/album/golden-hour/1440857781')),
    previewUrl: z.string().nullable().meta(about('An excerpt to listen to.', 'https://audio-ssl.itunes.apple.com/preview.m4a')),
  })
  .meta({ id: 'TrackSource', description: 'One track at one provider.' });

export const foundTrack = z
  .object({
    title: z.string().meta({ description: 'As its first source spells it.', examples: ['Golden Hour'] }),
    artist: z.string().meta({ description: 'Empty where the provider names nobody.', examples: ['Kacey'] }),
    album: z
      .string()
      .nullable()
      .meta({ description: 'The album.', examples: ['Golden Hour'] }),
    durationSeconds: z
      .number()
      .nullable()
      .meta({ description: 'Duration, where the provider tells it.', examples: [198.2] }),
    isrc: z
      .string()
      .nullable()
      .meta({ description: 'International Standard Recording Code, where told.', examples: ['USUM71703861'] }),
    artworkUrl: z.string().nullable().meta(about('A picture.', 'https://is1-ssl.mzstatic.com/image/100x100bb.jpg')),
    sources: z.array(trackSource).meta({ description: 'Where it was found: one or more providers.' }),
  })
  .meta({ id: 'FoundTrack', description: 'A track that providers elsewhere offer.' });
export type FoundTrack = Unchanging<z.output<typeof foundTrack>>;

/** `failed`: no usable answer; `unavailable`: not asked, because it has failed a lot of late. */
export const providerStates = ['answered', 'not-configured', 'quota-exceeded', 'late', 'refused', 'unavailable', 'failed'] as const;

export const providerAnswer = z
  .object({
    name: providerName,
    state: z.enum(providerStates).meta({ description: 'Outcome of the request.', examples: ['answered'] }),
    tookMs: z.number().meta({ description: 'How long it took; 0 where it was not asked.', examples: [184] }),
    problem: z
      .string()
      .nullable()
      .meta({ description: 'Why it has not answered; null where it has.', examples: [null] }),
  })
  .meta({ id: 'ProviderAnswer', description: 'Outcome of the request to one provider.' });
export type ProviderAnswer = Unchanging<z.output<typeof providerAnswer>>;

export const searchTracks = rpc({
  subject: 'audio.provider-track.search.v1',
  request: z.strictObject({
    q: label({ max: 200 }).meta({ description: 'What to look for: title, artist.', examples: ['golden hour'] }),
    providers: z.array(z.enum(trackProviders)).min(1).max(10).optional().meta({ description: 'Ask only these, separated by commas.' }),
    limit: integer({ min: 1, max: searchLimitMax }).default(20).meta({ description: 'Results of each provider.' }),
  }),
  reply: z.object({
    items: z.array(foundTrack).meta({ description: 'The best first; the same track of several providers once.' }),
    nextCursor: onlyPage,
    providers: z.array(providerAnswer).meta({ description: 'Each provider that was asked for.' }),
  }),
  failures: [],
  deadlineMs: 12_000,
});

export const listTrackProviders = rpc({
  subject: 'audio.track-provider.list.v1',
  request: z.strictObject({}),
  reply: z.object({
    items: z
      .array(
        z
          .object({
            name: providerName,
            isConfigured: z.boolean().meta({ description: 'Whether it can be asked.', examples: [true] }),
            health: z.number().meta({ description: 'From 0 (refused after failures) to 1 (all answers good).', examples: [1] }),
            quota: z
              .object({
                limit: z.number().meta({ description: 'Units in the window.', examples: [10_000] }),
                remaining: z.number().meta({ description: 'Units left.', examples: [9_899] }),
                perSearch: z.number().meta({ description: 'Units of one search.', examples: [101] }),
              })
              .nullable()
              .meta({ description: 'Null where there is no quota, or it is not known.' }),
          })
          .meta({ id: 'TrackProviderStatus' }),
      )
      .meta({ description: 'All providers, also those that are not configured.' }),
    nextCursor: onlyPage,
  }),
  failures: [],
  deadlineMs: 5_000,
});
