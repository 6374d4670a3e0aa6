/** Why something that a job makes cannot be given. */
import { Failure } from './failure.ts';
import type { ResourceState } from './resource.ts';
import type { UnfinishedNoun } from './unfinished.ts';

/** `state` and `problem` of a resource. */
interface Progress {
  readonly state: ResourceState;
  readonly problem: { readonly code: string; readonly detail: string } | null;
}

/** @returns `<noun>-failed` with the problem of a failed resource; for every other one `<noun>-not-ready`, which may be tried again */
export function unfinished(noun: UnfinishedNoun, { state, problem }: Progress): Failure {
  if (state === 'failed')
    return new Failure(`${noun}-failed`, problem ? `It has failed (${problem.code}): ${problem.detail}` : 'It has failed.');
  return new Failure(`${noun}-not-ready`, 'It is not finished yet; see its job for the progress.', { retryAfterSeconds: 2 });
}
