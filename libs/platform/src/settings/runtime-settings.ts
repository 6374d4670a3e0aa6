/**
 * Settings that change while the process runs. A variable declares itself changeable in the schema of its configuration (`changeable(…)`), which promises
 * that its users read it from the configuration each time, or listen with `onChange`.
 */
import * as z from 'zod';
import type { SettingValues } from '#contracts';
import { originOf, readVariable } from '../config/read-config.ts';
import type { EffectiveSetting } from '../describe/effective-settings.ts';

export interface SettingFault {
  readonly name: string;
  readonly detail: string;
}

export class RuntimeSettings {
  readonly #config: Record<string, unknown>;
  readonly #schemas: ReadonlyMap<string, z.ZodType>;
  /** As the environment and the defaults say. */
  readonly #initial: ReadonlyMap<string, unknown>;
  readonly #listeners = new Map<string, Set<(value: never) => void>>();
  #values: SettingValues = {};

  /** @param config what `readConfig` returned; any other object has no changeable setting */
  constructor(config: object) {
    this.#config = config as Record<string, unknown>;
    const shape: Readonly<Record<string, z.ZodType>> = originOf(config)?.shape ?? {};
    this.#schemas = new Map(Object.entries(shape).filter(([, schema]) => z.globalRegistry.get(schema)?.changeable === true));
    this.#initial = new Map([...this.#schemas.keys()].map((name) => [name, this.#config[name]]));
  }

  /** @param listener called with every new value, parsed */
  onChange<Value>(name: string, listener: (value: Value) => void): void {
    this.#listeners.set(name, (this.#listeners.get(name) ?? new Set()).add(listener));
  }

  /** @returns what is wrong with the values, in words for the operator */
  check(names: readonly string[], values: SettingValues): SettingFault[] {
    return names.flatMap((name) => {
      const schema = this.#schemas.get(name);
      if (!schema) return [{ name, detail: 'is no setting of this service that can be changed while it runs' }];
      const text = values[name];
      const detail = text === undefined ? undefined : readVariable(schema, text).fault;
      return detail === undefined ? [] : [{ name, detail }];
    });
  }

  /**
   * Puts these values in effect, and for all others what the environment says. A value that does not fit any more is left out.
   *
   * @returns the names that were left out
   */
  apply(values: SettingValues): string[] {
    const refused: string[] = [];
    const next: Record<string, string> = {};
    for (const [name, schema] of this.#schemas) {
      const text = values[name];
      const read = text === undefined ? { value: this.#initial.get(name) } : readVariable(schema, text);
      const fits = read.fault === undefined;
      if (!fits) refused.push(name);
      else if (text !== undefined) next[name] = text;
      this.#put(name, fits ? read.value : this.#initial.get(name));
    }
    this.#values = next;
    return refused;
  }

  #put(name: string, value: unknown): void {
    if (this.#config[name] === value) return;
    this.#config[name] = value;
    for (const listener of this.#listeners.get(name) ?? []) listener(value as never);
  }

  /** @param settings as the process was started. @returns them as they are now, with their source */
  describe(settings: readonly EffectiveSetting[]): EffectiveSetting[] {
    return settings.map((setting) => {
      if (!this.#schemas.has(setting.name)) return setting;
      const text = this.#values[setting.name];
      return { ...setting, isChangeable: true, ...(text === undefined ? {} : { value: text, source: 'operator' as const }) };
    });
  }
}
