/** Profiles of a running service: where its time and its memory go. */
import * as z from 'zod';
import { jobKind } from './job-kind.ts';
import { type Rpc, rpc } from './rpc.ts';
import { integer } from './values.ts';

/** Those with a blob store, in which the file is kept. */
export const profiledServices = ['gateway', 'audio', 'video', 'posts'] as const;
export type ProfiledService = (typeof profiledServices)[number];

export const profileKinds = ['cpu', 'heap', 'allocations'] as const;

export const profileRequest = z.strictObject({
  kind: z.enum(profileKinds).meta({
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
    subject: `${service}.profile.take.v1`,
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
