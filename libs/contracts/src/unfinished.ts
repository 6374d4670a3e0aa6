/**
 * What is asked for before its job has made it: `<noun>-not-ready` (409) while the job works, so that trying again helps, and `<noun>-failed` (422)
 * once the job has failed.
 */
import type { FailureDeclaration } from './failure-table.ts';

export const unfinishedNouns = ['account-export', 'analysis', 'duplicate-run', 'export', 'rendition', 'video'] as const;
export type UnfinishedNoun = (typeof unfinishedNouns)[number];

/**
 * The two failures of one noun, for the table of its contract file.
 * @param what begins a sentence: `The rendition`
 */
export const unfinishedFailures = <const Noun extends UnfinishedNoun>(noun: Noun, what: string) =>
  ({
    [`${noun}-not-ready`]: {
      status: 409,
      title: `${what} is not finished yet`,
      page: `${what} is still being made. Follow the job in its \`job\` field, then try again.`,
    },
    [`${noun}-failed`]: {
      status: 422,
      title: `${what} has failed`,
      page: `${what} could not be made: the detail repeats the \`problem\` of the resource. Trying again does not help before its job has been run again with \`POST /v1/jobs/{jobId}/retry\`.`,
    },
  }) as { readonly [Code in `${Noun}-not-ready` | `${Noun}-failed`]: FailureDeclaration };
