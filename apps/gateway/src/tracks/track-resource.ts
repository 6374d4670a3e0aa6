/** A track as clients see it: what the audio service knows, and where the rest of it is. */
import * as z from 'zod';
import { type listTracks, type ReplyOf, type Track, track, type Unchanging } from '#contracts';
import type { Presenter } from '../http/forward.ts';

const path = z.string().regex(/^\/v1\//);

export const trackLinks = z
  .object({
    self: path,
    analysis: path,
    waveformJson: path,
    waveformSvg: path,
    waveformPng: path,
    file: path,
    job: path,
  })
  .meta({ id: 'TrackLinks', description: 'Absolute paths on this server.' });
export type TrackLinks = z.output<typeof trackLinks>;

const own = { links: trackLinks };
export const trackResource = track.extend(own).meta({ id: 'TrackResource', description: 'A track with its links.' });
export type TrackResource = Unchanging<z.output<typeof trackResource>>;

const ownOfUploaded = {
  ...own,
  waveformUrl: z.string().meta({ description: 'The waveform as a PNG, for anybody who has this link, for an hour.' }),
};
/** What an upload that waited answers: the track, and a picture that opens in a browser as it is. */
export const uploadedTrack = track
  .extend(ownOfUploaded)
  .meta({ id: 'UploadedTrack', description: 'A track with its links and a link to its picture.' });

export function linksOf({ id, jobId }: Pick<Track, 'id' | 'jobId'>): TrackLinks {
  const self = `/v1/tracks/${id}`;
  return {
    self,
    analysis: `${self}/analysis`,
    waveformJson: `${self}/waveform.json`,
    waveformSvg: `${self}/waveform.svg`,
    waveformPng: `${self}/waveform.png`,
    file: `${self}/file`,
    job: `/v1/jobs/${jobId}`,
  };
}

export const toUploaded = (found: Track, waveformUrl: string): Unchanging<z.output<typeof uploadedTrack>> => ({
  ...found,
  links: linksOf(found),
  waveformUrl,
});

const withTrackLinks = (found: Track): TrackResource => ({ ...found, links: linksOf(found) });

export const presentTrack: Presenter<Track> = { schema: trackResource, of: withTrackLinks };

export const presentTracks: Presenter<ReplyOf<typeof listTracks>> = {
  schema: z.object({ items: z.array(trackResource), nextCursor: z.string().nullable() }).meta({ id: 'TrackList' }),
  of: ({ items, nextCursor }) => ({ items: items.map(withTrackLinks), nextCursor }),
};
