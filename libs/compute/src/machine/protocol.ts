/**
 * What a member says to the keeper of the machine's purse and what it hears: one JSON object a line. Everything is checked, everything is small; whoever
 * says anything else is cut off. A change that older processes cannot read gets a new version, and with it a socket and a lock of its own.
 */
import * as z from 'zod';

export const protocolVersion = 1;

/** Longer than any message there is. */
export const maxLineBytes = 1_024;
/** What one member may hold and wait for at the same time, all together. */
export const maxClaimsPerMember = 4_096;
export const maxMembers = 256;

const cores = z.number().positive().max(100_000);
const memoryBytes = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
/** A member's own number for a claim; it is used once. */
const claim = z.int().min(1);

/** Who somebody is: the namespace says whether its process id means anything to the reader. */
export const memberIdentity = z.strictObject({ id: z.uuid(), pid: z.int().min(1), namespace: z.string().max(64) });
export type MemberIdentity = z.output<typeof memberIdentity>;

export const fromMember = z.discriminatedUnion('is', [
  /** First of all; `cores` and `memoryBytes` are the size of the machine as this member was told. The smallest that anybody names counts. */
  z.strictObject({ is: z.literal('hello'), member: memberIdentity, cores, memoryBytes }),
  /** This much was granted before, by an earlier keeper or by nobody. */
  z.strictObject({ is: z.literal('hold'), claim, cores, memoryBytes }),
  z.strictObject({ is: z.literal('ask'), claim, cores, memoryBytes, waitedMs: z.number().min(0).max(1e12) }),
  /** The keeper knows now all that this member holds. */
  z.strictObject({ is: z.literal('here') }),
  /** Gives back, or waits no longer. */
  z.strictObject({ is: z.literal('drop'), claim }),
  z.strictObject({ is: z.literal('alive') }),
]);
export type FromMember = z.output<typeof fromMember>;

const count = z.number().min(0);
export const machineState = z.strictObject({
  cores: count,
  usedCores: count,
  memoryBytes: count,
  usedMemoryBytes: count,
  waiters: count,
  members: count,
});
/** The purse of the whole machine. */
export type MachineState = z.output<typeof machineState>;

export const fromKeeper = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('welcome') }),
  z.strictObject({ is: z.literal('grant'), claim, cores, memoryBytes }),
  /** Sent at every heartbeat; members answer `alive`. */
  z.strictObject({ is: z.literal('state'), ...machineState.shape }),
]);
export type FromKeeper = z.output<typeof fromKeeper>;
