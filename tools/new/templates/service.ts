import type { Names } from '../names.ts';

/** clip.handler.ts: NATS in. */
export const handler = ({ noun, camel, Pascal, Pascals, camels }: Names): string => `import { Controller } from '@nestjs/common';
import { create${Pascal}, delete${Pascal}, get${Pascal}, list${Pascals}, type RequestOf, update${Pascal} } from '#contracts';
import { Handles } from '#platform';
import { ${Pascal}Service } from './${noun}.service.ts';

@Controller()
export class ${Pascal}Handler {
  constructor(private readonly ${camels}: ${Pascal}Service) {}

  @Handles(create${Pascal})
  create(request: RequestOf<typeof create${Pascal}>) {
    return this.${camels}.create(request);
  }

  @Handles(get${Pascal})
  get({ ${camel}Id }: RequestOf<typeof get${Pascal}>) {
    return this.${camels}.get(${camel}Id);
  }

  @Handles(list${Pascals})
  list(request: RequestOf<typeof list${Pascals}>) {
    return this.${camels}.list(request);
  }

  @Handles(update${Pascal})
  update(changes: RequestOf<typeof update${Pascal}>) {
    return this.${camels}.update(changes);
  }

  @Handles(delete${Pascal})
  async delete({ ${camel}Id }: RequestOf<typeof delete${Pascal}>) {
    await this.${camels}.delete(${camel}Id);
    return { deleted: true as const };
  }
}
`;

/** clip.service.ts: decides. */
export const service = ({ noun, camel, camels, Pascal, Pascals, words }: Names): string => `import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { create${Pascal}Job, Failure, type Job, type NewOwnerFields, presentProgress, type RequestOf, type ${Pascal}, type update${Pascal} } from '#contracts';
import { Database, JobStore, requireCall, requireSubject } from '#platform';
import { presentOwned } from '#storage';
import { type List${Pascals}, type ${Pascal}Row, ${Pascal}Store } from './${noun}.store.ts';

@Injectable() // decides what a ${words} is and what may be done with it
export class ${Pascal}Service {
  constructor(
    private readonly database: Database,
    private readonly ${camels}: ${Pascal}Store,
    private readonly jobs: JobStore,
  ) {}

  /** The ${words} and its job are written together or not at all. @throws Failure \`external-id-taken\` */
  async create({ title = 'Untitled', ...fields }: NewOwnerFields): Promise<${Pascal}> {
    const ownerId = requireSubject();
    const { requestId, traceparent } = requireCall();
    const id = randomUUID();
    const order = { ownerId, input: { ${camel}Id: id }, subject: { ${camel}Id: id }, context: { requestId, traceparent } };
    await this.database.transaction(async (tx) => {
      const job = await this.jobs.enqueue(tx, create${Pascal}Job, order);
      await this.${camels}.add(tx, { ...fields, id, ownerId, title, jobId: job.id });
    });
    return this.get(id);
  }

  /** @throws Failure \`${noun}-not-found\`, also for a ${words} of somebody else */
  async get(${camel}Id: string): Promise<${Pascal}> {
    const row = await this.find(${camel}Id);
    const jobs = await this.jobs.findMany([row.jobId], row.ownerId);
    return present${Pascal}(row, jobs.get(row.jobId));
  }

  /** @throws Failure \`request-invalid\` for a wrong cursor */
  async list(request: List${Pascals}): Promise<{ items: ${Pascal}[]; nextCursor: string | null }> {
    const ownerId = requireSubject();
    const { items, nextCursor } = await this.${camels}.list(ownerId, request);
    const jobs = await this.jobs.findMany(
      items.map(({ jobId }) => jobId),
      ownerId,
    );
    return { items: items.map((row) => present${Pascal}(row, jobs.get(row.jobId))), nextCursor };
  }

  /** @throws Failure \`${noun}-not-found\`, \`precondition-failed\`, \`external-id-taken\`, \`metadata-too-large\` */
  async update({ ${camel}Id, ...changes }: RequestOf<typeof update${Pascal}>): Promise<${Pascal}> {
    if (!(await this.${camels}.update({ id: ${camel}Id, ownerId: requireSubject() }, changes))) throw notFound();
    return this.get(${camel}Id);
  }

  /** Cancels the job if it still runs. @throws Failure \`${noun}-not-found\` */
  async delete(${camel}Id: string): Promise<void> {
    const { jobId, ownerId } = await this.find(${camel}Id);
    await this.jobs.cancelIfOpen(jobId, ownerId);
    if (!(await this.${camels}.delete(${camel}Id, ownerId))) throw notFound();
  }

  private async find(${camel}Id: string): Promise<${Pascal}Row> {
    const row = await this.${camels}.find(${camel}Id, requireSubject());
    if (!row) throw notFound();
    return row;
  }
}

const notFound = () => new Failure('${noun}-not-found', 'There is no such ${words}.');

const present${Pascal} = (row: ${Pascal}Row, job: Job | undefined): ${Pascal} => ({
  kind: '${noun}',
  ...presentOwned(row),
  ...presentProgress(row.readyAt !== null, job),
});
`;

/** clip.job.ts: the work behind a new resource. */
export const job = ({ noun, camel, camels, Pascal, words }: Names): string => `import { Injectable } from '@nestjs/common';
import { create${Pascal}Job } from '#contracts';
import type { JobHandler } from '#platform';
import { ${Pascal}Store } from './${noun}.store.ts';

@Injectable() // makes a ${words}
export class ${Pascal}Job {
  constructor(private readonly ${camels}: ${Pascal}Store) {}

  /** The work goes here, in steps that stop when \`run.signal\` aborts and report with \`run.progress\`. It may run more than once. */
  readonly run: JobHandler<typeof create${Pascal}Job> = async ({ ${camel}Id }, run) => {
    run.progress('working', 0);
    return run.complete({ ${camel}Id }, (tx) => this.${camels}.markReady(tx, ${camel}Id, run.ownerId));
  };
}
`;

/** clips.module.ts: what the feature adds to its service. */
export const module = ({ service: app, noun, camel, Pascal, Pascals, Heading }: Names): string => `import { Module } from '@nestjs/common';
import { create${Pascal}Job } from '#contracts';
import { jobHandler, PlatformModule } from '#platform';
import { ${Pascal}Handler } from './${noun}.handler.ts';
import { ${Pascal}Job } from './${noun}.job.ts';
import { ${camel}Migrations } from './${noun}.migration.ts';
import { ${Pascal}Service } from './${noun}.service.ts';
import { ${Pascal}Row, ${Pascal}Store } from './${noun}.store.ts';

/** ${Heading}. Serves \`${app}.${noun}.*\`; runs the job \`${app}.${noun}.create\`. */
@Module({
  imports: [PlatformModule.forFeature({ entities: [${Pascal}Row], migrations: ${camel}Migrations })],
  controllers: [${Pascal}Handler],
  providers: [${Pascal}Store, ${Pascal}Service, ${Pascal}Job, jobHandler(create${Pascal}Job, ${Pascal}Job)],
})
export class ${Pascals}Module {}
`;
