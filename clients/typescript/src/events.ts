/** Server-sent events, with replay of what was missed. */
import { type Connection, RafagaError, send } from './client.ts';

export interface ServerEvent {
  /** Empty where the server gave none. */
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
}

export interface FollowOptions {
  /** Id of the last event that was seen. */
  readonly lastEventId?: string;
  readonly signal?: AbortSignal;
  /** Between a broken stream and the next try, in milliseconds; 1,000 unless told. */
  readonly retryMs?: number;
  /** Tries in a row without an event before the error is thrown; 5 unless told. */
  readonly maxRetries?: number;
}

/**
 * The events of a stream; after a broken connection it goes on behind the last event.
 *
 * @param path for instance `/v1/jobs/{id}/events`
 * @throws RafagaError when the server refuses; the last error after `maxRetries`; the signal's reason
 */
export async function* followEvents(
  connection: Connection,
  path: string,
  { lastEventId = '', signal, retryMs = 1_000, maxRetries = 5 }: FollowOptions = {},
): AsyncGenerator<ServerEvent, void> {
  let last = lastEventId;
  for (let failures = 0; ; ) {
    try {
      const response = await send(connection, path, {
        headers: { accept: 'text/event-stream', ...(last ? { 'last-event-id': last } : {}) },
        ...(signal ? { signal } : {}),
      });
      if (response.status === 204 || !response.body) return;
      for await (const event of parseEvents(response.body)) {
        failures = 0;
        if (event.id) last = event.id;
        yield event;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if ((error instanceof RafagaError && error.status < 500) || ++failures > maxRetries) throw error;
    }
    await pause(retryMs, signal);
  }
}

const pause = (ms: number, signal: AbortSignal | undefined) =>
  new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });

/** Parses a body of the type `text/event-stream`. Comments and events without data are left out. */
export async function* parseEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const blocks = (rest + decoder.decode(read.value, { stream: true })).replaceAll('\r\n', '\n').split('\n\n');
      rest = blocks.pop() ?? '';
      yield* blocks.flatMap((block) => eventOf(block) ?? []);
    }
  } finally {
    await reader.cancel().catch(() => undefined); // the stream may be broken already
  }
}

function eventOf(block: string): ServerEvent | undefined {
  const fields = block.split('\n').flatMap((line) => {
    const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    return name ? [[name, value ?? ''] as const] : [];
  });
  const data = fields.filter(([name]) => name === 'data').map(([, value]) => value);
  if (data.length === 0) return undefined;
  const last = (wanted: string) => fields.findLast(([name]) => name === wanted)?.[1];
  return { id: last('id') ?? '', type: last('event') ?? 'message', data: JSON.parse(data.join('\n')) };
}
