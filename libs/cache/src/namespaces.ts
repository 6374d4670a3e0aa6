import { armOf } from '#contracts';
import type { InvalidationTarget } from './invalidation.ts';
import { type ArmRules, resolveArms } from './namespace-rules.ts';
import type { NamespaceState } from './namespace-state.ts';
import type { NamespaceOptions, NamespaceRules, NamespaceSettings, TieredCacheOptions } from './options.ts';
import { sumOfStats } from './sum-of-stats.ts';
import type { WarmingCounts } from './warming-metrics.ts';

interface Arms {
  readonly all: readonly NamespaceState[];
  /** The arm that holds a key. */
  readonly of: (key: string) => NamespaceState;
}

type Settings = Readonly<Record<string, NamespaceSettings>>;

/**
 * The namespaces of a cache in this process. One that is under an experiment has two states, which share its memory: each key belongs to one of them, by
 * its owner. Redis and the cold tier know nothing of it.
 */
export class Namespaces {
  readonly #arms = new Map<string, Arms>();
  readonly #options: TieredCacheOptions<string>;
  #own: Readonly<Record<string, NamespaceOptions>>;
  #settings: Settings = {};

  /** @throws RangeError see `resolveArms` */
  constructor(options: TieredCacheOptions<string>, open: (name: string, rules: NamespaceRules, arm?: keyof ArmRules) => NamespaceState) {
    this.#options = options;
    this.#own = { ...options.namespaces };
    for (const [name, rules] of this.#resolve(this.#own, {})) this.#arms.set(name, openArms(name, rules, this.#own[name]!, open));
  }

  /** @throws RangeError for a namespace that is not there */
  of(namespace: string, key: string): NamespaceState {
    return this.#armsOf(namespace).of(key);
  }

  all(): NamespaceState[] {
    return [...this.#arms.values()].flatMap(({ all }) => all);
  }

  each(act: (state: NamespaceState) => void): void {
    for (const { all } of this.#arms.values()) for (const state of all) act(state);
  }

  invalidate(target: InvalidationTarget): void {
    if (target.kind === 'tag') this.each((state) => state.invalidateTag(target.tag));
    else if (target.kind === 'key') this.#arms.get(target.namespace)?.of(target.key).invalidateKey(target.key);
    else for (const state of this.#arms.get(target.namespace)?.all ?? []) state.invalidateAll();
  }

  configure(namespace: string, changes: NamespaceOptions): void {
    this.#adopt({ ...this.#own, [namespace]: { ...this.#own[namespace], ...changes } }, this.#settings);
  }

  override(settings: Settings): void {
    this.#adopt(this.#own, settings);
  }

  hottest(namespace: string, count: number): string[] {
    const { all } = this.#armsOf(namespace);
    if (all.length === 1) return all[0]!.memory.hottest(count);
    return hottestOf(all, count).map(({ key }) => key);
  }

  popularity(count: number) {
    return this.#merged((states, namespace) => ({ namespace, keys: hottestOf(states, count), warmed: warmedOf(states) }));
  }

  warmingCounts(): WarmingCounts[] {
    return this.#merged((states, namespace) => {
      const reads = states.reduce((sum, { l1 }) => sum + l1.hits + l1.misses, 0);
      return { namespace, reads, ...warmedOf(states) };
    });
  }

  stats() {
    return Object.fromEntries(this.#merged((states, name) => [name, states.map((state) => state.stats()).reduce(sumOfStats)]));
  }

  #merged<T>(merge: (states: readonly NamespaceState[], name: string) => T): T[] {
    return [...this.#arms].map(([name, { all }]) => merge(all, name));
  }

  #armsOf(namespace: string): Arms {
    const arms = this.#arms.get(namespace);
    if (arms === undefined) throw new RangeError(`no cache namespace '${namespace}'`);
    return arms;
  }

  #resolve(own: Readonly<Record<string, NamespaceOptions>>, settings: Settings): Map<string, ArmRules> {
    const set = Object.entries(own).map(([name, options]) => [name, { ...options, ...settings[name] }] as const);
    return resolveArms(Object.fromEntries(set), this.#options);
  }

  #adopt(own: Readonly<Record<string, NamespaceOptions>>, settings: Settings): void {
    const resolved = this.#resolve(own, settings);
    this.#own = own;
    this.#settings = settings;
    for (const [name, { control, treatment }] of resolved) {
      const [first, second] = this.#arms.get(name)?.all ?? [];
      first?.adopt(control);
      if (treatment) second?.adopt(treatment);
    }
  }
}

function openArms(
  name: string,
  { control, treatment }: ArmRules,
  { ownerOf = (key) => key }: NamespaceOptions,
  open: (name: string, rules: NamespaceRules, arm?: keyof ArmRules) => NamespaceState,
): Arms {
  if (treatment === undefined) {
    const only = open(name, control);
    return { all: [only], of: () => only };
  }
  const arms = { control: open(name, control, 'control'), treatment: open(name, treatment, 'treatment') };
  return { all: [arms.control, arms.treatment], of: (key) => arms[armOf(name, ownerOf(key))] };
}

const hottestOf = (states: readonly NamespaceState[], count: number) =>
  states
    .flatMap(({ memory }) => memory.hottest(count).map((key) => ({ key, uses: memory.hitsOf(key) })))
    .sort((one, other) => other.uses - one.uses)
    .slice(0, count);

const warmedOf = (states: readonly NamespaceState[]) =>
  states
    .map(({ warmedKeys }) => warmedKeys.counts())
    .reduce((sum, next) => ({ loaded: sum.loaded + next.loaded, used: sum.used + next.used }));
