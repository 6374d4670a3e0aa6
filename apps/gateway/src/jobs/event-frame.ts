/** Server-sent events as text (WHATWG HTML, "Server-sent events"): what goes over the wire and what comes back when a client returns. */
import { int32Max, parseDecimal } from '#contracts';

export interface EventFrame {
  /** Grows by one at every change of a job; the client sends the last one it saw as `Last-Event-ID`. */
  readonly id: number;
  readonly event: string;
  readonly data: unknown;
}

/** JSON holds no raw line break, so one `data:` line is enough. */
export const writeFrame = ({ id, event, data }: EventFrame): string => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** A comment line: keeps proxies from closing a quiet connection and tells us when the client is gone. */
export const heartbeat = ': still here\n\n';

/** How long a browser waits before it comes back after a cut. */
export const reconnectAfter = (milliseconds: number): string => `retry: ${milliseconds}\n\n`;

/** @returns the sequence after which to go on; 0, from the start, for anything that is no sequence of ours */
export function lastSeen(header: string | readonly string[] | undefined): number {
  const value = parseDecimal(String(Array.isArray(header) ? header.at(-1) : header)) ?? 0;
  return value > 0 && value <= int32Max ? value : 0;
}
