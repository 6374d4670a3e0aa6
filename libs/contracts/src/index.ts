/** The words that services share. Depends on zod only. */
export * from './audio.ts';
export * as audio from './audio.ts';
export { backoffMs } from './backoff.ts';
export * from './cache.ts';
export * as cache from './cache.ts';
export * from './call-context.ts';
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
export * from './failure-table.ts';
export * from './failures.ts';
export * from './identity.ts';
export * from './imports.ts';
export * from './job-kind.ts';
export * from './jobs.ts';
export * from './list.ts';
export * from './media-intake.ts';
export * from './resource.ts';
export * from './rpc.ts';
export * from './service-names.ts';
export * from './status.ts';
export * as health from './status.ts';
export * from './values.ts';
export * from './webhooks.ts';
