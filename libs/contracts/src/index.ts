/** The words that services share. Depends on zod only. */
export * from './account-exports.ts';
export * as accountExports from './account-exports.ts';
export * from './attachments.ts';
export * as attachments from './attachments.ts';
export * from './audio.ts';
export * as audio from './audio.ts';
export * from './audiograms.ts';
export { backoffMs } from './backoff.ts';
export * from './cache.ts';
export * as cache from './cache.ts';
export * from './call-context.ts';
export {
  type CamelotCode,
  camelotCodes,
  camelotOf,
  harmonicNeighbours,
  type KeyName,
  keyOfCamelot,
  keys,
  type Mode,
  modes,
} from './camelot.ts';
export * from './collections.ts';
export * as collections from './collections.ts';
export { isValidUnchanged, parseWith } from './compiled-validator.ts';
export {
  decodeCursor,
  decodeSortedCursor,
  encodeCursor,
  encodeSortedCursor,
  type KeysetPosition,
  type SortedPosition,
  type SortType,
} from './cursor.ts';
export { decodeText } from './decode-text.ts';
export * from './document-loads.ts';
export * as documentLoads from './document-loads.ts';
export * from './document-search.ts';
export * as documentSearch from './document-search.ts';
export * from './duplicate-runs.ts';
export * as duplicateRuns from './duplicate-runs.ts';
export * from './experiment-arm.ts';
export * from './export-partitions.ts';
export * from './exports.ts';
export * as dataExports from './exports.ts';
export * from './failure.ts';
export { failures } from './failure-codes.ts';
export * from './failure-table.ts';
export * from './failures.ts';
export * from './identity.ts';
export * from './imports.ts';
export * from './job-kind.ts';
export * from './jobs.ts';
export * from './list.ts';
export * from './media-intake.ts';
export * from './media-kinds.ts';
export * from './merge-found-tracks.ts';
export * from './playlist-files.ts';
export * as playlistFiles from './playlist-files.ts';
export * from './playlists.ts';
export * as playlists from './playlists.ts';
export * from './post-advice.ts';
export * as postAdvices from './post-advice.ts';
export * from './post-rewriting.ts';
export * as postRewriting from './post-rewriting.ts';
export * from './posts.ts';
export * as posts from './posts.ts';
export * from './profiles.ts';
export * from './provider-search.ts';
export * as providerSearch from './provider-search.ts';
export * from './publications.ts';
export * as publications from './publications.ts';
export * from './publishers.ts';
export * as publishers from './publishers.ts';
export * from './resource.ts';
export * from './resource-events.ts';
export * from './rpc.ts';
export * from './saved-videos.ts';
export * as savedVideos from './saved-videos.ts';
export * from './service-names.ts';
export * from './settings.ts';
export * from './status.ts';
export * as health from './status.ts';
export * from './system.ts';
export * as system from './system.ts';
export * from './system-integrity.ts';
export * as integrity from './system-integrity.ts';
export * from './system-overview.ts';
export * as overview from './system-overview.ts';
export * from './text-analysis.ts';
export * as texts from './text-analysis.ts';
export * from './track-corrections.ts';
export * from './track-cues.ts';
export * from './track-pictures.ts';
export * from './track-playback.ts';
export * from './track-renditions.ts';
export * as trackRenditions from './track-renditions.ts';
export * from './track-similarity.ts';
export * from './track-streams.ts';
export * from './unfinished.ts';
export * from './unfinished-failure.ts';
export * from './usage.ts';
export * from './values.ts';
export * from './video-analysis.ts';
export * as videoAnalyses from './video-analysis.ts';
export * from './video-benchmarks.ts';
export * from './video-captions.ts';
export * as videoCaptions from './video-captions.ts';
export * from './video-clips.ts';
export * from './video-presets.ts';
export * as videoPresetLists from './video-presets.ts';
export * from './video-renditions.ts';
export * as videoRenditions from './video-renditions.ts';
export * from './video-scoring.ts';
export * as videoScoring from './video-scoring.ts';
export * from './videos.ts';
export * as videos from './videos.ts';
export * from './webhooks.ts';
export * from './youtube-link.ts';
