/** Profiles of a running service: where its time and its memory go. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { type Rpc, rpc } from './rpc.ts';
import { integer } from './values.ts';

export const profileFailures = {
  'profile-not-found': {
    status: 404,
    title: 'Profile not found',
    page: 'You have taken no such profile. A profile is forgotten 30 days after it ended.',
  },
  'profile-not-ready': {
    status: 409,
    title: 'The profile is not finished yet',
    page: 'The service is still being measured. Follow the job in `job`, then download the file.',
  },
  'profile-failed': {
    status: 422,
    title: 'The profile could not be taken',
    page: 'There is no file and there will be none; `problem` of the profile says why. Take another one.',
  },
  'profile-expired': {
    status: 410,
    title: 'The file of the profile is gone',
    page: 'Files of profiles are kept for seven days. Take another one.',
  },
} as const satisfies FailureTable;

/** Those with a blob store, in which the file is kept. */
export const profiledServices = ['gateway', 'audio', 'video', 'posts'] as const;
export type ProfiledService = (typeof profiledServices)[number];

export const profileTypes = ['cpu', 'heap', 'allocations'] as const;

export const profileRequest = z.strictObject({
  type: z.enum(profileTypes).meta({
    description:
      '`cpu`: where the time goes. `allocations`: what allocates memory, sampled. `heap`: every object in memory now; the service does nothing else while it is written.',
    examples: ['cpu'],
  }),
  seconds: integer({ min: 1, max: 60 })
    .default(10)
    .meta({ description: 'How long it is measured; a heap is written at once.', examples: [10] }),
});

const profileFile = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.number().int().positive(),
  /** Ends in `.cpuprofile`, `.heapsnapshot` or `.heapprofile`, by which Chrome's tools know what it is. */
  fileName: z.string(),
});

const contract = (service: ProfiledService) =>
  rpc({
    subject: `${service}.profile.take.v2`,
    request: profileRequest,
    reply: profileFile,
    failures: ['overloaded'],
    deadlineMs: 110_000,
  });

/** One copy of the service answers, whichever takes the request. The gateway does not ask itself over the bus. */
export const takeProfile: Readonly<Record<ProfiledService, Rpc<typeof profileRequest, typeof profileFile, 'overloaded'>>> = {
  gateway: contract('gateway'),
  audio: contract('audio'),
  video: contract('video'),
  posts: contract('posts'),
};

export const profileService = jobKind({
  name: 'gateway.service.profile',
  input: profileRequest.extend({ service: z.enum(profiledServices) }),
  output: profileFile,
  phases: ['measuring'],
  maxAttempts: 2,
  timeoutMs: 180_000,
  resources: { cores: 0, memoryBytes: 0 }, // it waits
});
