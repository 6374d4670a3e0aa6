/** What a client may know of a job: work that answers 202 first and reports later. */
import * as z from 'zod';
import { event, type Unchanging } from './rpc.ts';

export const jobStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];
export const endedJobStates = ['succeeded', 'failed', 'cancelled'] as const satisfies readonly JobState[];

export const job = z
  .object({
    id: z.uuid(),
    kind: z.string().meta({ examples: ['audio.recording.analyze'] }),
    state: z.enum(jobStates).meta({ description: 'How far it is.', examples: ['succeeded'] }),
    phase: z
      .string()
      .nullable()
      .meta({ description: 'What it is doing now, in the words of its kind.', examples: [null] }),
    percent: z
      .number()
      .min(0)
      .max(100)
      .meta({ description: 'How much of it is done, in percent.', examples: [100] }),
    etaSeconds: z
      .number()
      .int()
      .min(0)
      .nullable()
      .meta({ description: 'About how much longer it runs; null while nobody can tell.', examples: [null] }),
    priority: z.number().int().min(-9).max(9).meta({ description: 'Each step puts it ten minutes ahead of your other waiting jobs.' }),
    attempts: z.number().int().min(0),
    maxAttempts: z.number().int().min(1),
    /** What the job is about, e.g. `{ trackId }`. */
    subject: z.record(z.string(), z.string()),
    result: z.unknown().nullable(),
    reason: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .meta({ description: 'Why it failed: a problem code and a sentence; null in the other states.', examples: [null] }),
    toolLines: z.array(z.string()).meta({ description: 'The last lines of the tool that failed.', examples: [[]] }),
    runAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'While it waits: not before then.', examples: [null] }),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Job' });
export type Job = Unchanging<z.output<typeof job>>;

/** Tells the worker of a running job to stop. Only a hint: it would notice at its next heartbeat anyway. */
export const jobCancelled = event({ subject: 'events.job.cancelled.v1', payload: z.object({ jobId: z.uuid() }) });

/** Published at every change of a job; `sequence` grows within the job and is the SSE event id. */
export const jobChanged = event({
  subject: 'events.job.changed.v1',
  payload: z.object({ jobId: z.uuid(), ownerId: z.uuid(), sequence: z.number().int().positive(), job }),
});
