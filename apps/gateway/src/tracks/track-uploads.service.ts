import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { createTrack, getTrack, type ReplyOf } from '#contracts';
import { Bus, requireSubject } from '#platform';
import { SignedLinks } from '../downloads/signed-links.service.ts';
import { goneSignal } from '../http/forwarding.ts';
import { preferredWaitSeconds } from '../http/prefer-wait.ts';
import { failureOfJob, hasEnded } from '../jobs/job-resource.ts';
import { JobWatch } from '../jobs/job-watch.service.ts';
import { Uploads } from '../uploads/uploads.service.ts';
import { linksOf, toUploaded } from './track-resource.ts';
import { waveformLinkPath } from './waveform.endpoints.ts';

export interface WaitWish {
  /** `?wait=`, in seconds; stands above `Prefer`. */
  readonly wait: number | undefined;
  readonly prefer: string | undefined;
}

export interface UploadAnswer {
  readonly status: 201 | 202;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type Created = ReplyOf<typeof createTrack>;

@Injectable() // turns an upload into a track, and waits for its analysis where the client asked for that
export class TrackUploads {
  constructor(
    private readonly uploads: Uploads,
    private readonly bus: Bus,
    private readonly jobs: JobWatch,
    private readonly links: SignedLinks,
  ) {}

  /** @throws Failure whatever refused the upload; the job's own when it failed while the client waited */
  async receive(request: FastifyRequest, { wait, prefer }: WaitWish): Promise<UploadAnswer> {
    const trackId = randomUUID(); // known beforehand, so that asking twice makes one track
    const created = await this.uploads.receive(request, ({ sha256, sizeBytes, fileName }) =>
      this.bus.call(createTrack, { blobSha256: sha256, sizeBytes, fileName, trackId }),
    );
    const preferred = preferredWaitSeconds(prefer);
    const answer = await this.#answer(created, wait ?? preferred, request);
    const applied = wait === undefined && preferred !== undefined ? { 'preference-applied': `wait=${preferred}` } : undefined;
    return { ...answer, headers: { ...answer.headers, ...applied } };
  }

  async #answer(created: Created, waitSeconds: number | undefined, request: FastifyRequest): Promise<UploadAnswer> {
    if (waitSeconds === undefined) return accepted(created);
    const job = await this.jobs.ended(requireSubject(), created.job, waitSeconds * 1_000, goneSignal(request));
    if (!hasEnded(job)) return accepted({ ...created, job });
    if (job.state !== 'succeeded') throw failureOfJob(job);
    const track = await this.bus.call(getTrack, { trackId: created.track.id });
    const { url } = await this.links.make('picture links', waveformLinkPath, track.id, 3_600);
    return { status: 201, headers: { location: linksOf(track).self }, body: toUploaded(track, url) };
  }
}

function accepted({ track, job }: Created): UploadAnswer {
  const links = linksOf(track);
  return { status: 202, headers: { location: links.job }, body: { track, job, links } };
}
