/** Open-loop load: each client has its own connection and sends one request per period; the clients are staggered. */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Results of a load. */
export interface LoadFigures {
  readonly perSecond: number;
  /** Responses other than 2xx, and broken connections. */
  readonly failed: number;
  /** Sorted, in milliseconds. */
  readonly latenciesMs: ArrayLike<number>;
}

/** A request that is sent as it is; a plain string is a GET. */
export interface PacedRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Pace {
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Latencies are measured from the time at which a request was due. */
export async function pacedLoad(
  requests: readonly (string | PacedRequest)[],
  { connections, perSecond, seconds, headers }: Pace,
): Promise<LoadFigures> {
  const periodMs = (1_000 * connections) / perSecond;
  const latenciesMs: number[] = [];
  let failed = 0;
  let sent = 0;
  const begin = performance.now() + 200;
  const client = async (index: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let dueMs = begin + (index * periodMs) / connections; dueMs < begin + 1_000 * seconds; dueMs += periodMs) {
      await delay(Math.max(0, dueMs - performance.now()));
      sent += 1;
      if (await send(requests[sent % requests.length]!, agent, headers)) latenciesMs.push(performance.now() - dueMs);
      else failed += 1;
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => client(index)));
  latenciesMs.sort((a, b) => a - b);
  return { perSecond: latenciesMs.length / seconds, failed, latenciesMs };
}

/** @returns true for a complete response with status 200 or 201 */
function send(what: string | PacedRequest, agent: Agent, common: Readonly<Record<string, string>>): Promise<boolean> {
  const { url, method, headers, body }: PacedRequest = typeof what === 'string' ? { url: what, method: 'GET', headers: {} } : what;
  return new Promise((resolve) => {
    const outgoing = request(url, { agent, method, headers: { ...common, ...headers }, timeout: 10_000 }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode === 200 || response.statusCode === 201));
    });
    outgoing.once('error', () => resolve(false)).once('timeout', () => outgoing.destroy());
    outgoing.end(body);
  });
}
