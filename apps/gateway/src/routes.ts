/**
 * Every route of the API, in one list: the gateway serves it, the OpenAPI document describes it and Kong's configuration is rendered from it.
 * A route that is missing here, or that no controller serves, ends the start.
 */
import * as attachments from './attachments/attachments.endpoints.ts';
import * as cache from './cache/cache.endpoints.ts';
import * as collections from './collections/collections.endpoints.ts';
import * as duplicateRuns from './collections/duplicate-runs.endpoints.ts';
import * as documentLoads from './collections/loads.endpoints.ts';
import * as docs from './docs/docs.endpoints.ts';
import * as events from './events/events.endpoints.ts';
import * as accountExports from './exports/account-exports.endpoints.ts';
import * as dataExports from './exports/exports.endpoints.ts';
import type { Endpoint } from './http/endpoint.ts';
import * as accountDeletion from './identity/account-deletion.endpoints.ts';
import * as administration from './identity/administration.endpoints.ts';
import * as apiKeys from './identity/api-keys.endpoints.ts';
import * as emailConfirmation from './identity/email-confirmation.endpoints.ts';
import * as identity from './identity/identity.endpoints.ts';
import * as operators from './identity/operator.endpoints.ts';
import * as passwordReset from './identity/password-reset.endpoints.ts';
import * as imports from './imports/imports.endpoints.ts';
import * as deadLetters from './jobs/dead-letters.endpoints.ts';
import * as jobs from './jobs/jobs.endpoints.ts';
import * as playlistFiles from './playlists/playlist-files.endpoints.ts';
import * as playlists from './playlists/playlists.endpoints.ts';
import * as advice from './posts/advice.endpoints.ts';
import * as posts from './posts/posts.endpoints.ts';
import * as rewriting from './posts/rewriting.endpoints.ts';
import * as profiles from './profiles/profiles.endpoints.ts';
import * as providerSearch from './provider-search/provider-search.endpoints.ts';
import * as publications from './publishers/publications.endpoints.ts';
import * as publishers from './publishers/publishers.endpoints.ts';
import * as savedVideos from './saved-videos/saved-videos.endpoints.ts';
import * as settings from './settings/settings.endpoints.ts';
import * as status from './system/status.endpoints.ts';
import * as system from './system/system.endpoints.ts';
import * as playback from './track-renditions/playback.endpoints.ts';
import * as trackRenditions from './track-renditions/track-renditions.endpoints.ts';
import * as trackStreams from './track-streams/track-streams.endpoints.ts';
import * as cues from './tracks/cues.endpoints.ts';
import * as files from './tracks/file.endpoints.ts';
import * as fileLinks from './tracks/file-links.endpoints.ts';
import * as trackPictures from './tracks/track-pictures.endpoints.ts';
import * as trackSimilarity from './tracks/track-similarity.endpoints.ts';
import * as tracks from './tracks/tracks.endpoints.ts';
import * as waveforms from './tracks/waveform.endpoints.ts';
import * as tus from './uploads/tus/resumable.endpoints.ts';
import * as quotas from './usage/quotas.endpoints.ts';
import * as usage from './usage/usage.endpoints.ts';
import * as videoBenchmarks from './video-benchmarks/video-benchmarks.endpoints.ts';
import * as videoCaptions from './video-captions/captions.endpoints.ts';
import * as videoRenditions from './video-renditions/renditions.endpoints.ts';
import * as streams from './video-renditions/streams.endpoints.ts';
import * as videoScoring from './video-scoring/video-scoring.endpoints.ts';
import * as videoAnalyses from './videos/analysis.endpoints.ts';
import * as audiograms from './videos/audiograms.endpoints.ts';
import * as videoClips from './videos/clips.endpoints.ts';
import * as videoFiles from './videos/video-files.endpoints.ts';
import * as videos from './videos/videos.endpoints.ts';
import * as webhooks from './webhooks/webhooks.endpoints.ts';

const features: readonly object[] = [
  accountDeletion,
  accountExports,
  administration,
  advice,
  apiKeys,
  attachments,
  audiograms,
  cache,
  collections,
  dataExports,
  cues,
  deadLetters,
  docs,
  documentLoads,
  duplicateRuns,
  events,
  files,
  identity,
  imports,
  jobs,
  fileLinks,
  operators,
  posts,
  passwordReset,
  emailConfirmation,
  playback,
  playlistFiles,
  playlists,
  providerSearch,
  savedVideos,
  publications,
  publishers,
  status,
  system,
  trackPictures,
  trackRenditions,
  trackStreams,
  trackSimilarity,
  profiles,
  videoBenchmarks,
  quotas,
  rewriting,
  settings,
  tracks,
  tus,
  usage,
  streams,
  videoAnalyses,
  videoCaptions,
  videoClips,
  videoRenditions,
  videoScoring,
  videoFiles,
  videos,
  waveforms,
  webhooks,
];

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'responses' in value;

export const routes: readonly Endpoint[] = features
  .flatMap((feature) => Object.values(feature).filter(isEndpoint))
  .sort((a, b) => a.path.localeCompare(b.path, 'en') || a.method.localeCompare(b.method, 'en'));
