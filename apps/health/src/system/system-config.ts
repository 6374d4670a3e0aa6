/** The configuration of every service, from what its copies say. */
import { type getSystemConfig, type ReplyOf, type ServiceDescription, serviceNames } from '#contracts';

type SystemConfig = ReplyOf<typeof getSystemConfig>;

/** @returns services that answered; of each the settings of one copy, and the names in which another copy differs */
export function systemConfigOf(descriptions: readonly ServiceDescription[]): SystemConfig {
  return {
    services: serviceNames.flatMap((service) => {
      const [first, ...others] = descriptions.filter((copy) => copy.service === service);
      if (!first) return [];
      const differs = first.settings.filter((setting) => others.some((other) => !hasSame(other, setting))).map(({ name }) => name);
      return [{ service, copies: 1 + others.length, settings: first.settings, differs }];
    }),
  };
}

/** The values of secrets are not told, so only a secret that one copy lacks shows. A port is a copy's own. */
function hasSame({ settings }: ServiceDescription, { name, value, isSet }: ServiceDescription['settings'][number]): boolean {
  const other = settings.find((setting) => setting.name === name);
  return other?.value === value && other.isSet === isSet;
}
