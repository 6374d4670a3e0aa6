/**
 * Spans of a trace, for what the platform does. Without a tracer (see otlp.ts) a span costs one comparison. The ids of spans are those that calls
 * carry in `traceparent` anyway, so that log lines, jobs and spans name the same trace.
 */
import { currentCall, nextSpan } from '../calls/request-context.ts';

export type SpanKind = 'server' | 'client' | 'consumer' | 'internal';
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  /** From a closed set: a route template, a contract, a kind of job, a command. */
  readonly name: string;
  readonly kind: SpanKind;
  /** Trace and id of the span itself. */
  readonly traceparent: string;
  /** Of the span that it belongs to; absent for the first one of a trace. */
  readonly parent?: string | undefined;
  readonly attributes?: SpanAttributes;
}

export interface OpenSpan {
  /** @param error what it failed with, if it did */
  end(error?: unknown, attributes?: SpanAttributes): void;
}

export interface Tracer {
  /** @returns undefined when the trace is not sampled */
  start(span: SpanStart): OpenSpan | undefined;
}

let tracer: Tracer | undefined;

/** @param next undefined: no more spans */
export function useTracer(next: Tracer | undefined): void {
  tracer = next;
}

export const isTracing = (): boolean => tracer !== undefined;

export const startSpan = (span: SpanStart): OpenSpan | undefined => tracer?.start(span);

/** A span below the current call that has none below itself; undefined outside of a call. */
export function startLeaf(name: string, kind: SpanKind, attributes: SpanAttributes): OpenSpan | undefined {
  const parent = tracer && currentCall()?.traceparent;
  return parent ? tracer?.start({ name, kind, traceparent: nextSpan(parent), parent, attributes }) : undefined;
}

export async function inSpan<T>(span: SpanStart, work: () => Promise<T>): Promise<T> {
  const open = startSpan(span);
  if (!open) return work();
  try {
    const result = await work();
    open.end();
    return result;
  } catch (error) {
    open.end(error);
    throw error;
  }
}
