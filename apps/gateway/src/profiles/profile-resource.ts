/** A profile as operators see it. */
import * as z from 'zod';
import { Failure, type Job, type OutputOf, profiledServices, profileService, profileTypes } from '#contracts';
import type { FileHolder } from '../jobs/work-files.service.ts';
import { type Work, workSchema } from '../jobs/work-resource.ts';

export const profileResource = workSchema(
  'profile',
  {
    service: z.enum(profiledServices).meta({ description: 'What was measured.', examples: ['audio'] }),
    type: z.enum(profileTypes).meta({ description: 'What it shows.', examples: ['cpu'] }),
    seconds: z
      .number()
      .int()
      .meta({ description: 'How long it was measured; a heap is written at once.', examples: [10] }),
    fileName: z
      .string()
      .nullable()
      .meta({ description: 'Of its file; null until it is ready.', examples: ['audio-2026-01-31T12-00-00-000Z.cpuprofile'] }),
    sizeBytes: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Of its file; null until it is ready.', examples: [182_004] }),
  },
  {
    file: z
      .string()
      .optional()
      .meta({ description: 'Its file, once it is ready.', examples: ['/v1/operators/profiles/0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10/file'] }),
  },
).meta({ id: 'Profile', description: 'Where the time or the memory of one copy of a service goes.' });
type Own = Pick<z.output<typeof profileResource>, 'service' | 'type' | 'seconds' | 'fileName' | 'sizeBytes'>;

const path = '/v1/operators/profiles';

export const profileWork: Work<typeof profileService, 'profile', Own> & FileHolder = {
  holder: 'gateway.profile',
  noun: 'profile',
  job: profileService,
  notFound: 'profile-not-found',
  path,
  own: ({ subject }, file) => ({
    service: subject.service as Own['service'],
    type: subject.type as Own['type'],
    seconds: Number(subject.seconds),
    fileName: file?.fileName ?? null,
    sizeBytes: file?.sizeBytes ?? null,
  }),
  links: ({ id, state }): { file?: string } => (state === 'succeeded' ? { file: `${path}/${id}/file` } : {}),
};

/** @throws Failure profile-not-ready, profile-failed */
export function fileOfProfile({ state, reason, result }: Job): OutputOf<typeof profileService> {
  if (state === 'queued' || state === 'running') throw new Failure('profile-not-ready', 'The profile is still being taken.');
  if (state !== 'succeeded') throw new Failure('profile-failed', reason?.message ?? 'The profile could not be taken.');
  return profileService.output.parse(result);
}
