/**
 * Every way a request can fail that we know of: one code, one HTTP status, one title. Codes of one service are declared beside its contracts and spread
 * in here; a code that several services use stands here and has its page in docs/problems.md.
 */
import { accountExportFailures } from './account-exports.ts';
import { attachmentFailures } from './attachments.ts';
import { audioFailures } from './audio.ts';
import { collectionFailures } from './collections.ts';
import { documentLoadFailures } from './document-loads.ts';
import { exportFailures } from './exports.ts';
import type { FailureDeclaration } from './failure-table.ts';
import { identityFailures } from './identity.ts';
import { importFailures } from './imports.ts';
import { playlistFileFailures } from './playlist-files.ts';
import { playlistFailures } from './playlists.ts';
import { rewritingFailures } from './post-rewriting.ts';
import { postFailures } from './posts.ts';
import { profileFailures } from './profiles.ts';
import { publicationFailures } from './publications.ts';
import { publisherFailures } from './publishers.ts';
import { savedVideoFailures } from './saved-videos.ts';
import { settingFailures } from './settings.ts';
import { integrityFailures } from './system-integrity.ts';
import { trackPictureFailures } from './track-pictures.ts';
import { trackRenditionFailures } from './track-renditions.ts';
import { usageFailures } from './usage.ts';
import { videoBenchmarkFailures } from './video-benchmarks.ts';
import { videoCaptionFailures } from './video-captions.ts';
import { videoClipFailures } from './video-clips.ts';
import { videoRenditionFailures } from './video-renditions.ts';
import { videoScoringFailures } from './video-scoring.ts';
import { videoFailures } from './videos.ts';

export const failures = {
  'request-invalid': { status: 400, title: 'The request does not fit its contract' },
  'request-malformed': { status: 400, title: 'The request cannot be parsed' },
  unauthenticated: { status: 401, title: 'A valid access token is required' },
  'credentials-invalid': { status: 401, title: 'E-mail and password do not match' },
  'token-reused': { status: 401, title: 'This refresh token was already used' },
  'refresh-token-invalid': { status: 401, title: 'This refresh token is not valid' },
  forbidden: { status: 403, title: 'Not permitted' },
  'link-invalid': { status: 403, title: 'The link is invalid' },
  'not-found': { status: 404, title: 'Not found' },
  'job-not-found': { status: 404, title: 'Job not found' },
  'webhook-not-found': { status: 404, title: 'Webhook not found' },
  'api-key-not-found': { status: 404, title: 'API key not found' },
  'session-not-found': { status: 404, title: 'Session not found' },
  'delivery-not-found': { status: 404, title: 'Delivery not found' },
  'upload-not-found': { status: 404, title: 'Upload not found' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time' },
  'email-taken': { status: 409, title: 'This e-mail address is already registered' },
  'idempotency-in-flight': { status: 409, title: 'A request with this key is in progress' },
  'webhook-disabled': { status: 409, title: 'The webhook is disabled' },
  'too-many-api-keys': { status: 409, title: 'The limit of API keys is reached' },
  'too-many-webhooks': { status: 409, title: 'The limit of webhooks is reached' },
  'upload-offset-mismatch': { status: 409, title: 'The upload has another offset' },
  'upload-incomplete': { status: 409, title: 'The upload is not complete' },
  'too-many-uploads': { status: 409, title: 'The limit of unfinished uploads is reached' },
  'external-id-taken': { status: 409, title: 'The externalId is in use' },
  'metadata-too-large': { status: 422, title: 'The metadata would have too many pairs' },
  'precondition-required': { status: 428, title: 'If-Match is required' },
  'job-finished': { status: 409, title: 'The job has already ended' },
  'job-not-cancellable': { status: 409, title: 'The job cannot be cancelled' },
  'link-expired': { status: 410, title: 'The link has expired' },
  'upload-expired': { status: 410, title: 'The upload has expired' },
  'precondition-failed': { status: 412, title: 'The resource has changed since you read it' },
  'tus-version-unsupported': { status: 412, title: 'tus 1.0.0 is required' },
  'payload-too-large': { status: 413, title: 'The body is larger than allowed' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'media-type-unsupported': { status: 415, title: 'The content type is not supported' },
  'range-not-satisfiable': { status: 416, title: 'The range lies outside the file' },
  'expectation-refused': { status: 417, title: 'The Expect header is not supported' },
  'idempotency-key-reused': { status: 422, title: 'The key was used for another request' },
  'address-refused': { status: 422, title: 'The address is not allowed' },
  'remote-unreachable': { status: 422, title: 'The other server is not reachable' },
  'remote-refused': { status: 422, title: 'The other server refuses the file' },
  'upload-locked': { status: 423, title: 'The upload is in use by another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'upload-checksum-mismatch': { status: 460, title: 'The checksum does not match' },
  cancelled: { status: 499, title: 'The work was cancelled' },
  'file-lost': { status: 500, title: 'The server has lost the file' },
  internal: { status: 500, title: 'Internal error' },
  'service-unavailable': { status: 503, title: 'A required service is not reachable' },
  overloaded: { status: 503, title: 'The server is at capacity' },
  'deadline-exceeded': { status: 504, title: 'The work did not finish in time' },
  'storage-full': { status: 507, title: 'The storage is full' },
  ...attachmentFailures,
  ...audioFailures,
  ...trackPictureFailures,
  ...collectionFailures,
  ...documentLoadFailures,
  ...exportFailures,
  ...accountExportFailures,
  ...importFailures,
  ...integrityFailures,
  ...profileFailures,
  ...videoBenchmarkFailures,
  ...playlistFailures,
  ...playlistFileFailures,
  ...savedVideoFailures,
  ...postFailures,
  ...rewritingFailures,
  ...publicationFailures,
  ...publisherFailures,
  ...trackRenditionFailures,
  ...videoFailures,
  ...videoCaptionFailures,
  ...videoClipFailures,
  ...videoRenditionFailures,
  ...videoScoringFailures,
  ...identityFailures,
  ...usageFailures,
  ...settingFailures,
} as const satisfies Readonly<Record<string, Omit<FailureDeclaration, 'page'>>>;

export type FailureCode = keyof typeof failures;
