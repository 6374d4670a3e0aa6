/** The configuration of every service, from what its copies say. */
import { type getSystemConfig, type ReplyOf, type ServiceDescription, serviceNames } from '#contracts';

type SystemConfig = ReplyOf<typeof getSystemConfig>;

/** @returns services that answered; of each the settings of one copy, and the names in which another copy differs */
export function systemConfigOf(descriptions: readonly ServiceDescription[]): SystemConfig {
  return {
    services: serviceNames.flatMap((service) => {
      const [first, ...others] = descriptions.filter((copy) => copy.service === service);
      if (!first) return [];
      const shared = first.settings.filter(({ name }) => !ownOfEachCopy.has(name));
      const differs = shared.filter((setting) => others.some((other) => !hasSame(other, setting))).map(({ name }) => name);
      return [{ service, copies: 1 + others.length, settings: first.settings, differs }];
    }),
  };
}

/** Copies on one machine have an address each. */
const ownOfEachCopy: ReadonlySet<string> = new Set(['HTTP_HOST', 'HTTP_PORT', 'START_ID']);

/** The values of secrets are not told, so only a secret that one copy lacks shows. */
function hasSame({ settings }: ServiceDescription, { name, value, isSet }: ServiceDescription['settings'][number]): boolean {
  const other = settings.find((setting) => setting.name === name);
  return other?.value === value && other.isSet === isSet;
}
