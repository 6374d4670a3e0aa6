export { type BlobHolder, BlobReferences } from './blobs/blob-references.ts';
export type { BlobStat, BlobStore, ByteRange, OpenedBlob, StoredBlob, SweepReport, SweepRequest, WriteLimits } from './blobs/blob-store.ts';
export { BlobSweeper, type BlobSweeperOptions } from './blobs/blob-sweeper.ts';
export { blobsMigrations } from './blobs/blobs.migrations.ts';
export { checkIntegrity, type IntegrityCheckOptions, type IntegrityReport } from './blobs/check-integrity.ts';
export { openFsBlobStore } from './blobs/fs-blob-store.ts';
export { type OpenBlobStoreOptions, openBlobStore } from './blobs/open-blob-store.ts';
export { type DamageReport, VerifiedBlobStore } from './blobs/verified-blob-store.ts';
export { isPostgresAway, isValueRefused } from './postgres/availability.ts';
export {
  type ConnectOptions,
  connectPostgres,
  createPostgres,
  isPostgresSilent,
  openPostgres,
  type PostgresOptions,
} from './postgres/data-source.ts';
export { loadPage, microsecondsOf, type Page, type PageRequest, toPage } from './postgres/keyset.ts';
export { type Listening, listenToPostgres } from './postgres/listen.ts';
export { type MigrateOptions, migrateSchema, type SchemaMigrations } from './postgres/migrate.ts';
export { pingPostgres } from './postgres/ping.ts';
export { isAbsent, keepPresence, type PresenceOptions } from './postgres/presence.ts';
export { type PostgresTimeouts, postgresTimeouts } from './postgres/timeouts.ts';
export { inTransaction, type Queryable, queryRows, withoutWaiting } from './postgres/transaction.ts';
export { closePostgres } from './postgres/watched.ts';
export { type OpenRedisOptions, openRedis, type RedisConnection, type RedisHealth, type RedisRole } from './redis/open-redis.ts';
