/** A kind of job is one typed value: what goes in, what comes out, and within which bounds. */
import * as z from 'zod';

export interface JobKind<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType, Phase extends string = string> {
  readonly kind: 'job';
  /** `<service>.<noun>.<verb>`, e.g. `audio.recording.analyze`: a label of metrics and a part of subjects. */
  readonly name: string;
  readonly input: Input;
  readonly output: Output;
  /** What a client may read while it runs, in order. */
  readonly phases: readonly Phase[];
  /** Runs at most, counting those that died with their worker; graceful hand-overs do not count. */
  readonly maxAttempts: number;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** What one run uses; it starts when the concurrency limit of its process allows it. 0 cores: not limited. */
  readonly resources: { readonly cores: number; readonly memoryBytes: number };
  /**
   * It only removes what its owner has given up, so it also runs while the account is disabled or about to be deleted, and is not cancelled when the
   * account ends. All other jobs wait until the account may act again.
   */
  readonly runsWhileSuspended?: boolean;
  /** A part of a request that waits for it: clients neither see nor cancel it. */
  readonly isInternal?: boolean;
}

export type InputOf<K extends JobKind> = z.output<K['input']>;
export type OutputOf<K extends JobKind> = z.output<K['output']>;

/** `<service>.<noun>.<verb>` */
export const jobKindName = z
  .string()
  .max(64)
  .regex(/^[a-z]+(\.[a-z-]+){2}$/, { error: 'must be the name of a kind of job: service.noun.verb' });

/** @throws RangeError when the name does not read `<service>.<noun>.<verb>`, or a bound is not positive */
export function jobKind<Input extends z.ZodType, Output extends z.ZodType, const Phase extends string>(
  kind: Omit<JobKind<Input, Output, Phase>, 'kind'>,
): JobKind<Input, Output, Phase> {
  if (!jobKindName.safeParse(kind.name).success) throw new RangeError(`not a kind of job: ${kind.name}`);
  if (!(kind.maxAttempts >= 1) || !(kind.timeoutMs >= 1)) throw new RangeError(`${kind.name} needs at least one attempt and some time`);
  return Object.freeze({ kind: 'job', ...kind });
}

/** The name of the JetStream consumer that all workers of a kind share; a dot would separate tokens of a subject there. */
export const consumerOf = (kindName: string): string => kindName.replaceAll('.', '-');
