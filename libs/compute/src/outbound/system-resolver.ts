import { promises as dns } from 'node:dns';
import type { ResolveName } from './destination.ts';

/**
 * Asks the DNS and nothing else: names in /etc/hosts are the host's own affair. Not `dns.lookup`, which would let slow names take the threads
 * that files are read with.
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
