import { cacheNamespace, type ExperimentArm } from '#contracts';
import { defaultCompression } from './compression.ts';
import type { NamespaceOptions, NamespaceRules, TieredCacheOptions } from './options.ts';

const defaultMaxBytes = 64 * 1_024 * 1_024;
const leastBytes = 64 * 1_024;

/**
 * Resolves the rules of each namespace: fills in defaults and divides the memory. Namespaces with a budget get it, the others share the rest
 * evenly; the budgets never sum to more than the total.
 *
 * @throws RangeError for a lifetime that is not positive and for a range upside down, when the budgets exceed the memory or leave less than 64 KiB for a namespace, and for a name that no contract lets through
 */
export function resolveRules(
  namespaces: Readonly<Record<string, NamespaceOptions>>,
  options: Pick<TieredCacheOptions<string>, 'memory' | 'defaultTtlSeconds' | 'compression'>,
): Map<string, NamespaceRules> {
  for (const name of Object.keys(namespaces))
    if (!cacheNamespace.safeParse(name).success)
      throw new RangeError(`'${name}' is no name of a namespace: lower case, digits and hyphens`);
  const sharedBytes = shareOf(namespaces, options.memory?.maxBytes ?? defaultMaxBytes);
  const rules = Object.entries(namespaces).map(([name, own]): [string, NamespaceRules] => [name, resolveRule(own, sharedBytes, options)]);
  return new Map(rules);
}

/** Without an experiment there is no treatment. */
export type ArmRules = Partial<Record<ExperimentArm, NamespaceRules>> & { readonly control: NamespaceRules };

/**
 * Resolves the rules of each namespace and, where settings are compared, of its two arms: control is as `resolveRules` has it, treatment has the settings
 * of the experiment on top. Each arm has half of the owners and of the memory; where they differ in `maxBytes`, the rest is divided by the mean.
 *
 * @throws RangeError as `resolveRules`, for either arm, and for an experiment on no namespace
 */
export function resolveArms(
  namespaces: Readonly<Record<string, NamespaceOptions>>,
  { experiments = {}, ...options }: Pick<TieredCacheOptions<string>, 'experiments' | 'memory' | 'defaultTtlSeconds' | 'compression'>,
): Map<string, ArmRules> {
  const unknown = Object.keys(experiments).find((name) => !Object.hasOwn(namespaces, name));
  if (unknown !== undefined) throw new RangeError(`an experiment names '${unknown}', which is no namespace of this cache`);
  const controls = resolveRules(namespaces, options);
  const treated = Object.entries(namespaces).map(([name, own]) => [name, { ...own, ...experiments[name] }] as const);
  const treatments = resolveRules(Object.fromEntries(treated), options);
  return new Map(
    [...controls].map(([name, control]): [string, ArmRules] => {
      const treatment = treatments.get(name)!;
      if (!experiments[name]) return [name, { control: withBytes(control, (control.maxBytes + treatment.maxBytes) / 2) }];
      if (Math.min(control.maxBytes, treatment.maxBytes) < 2 * leastBytes)
        throw new RangeError(`an arm of the experiment on '${name}' has less than ${leastBytes} bytes of memory`);
      return [name, { control: withBytes(control, control.maxBytes / 2), treatment: withBytes(treatment, treatment.maxBytes / 2) }];
    }),
  );
}

const withBytes = (rules: NamespaceRules, maxBytes: number): NamespaceRules => ({ ...rules, maxBytes: Math.floor(maxBytes) });

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

function resolveRule(
  own: NamespaceOptions,
  sharedBytes: number,
  { memory, defaultTtlSeconds = 3_600, compression }: Parameters<typeof resolveRules>[1],
): NamespaceRules {
  const ttl = own.ttlSeconds ?? defaultTtlSeconds;
  const { min: ttlSeconds, max: ttlMaxSeconds } = typeof ttl === 'number' ? { min: ttl, max: ttl } : ttl;
  if (!(ttlSeconds > 0 && ttlMaxSeconds >= ttlSeconds)) throw new RangeError(`no lifetimes: ${ttlSeconds} to ${ttlMaxSeconds} seconds`);
  return {
    ttlSeconds,
    ttlMaxSeconds,
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
