/** How the resource of an event is read and shown: by the contract and the presenter of its route, as its list shows it. */
import type * as z from 'zod';
import {
  type AnnouncedNoun,
  audio,
  collections,
  dataExports,
  documentLoads,
  playlists,
  posts,
  publications,
  type ReplyOf,
  type Rpc,
  savedVideos,
  videoRenditions,
  videos,
} from '#contracts';
import { presentCollection } from '../collections/collection-resource.ts';
import { presentLoad } from '../collections/loads.endpoints.ts';
import { presentExport } from '../exports/export-resource.ts';
import { fieldsLeftOut, type ResourcePresenter, summaryOf } from '../http/presenter.ts';
import { presentPlaylist } from '../playlists/playlists.endpoints.ts';
import { presentPost } from '../posts/post-resource.ts';
import { presentPublication } from '../publishers/publications.endpoints.ts';
import { presentSavedVideo } from '../saved-videos/saved-videos.endpoints.ts';
import { presentTrack } from '../tracks/track-resource.ts';
import { presentRendition } from '../video-renditions/rendition-resource.ts';
import { presentVideo } from '../videos/video-resource.ts';

export interface AnnouncedResource {
  /** Its request has one field, the id. */
  readonly get: Rpc;
  readonly requestOf: (id: string) => object;
  readonly present: (resource: ReplyOf<Rpc>) => object;
  /** What `present` gives. */
  readonly schema: z.ZodType;
}

type AnyPresenter = Pick<ResourcePresenter, 'from' | 'schema'> & { readonly of: (resource: never) => object };

/** @param list its contract: fields that pages leave out are left out here too, because they grow with the medium */
function announced(get: Rpc, presenter: AnyPresenter, list: Pick<Rpc, 'reply'>): AnnouncedResource {
  const { from, of } = presenter;
  const [idField = 'id'] = Object.keys((get.request as { shape?: object }).shape ?? {});
  const left = new Set(fieldsLeftOut(from, list));
  const isKept = ([name]: [string, unknown]) => !left.has(name);
  return {
    get,
    requestOf: (id) => ({ [idField]: id }),
    present: (resource) => Object.fromEntries(Object.entries(of(resource as never)).filter(isKept)),
    schema: summaryOf(presenter.schema as unknown as z.ZodObject, from, list),
  };
}

/** Nouns whose resource is the `data` of an event. */
export type EventNoun = AnnouncedNoun | 'publication';

export const announcedResources: Readonly<Record<EventNoun, AnnouncedResource>> = {
  collection: announced(collections.getCollection, presentCollection, collections.listCollections),
  export: announced(dataExports.getExport, presentExport, dataExports.listExports),
  load: announced(documentLoads.findLoad, presentLoad, documentLoads.listLoads),
  playlist: announced(playlists.getPlaylist, presentPlaylist, playlists.listPlaylists),
  post: announced(posts.getPost, presentPost, posts.listPosts),
  publication: announced(publications.findPublication, presentPublication, publications.listPublications),
  'saved-video': announced(savedVideos.getSavedVideo, presentSavedVideo, savedVideos.listSavedVideos),
  track: announced(audio.getTrack, presentTrack, audio.listTracks),
  video: announced(videos.getVideo, presentVideo, videos.listVideos),
  'video-rendition': announced(videoRenditions.findVideoRendition, presentRendition, videoRenditions.listVideoRenditions),
};
