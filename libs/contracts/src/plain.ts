/**
 * The part of the contracts that needs no schema, for libraries, worker threads and programs that start without the rest: `#contracts/plain`. Loading all
 * contracts takes 27 MiB and a fifth of a second.
 */
export * from './backoff.ts';
export * from './camelot.ts';
export * from './decode-text.ts';
export * from './failure.ts';
