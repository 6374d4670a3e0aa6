import { defaultCompression } from './compression.ts';
import type { NamespaceOptions, Rules, TieredCacheOptions } from './options.ts';

const defaultMaxBytes = 64 * 1_024 * 1_024;
const leastBytes = 64 * 1_024;

/**
 * What holds for each namespace once defaults are filled in and the memory is divided: those that name a budget get it, the others share
 * the rest evenly. The budgets never sum to more than the whole.
 *
 * @throws RangeError when the named budgets leave nothing for the others
 */
export function rulesOf(
  namespaces: Readonly<Record<string, NamespaceOptions>>,
  options: Pick<TieredCacheOptions<string>, 'memory' | 'defaultTtlSeconds' | 'compression'>,
): Map<string, Rules> {
  const sharedBytes = shareOf(namespaces, options.memory?.maxBytes ?? defaultMaxBytes);
  const rules = Object.entries(namespaces).map(([name, own]): [string, Rules] => [name, ruleOf(own, sharedBytes, options)]);
  return new Map(rules);
}

function shareOf(namespaces: Readonly<Record<string, NamespaceOptions>>, wholeBytes: number): number {
  const all = Object.values(namespaces);
  const named = all.reduce((sum, { maxBytes }) => sum + (maxBytes ?? 0), 0);
  const sharers = all.filter(({ maxBytes }) => maxBytes === undefined).length;
  const share = sharers === 0 ? 0 : Math.floor((wholeBytes - named) / sharers);
  if (named > wholeBytes || (sharers > 0 && share < leastBytes)) {
    throw new RangeError(`the namespaces' budgets (${named} bytes) do not fit into ${wholeBytes} bytes of memory`);
  }
  return share;
}

function ruleOf(
  own: NamespaceOptions,
  sharedBytes: number,
  { memory, defaultTtlSeconds = 3_600, compression }: Parameters<typeof rulesOf>[1],
): Rules {
  const ttlSeconds = own.ttlSeconds ?? defaultTtlSeconds;
  return {
    ttlSeconds,
    staleSeconds: own.staleSeconds ?? 0,
    negativeTtlSeconds: own.negativeTtlSeconds ?? Math.min(30, ttlSeconds / 10),
    idleSeconds: own.idleSeconds,
    warm: own.warm,
    strategy: own.strategy ?? memory?.strategy ?? 'adaptive',
    maxBytes: own.maxBytes ?? sharedBytes,
    tiers: own.tiers ?? 'all',
    compression: { ...defaultCompression, ...compression, ...own.compression },
  };
}
