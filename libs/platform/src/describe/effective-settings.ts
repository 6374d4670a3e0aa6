/** The configuration of a process as it is in effect, for operators. Secrets are shown as set or unset only. */
import type { z } from 'zod';
import type { effectiveSetting } from '#contracts';
import { originOf } from '../config/read-config.ts';

export type EffectiveSetting = z.output<typeof effectiveSetting>;

/** By name, so that a new secret is hidden without being listed anywhere. */
const secretName = /(_SECRET|_PASSWORD|_KEY|_TOKEN|_SEED|_CREDENTIALS|_HEADERS|_ACCESS_KEY_ID)$/;

export const isSecretName = (name: string): boolean => secretName.test(name);

/**
 * @param config what `readConfig` returned; for any other object the list is empty
 * @returns every variable that the service knows, by name
 */
export function effectiveSettings(config: object): EffectiveSetting[] {
  const origin = originOf(config);
  if (!origin) return [];
  return origin.names.toSorted().map((name) => {
    const value = (config as Record<string, unknown>)[name];
    const text = origin.fromEnvironment.get(name);
    const isSecret = isSecretName(name);
    return {
      name,
      value: isSecret || value === undefined || value === null ? null : withoutCredentials(text ?? textOf(value)),
      isSecret,
      isSet: value !== undefined && value !== null,
      source: text === undefined ? 'default' : 'environment',
      isChangeable: false,
    };
  });
}

const textOf = (value: unknown): string =>
  typeof value === 'object' ? [...(value as Iterable<unknown>)].map(String).join(',') : String(value);

/** Addresses of servers may carry a user, a password or keys in their query; a PEM is long and of no use to a reader. */
function withoutCredentials(value: string): string {
  if (value.includes('-----BEGIN ')) return 'PEM';
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || !URL.canParse(value)) return value;
  const url = new URL(value);
  [url.username, url.password, url.search, url.hash] = ['', '', '', ''];
  return url.href;
}
