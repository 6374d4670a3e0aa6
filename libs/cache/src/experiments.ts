/** The setting that compares settings of namespaces. */
import * as z from 'zod';
import { cacheSettings } from '#contracts';
import type { NamespaceSettings } from './options.ts';

const names = Object.keys(cacheSettings.shape);

/**
 * A variable of the environment with a JSON object: by namespace, the settings that half of its owners get.
 *
 * @param namespaces those of the cache
 * @param example a value, for the sentence that refuses another
 */
export const cacheExperiments = <Name extends string>(
  namespaces: readonly Name[],
  example: Readonly<Partial<Record<Name, NamespaceSettings>>>,
) =>
  z.string().transform((text, context): Partial<Record<Name, NamespaceSettings>> => {
    const { value, fault } = read(text, namespaces, example);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    return value as Partial<Record<Name, NamespaceSettings>>;
  });

function read(text: string, namespaces: readonly string[], example: object): { value?: unknown; fault?: string } {
  const byNamespace = objectOf(text);
  if (byNamespace === undefined) return { fault: `must be a JSON object of settings by namespace, as ${JSON.stringify(example)}` };
  const entries = Object.entries(byNamespace);
  if (entries.some(([name]) => !namespaces.includes(name)))
    return { fault: `must name namespaces of this cache: ${namespaces.join(', ')}` };
  const checked = entries.map(([name, settings]) => ({ name, ...cacheSettings.safeParse(settings) }));
  const refused = checked.find(({ success }) => !success);
  if (refused) return { fault: `${refused.name}: ${sentenceOf(refused.error!.issues[0]!)}` };
  if (checked.length === 0 || checked.some(({ data }) => Object.keys(data!).length === 0))
    return { fault: `must change one of ${names.join(', ')}` };
  return { value: Object.fromEntries(checked.map(({ name, data }) => [name, data])) };
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The settings that there are, or what is wrong with one of them. */
const sentenceOf = ({ path, message }: z.core.$ZodIssue): string =>
  path.length > 0 ? `${path.join('.')}: ${message}` : `takes only ${names.join(', ')}`;
