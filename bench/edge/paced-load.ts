/** Many clients that think in between: each has a connection of its own and asks once in every period, one after the other and not all at once. */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadFigures } from './load-figures.ts';

interface Pace {
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Latencies count from when a request was due. */
export async function pacedLoad(urls: readonly string[], { connections, perSecond, seconds, headers }: Pace): Promise<LoadFigures> {
  const periodMs = (1_000 * connections) / perSecond;
  const latenciesMs: number[] = [];
  let failed = 0;
  let asked = 0;
  const begin = performance.now() + 200;
  const client = async (index: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let dueMs = begin + (index * periodMs) / connections; dueMs < begin + 1_000 * seconds; dueMs += periodMs) {
      await delay(Math.max(0, dueMs - performance.now()));
      asked += 1;
      if (await ask(urls[asked % urls.length] as string, agent, headers)) latenciesMs.push(performance.now() - dueMs);
      else failed += 1;
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => client(index)));
  latenciesMs.sort((a, b) => a - b);
  return { perSecond: latenciesMs.length / seconds, failed, latenciesMs };
}

/** @returns whether it was answered with 200, whole */
function ask(url: string, agent: Agent, headers: Readonly<Record<string, string>>): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, headers, timeout: 10_000 }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode === 200));
    });
    sent.once('error', () => resolve(false)).once('timeout', () => sent.destroy());
    sent.end();
  });
}
