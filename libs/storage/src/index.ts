export { type BlobHolder, BlobReferences } from './blobs/blob-references.ts';
export type { BlobStat, BlobStore, ByteRange, StoredBlob, SweepReport, SweepRequest, WriteLimits } from './blobs/blob-store.ts';
export { BlobSweeper, type BlobSweeperOptions } from './blobs/blob-sweeper.ts';
export { blobsMigrations } from './blobs/blobs.migrations.ts';
export { openFsBlobStore } from './blobs/fs-blob-store.ts';
export { openBlobStore } from './blobs/open-blob-store.ts';
export { isPostgresAway } from './postgres/availability.ts';
export { decodeCursor, encodeCursor, type KeysetPosition, type Page, toPage } from './postgres/cursor.ts';
export {
  type ConnectOptions,
  connectPostgres,
  createPostgres,
  isPostgresSilent,
  openPostgres,
  type PostgresOptions,
} from './postgres/data-source.ts';
export { loadPage, microsecondsOf, type PageRequest } from './postgres/keyset.ts';
export { type Listening, listenToPostgres } from './postgres/listen.ts';
export { type MigrateOptions, migrateSchema, type SchemaMigrations } from './postgres/migrate.ts';
export { pingPostgres } from './postgres/ping.ts';
export { isAbsent, keepPresence, type PresenceOptions } from './postgres/presence.ts';
export { type PostgresTimeouts, postgresTimeouts } from './postgres/timeouts.ts';
export { inTransaction, type Queryable, queryRows, withoutWaiting } from './postgres/transaction.ts';
export { closePostgres } from './postgres/watched.ts';
export { type OpenRedisOptions, openRedis, type RedisConnection, type RedisHealth, type RedisRole } from './redis/open-redis.ts';
