/** How V8 is to treat what a service makes. */
import { executionAsyncResource } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';

/**
 * V8 learns which code makes objects that last, and makes those among the old ones at once. In a service that serves, the first slow requests
 * teach it wrongly: what belongs to a request is made old, is dead a moment later, and keeps all that it refers to through every young
 * collection. Seen here as collections of 8 ms in place of 1, ten times a second, in about two of three processes.
 */
export const keepRequestsYoung = (): void => setFlagsFromString('--no-allocation-site-pretenuring');

/** Objects that are kept for their shape alone. */
const samples: object[] = [];

/**
 * Some seconds without work, and V8 collects all it can: the shapes too of which no object is left just then. The entries of Node's queue for
 * `process.nextTick` have such a shape, and when it comes back they are filled in by a slow way for good: 6% of the gateway's time under load
 * after a quiet moment. One entry that stays keeps the shape.
 */
export const keepTickShape = (): void => process.nextTick(() => samples.push(executionAsyncResource()));
