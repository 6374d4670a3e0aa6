/** Reads `GET /v1/events` as a client. */
import type { Api } from './api.ts';
import { readEvents, type ServerEvent } from './event-reader.ts';

/** Reads the events that are kept, and those to come, until `count` have come. */
export async function hearEvents(
  api: Api,
  count: number,
  path = '/v1/events?lastEventId=0',
  headers: Record<string, string> = {},
): Promise<ServerEvent[]> {
  const leave = new AbortController();
  const response = await api.raw(path, { headers, signal: leave.signal });
  const seen: ServerEvent[] = [];
  for await (const event of readEvents(response)) if (seen.push(event) === count) break;
  leave.abort();
  return seen;
}

export const typesOf = (events: readonly ServerEvent[]): string[] => events.map(({ event }) => event);
