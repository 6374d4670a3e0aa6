import { promises as dns } from 'node:dns';
import type { ResolveName } from './destination.ts';

/**
 * Resolves names by DNS only, not by /etc/hosts. Not `dns.lookup`, whose slow queries would block the thread pool that reads files.
 */
export const systemResolver: ResolveName = async (hostname, signal) => {
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 2 });
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length === 0 && answers[0].status === 'rejected') throw answers[0].reason;
    return addresses;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
