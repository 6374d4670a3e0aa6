import { childrenOf } from './process-identity.ts';
import type { ManagedServer } from './server.ts';

/**
 * Freezes a server and its child processes (SIGSTOP): the kernel still accepts connections and bytes for them, but nothing answers.
 *
 * @returns resumes them; does nothing when they have ended
 */
export function freeze({ pid }: Pick<ManagedServer, 'pid'>): () => void {
  process.kill(pid, 'SIGSTOP'); // first, so that it starts no more children
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
    // the process has ended
  }
}
