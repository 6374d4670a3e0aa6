/**
 * A contract is one value: the subject, both shapes, what can go wrong and how long it may take. Services are spoken to through these only.
 * Subjects read `<service>.<noun>.<verb>.v<N>`; events read `events.<noun>.<past-tense>.v<N>`. A breaking change of a shape is a new version.
 */
import type * as z from 'zod';
import type { ServiceName } from './service-names.ts';

/** @typeParam Code its failures; string here, because the catalogue in failures.ts is made of the contract files. `serviceEndpoint` and a spec check them. */
export interface Rpc<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType, Code extends string = string> {
  readonly kind: 'rpc';
  readonly subject: string;
  readonly request: Request;
  readonly reply: Reply;
  /** Codes of its own; `request-invalid`, `unauthenticated`, `overloaded`, `deadline-exceeded`, `service-unavailable` and `internal` can always happen. */
  readonly failures: readonly Code[];
  readonly deadlineMs: number;
  /**
   * Whether doing it twice changes nothing, so that a caller whose request was lost with the copy that took it asks another one. Unless told:
   * true for verbs that only read.
   */
  readonly repeatable?: (request: unknown) => boolean;
}

export interface EventContract<Payload extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  readonly subject: string;
  /** The service that announces it. Absent: the platform does, in every service that has jobs or a cache. */
  readonly publishedBy?: ServiceName;
  readonly payload: Payload;
}

/** What travels is shared by whoever was answered the same; nobody changes it. */
export type Unchanging<T> = T extends readonly (infer Item)[]
  ? readonly Unchanging<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Unchanging<T[Key]> }
    : T;

export type RequestOf<C extends Rpc> = z.output<C['request']>;
export type RequestInputOf<C extends Rpc> = z.input<C['request']>;
export type ReplyOf<C extends Rpc> = Unchanging<z.output<C['reply']>>;

export type PayloadOf<E extends EventContract> = z.output<E['payload']>;

const rpcSubject = /^[a-z]+\.[a-z-]+\.[a-z-]+\.v[1-9]\d*$/;
const eventSubject = /^events\.[a-z-]+\.[a-z-]+\.v[1-9]\d*$/;

/** @throws RangeError when the subject does not read `<service>.<noun>.<verb>.v<N>` */
export function rpc<Request extends z.ZodType, Reply extends z.ZodType, const Code extends string>(
  contract: Omit<Rpc<Request, Reply, Code>, 'kind'>,
): Rpc<Request, Reply, Code> {
  if (!rpcSubject.test(contract.subject)) throw new RangeError(`not a subject: ${contract.subject}`);
  return Object.freeze({ kind: 'rpc', ...contract });
}

/** @throws RangeError when the subject does not read `events.<noun>.<past-tense>.v<N>` */
export function event<Payload extends z.ZodType>(contract: Omit<EventContract<Payload>, 'kind'>): EventContract<Payload> {
  if (!eventSubject.test(contract.subject)) throw new RangeError(`not an event subject: ${contract.subject}`);
  return Object.freeze({ kind: 'event', ...contract });
}
