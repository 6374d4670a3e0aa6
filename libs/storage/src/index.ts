import './postgres/unused-drivers.ts'; // first: before modules that load TypeORM

export { type BlobHolder, BlobReferences } from './blobs/blob-references.ts';
export type { BlobStat, BlobStore, ByteRange, OpenedBlob, StoredBlob, SweepReport, SweepRequest, WriteLimits } from './blobs/blob-store.ts';
export { BlobSweeper, type BlobSweeperOptions } from './blobs/blob-sweeper.ts';
export { blobsMigrations } from './blobs/blobs.migrations.ts';
export { checkIntegrity, type IntegrityCheckOptions, type IntegrityReport } from './blobs/check-integrity.ts';
export { missingReferences, type ReferenceSample, sampleReferences } from './blobs/check-references.ts';
export { openFsBlobStore } from './blobs/fs-blob-store.ts';
export { type OpenBlobStoreOptions, openBlobStore } from './blobs/open-blob-store.ts';
export { type DamageReport, VerifiedBlobStore } from './blobs/verified-blob-store.ts';
export { isInvalidValueError, isLockTimeout, isPostgresUnavailable, isReferenceViolation, violatedIndex } from './postgres/availability.ts';
export { buildIndex, updatedIndexes } from './postgres/concurrent-indexes.ts';
export { copyRows } from './postgres/copy-in.ts';
export { type ConnectOptions, connectPostgres, createPostgres, openPostgres, type PostgresOptions } from './postgres/data-source.ts';
export { closePostgres, isPostgresUnresponsive, pingPostgres } from './postgres/guarded-data-source.ts';
export { HourlyUpkeep } from './postgres/hourly-upkeep.ts';
export { loadPage, microsecondsOf, type Page, type PageRequest, queryPage, toPage } from './postgres/keyset.ts';
export { type ListenOptions, listenToPostgres } from './postgres/listen.ts';
export { holdLivenessLock, type LivenessLockOptions, livenessLockIsFree } from './postgres/liveness-lock.ts';
export { type ListDeclaration, loadList, type SortColumn } from './postgres/load-list.ts';
export { type MigrateOptions, migrateSchema, type SchemaMigrations } from './postgres/migrate.ts';
export { type MigrationState, migrationState } from './postgres/migration-state.ts';
export { dropPartitions, lockTimeout, type MonthlyTable, makePartitions, partitionsOf } from './postgres/monthly-partitions.ts';
export {
  changedMeanwhile,
  deleteOwned,
  insertOwned,
  type NewOwnedRow,
  type OwnedKey,
  RowExists,
  requireRevision,
  updateOwned,
} from './postgres/owned-row.store.ts';
export { OwnedRow, ownedColumns, ownedIndexes, presentOwned, titleOrder, titleOrderLength } from './postgres/owned-row.ts';
export { type Conversion, joinPartitions, partitionByMonth } from './postgres/partition-by-month.ts';
export { searchPatterns, searchText, withoutMarks } from './postgres/search-text.ts';
export { type PostgresTimeouts, postgresTimeouts } from './postgres/timeouts.ts';
export {
  asyncCommit,
  inTransaction,
  type Queryable,
  queryRows,
  type TransactionOptions,
  withSecondConnection,
} from './postgres/transaction.ts';
export { type ClusterAddress, clusterAddress } from './redis/cluster-url.ts';
export {
  type OpenRedisOptions,
  openRedis,
  type RedisClient,
  type RedisConnection,
  type RedisHealth,
  type RedisRole,
} from './redis/open-redis.ts';
export { makeScratchFolder, scratchPrefix } from './scratch-folder.ts';
