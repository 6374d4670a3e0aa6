/** Answers, for this copy of this service, whether what it stores fits together. */
import { Controller, Inject, Optional } from '@nestjs/common';
import { describeIntegrity, type IntegrityFinding, type ReplyOf, type ServiceName } from '#contracts';
import { type BlobStore, type MigrationState, migrationState, type Queryable, sampleReferences } from '#storage';
import { Handles } from '../bus/handles.decorator.ts';
import { Database } from '../database/database.ts';
import { FeatureRegistry } from '../features.ts';
import { BLOBS } from '../platform.options.ts';
import { PROCESS_IDENTITY, type ProcessIdentity } from '../probes/describe.handler.ts';

/** References that one request looks at, and bytes that it reads to compare hashes. */
const sample = { references: 100, readBytes: 32 * 1024 * 1024 };
const maxExamples = 20;

@Controller()
export class IntegrityHandler {
  constructor(
    @Inject(PROCESS_IDENTITY) private readonly identity: ProcessIdentity,
    @Optional() @Inject(Database) private readonly database?: Database,
    @Optional() @Inject(FeatureRegistry) private readonly features?: FeatureRegistry,
    @Optional() @Inject(BLOBS) private readonly blobs?: BlobStore,
  ) {}

  @Handles(describeIntegrity, { everyCopy: true })
  async describe(): Promise<ReplyOf<typeof describeIntegrity>> {
    const { service, instance } = this.identity;
    const source = this.database?.sourceOrNone;
    if (!source) return { service, instance, findings: [] };
    const findings = await Promise.all([this.migrations(source), ...(this.blobs ? [blobFinding(service, source, this.blobs)] : [])]);
    return { service, instance, findings };
  }

  private async migrations(source: Queryable): Promise<IntegrityFinding> {
    return migrationFinding(this.identity.service, await migrationState(source, this.features?.migrations ?? []));
  }
}

/** Steps that only the database knows are no fault: another copy may run a newer version. */
export function migrationFinding(service: ServiceName, { applied, missing, unknown }: MigrationState): IntegrityFinding {
  const newer = unknown.length > 0 ? ` The database has ${unknown.length} steps of a newer version.` : '';
  return {
    check: 'migrations',
    service,
    isPassed: missing.length === 0,
    checked: applied + missing.length,
    failed: missing.length,
    detail: `${applied} steps are applied, ${missing.length} are not.${newer}`,
    examples: missing.slice(0, maxExamples),
  };
}

async function blobFinding(service: ServiceName, source: Queryable, blobs: BlobStore): Promise<IntegrityFinding> {
  const { looked, read, missing, damaged } = await sampleReferences(source, blobs, sample);
  const faults = [...missing.map((name) => `${name} missing`), ...damaged.map((name) => `${name} damaged`)];
  return {
    check: 'blobs',
    service,
    isPassed: faults.length === 0,
    checked: looked,
    failed: faults.length,
    detail: `${looked} files that rows refer to were looked up, ${read} of them read: ${missing.length} are missing, ${damaged.length} damaged.`,
    examples: faults.slice(0, maxExamples),
  };
}
