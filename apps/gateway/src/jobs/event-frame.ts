/** Server-sent events as text (WHATWG HTML, "Server-sent events"): encodes events and parses `Last-Event-ID`. */
import { int32Max, parseDecimal } from '#contracts';

export interface EventFrame {
  /** Grows within a stream; the client sends the last one as `Last-Event-ID`. */
  readonly id: number;
  readonly event: string;
  readonly data: unknown;
}

/** Disables buffering in proxies and compression. */
export const eventHeaders = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no', 'content-encoding': 'identity' };

/** JSON contains no raw line breaks, so one `data:` line is enough. */
export const writeFrame = ({ id, event, data }: EventFrame): string => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** A comment line: keeps idle connections open and detects disconnected clients. */
export const heartbeat = ': still here\n\n';

/** Reconnection delay of browsers. */
export const reconnectAfter = (milliseconds: number): string => `retry: ${milliseconds}\n\n`;

/** @returns the sequence after which to continue; 0 (from the start) for invalid values */
export function lastSeen(header: string | readonly string[] | undefined): number {
  const value = parseDecimal(String(Array.isArray(header) ? header.at(-1) : header)) ?? 0;
  return value > 0 && value <= int32Max ? value : 0;
}
