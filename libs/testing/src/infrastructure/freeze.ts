import { childrenOf } from './process-identity.ts';
import type { OwnServer } from './server.ts';

/**
 * Stops a server and the processes it started in the middle of whatever they do: alive to the kernel, which goes on taking connections and bytes for
 * it, and to nobody else. @returns lets them go on; harmless when they are gone by then
 */
export function freeze({ pid }: Pick<OwnServer, 'pid'>): () => void {
  process.kill(pid, 'SIGSTOP'); // first, so that it starts no more of them
  const frozen = [pid, ...childrenOf(pid).map((child) => child.pid)];
  for (const each of frozen) signal(each, 'SIGSTOP');
  return () => {
    for (const each of frozen.splice(0).reverse()) signal(each, 'SIGCONT');
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it ended meanwhile
  }
}
