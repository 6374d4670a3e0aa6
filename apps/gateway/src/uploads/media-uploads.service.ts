import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { mediaIntake, Rpc } from '#contracts';
import { Bus, Database, requireSubject, usage } from '#platform';
import { drainBody } from '../http/drain-body.ts';
import type { Presenter } from '../http/forward.ts';
import { answerStarted, type Started, type WaitInput } from '../http/started-job.ts';
import { workId } from '../http/work-id.ts';
import { JobWatch } from '../jobs/job-watch.service.ts';
import { Uploads } from './uploads.service.ts';

/** A noun that is made of an uploaded file. */
export interface MediaNoun {
  /** `/v1/tracks` */
  readonly path: string;
  readonly create: Rpc<typeof mediaIntake>;
  /** Takes the id as its only field. */
  readonly get: Rpc;
  readonly present: Presenter<never>;
  /** What its own parameters add to the intake. */
  readonly intake?: Readonly<Record<string, unknown>>;
}

@Injectable() // turns an uploaded file into a resource, and waits for its job where the client asked for that
export class MediaUploads {
  constructor(
    private readonly uploads: Uploads,
    private readonly bus: Bus,
    private readonly jobs: JobWatch,
    private readonly database: Database,
  ) {}

  /** Before the bytes are read; the service of the noun checks again, exactly. @throws Failure quota-exceeded */
  private async requireRoom(request: FastifyRequest): Promise<void> {
    const formBytes = 1_024; // boundaries and names
    const bytes = Number(request.headers['content-length'] ?? 0) - formBytes;
    try {
      await usage.admit(this.database.source, requireSubject(), 'storageBytes', Math.max(0, bytes));
    } catch (error) {
      drainBody(request.raw);
      throw error;
    }
  }

  /** @throws Failure quota-exceeded; whatever refused the upload; the job's own when it failed while the client waited */
  async receive(
    { path, create, get, present, intake }: MediaNoun,
    input: WaitInput,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<unknown> {
    await this.requireRoom(request);
    const id = workId(); // known beforehand, so that asking twice makes one resource
    const started = (await this.uploads.receive(request, ({ sha256, sizeBytes, fileName, fields }) =>
      this.bus.call(create, { ...intake, ...fields, id, blobSha256: sha256, sizeBytes, fileName }),
    )) as Started;
    const again = async () => (await this.bus.call(get, { [idFieldOf(get)]: started.id })) as Started;
    const resource = await answerStarted({ started, path: `${path}/${started.id}`, again }, this.jobs, input, request, reply);
    return present.of(resource as never);
  }
}

function idFieldOf({ request, subject }: Rpc): string {
  const [field, ...others] = request instanceof z.ZodObject ? Object.keys(request.shape) : [];
  if (field === undefined || others.length > 0) throw new RangeError(`${subject} does not take an id alone`);
  return field;
}
