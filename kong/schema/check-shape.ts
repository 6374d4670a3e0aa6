/** Validates a declarative file against the schema of Kong 3.9. */
import { entityFields, type Kind } from './entities.ts';
import { pluginFields } from './plugins.ts';
import { isRecord, misfits, record } from './shape.ts';

type Item = Record<string, unknown>;

/** Nested entities and their field names. */
const nested = {
  upstream: { targets: 'target' },
  consumer: { jwt_secrets: 'jwtSecret' },
  service: { routes: 'route', plugins: 'plugin' },
  route: { plugins: 'plugin' },
  top: { upstreams: 'upstream', consumers: 'consumer', services: 'service', plugins: 'plugin' },
} as const;

export const shapeFaults = (config: unknown): string[] => entityFaults('top', config, 'file');

function entityFaults(kind: Kind, value: unknown, where: string): string[] {
  if (!isRecord(value)) return [`${where}: must be a record`];
  const children: Readonly<Record<string, Kind>> = nested[kind as keyof typeof nested] ?? {};
  const own = Object.fromEntries(Object.entries(value).filter(([name]) => !children[name] && !(kind === 'plugin' && name === 'config')));
  return [
    ...misfits(own, record(entityFields[kind]), where),
    ...Object.entries(children).flatMap(([name, child]) => listFaults(child, value[name], `${where}.${name}`)),
    ...(kind === 'plugin' ? configFaults(value, where) : []),
  ];
}

function listFaults(kind: Kind, value: unknown, where: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [`${where}: must be a list`];
  return value.flatMap((one: unknown, at) => entityFaults(kind, one, `${where}[${nameOf(one) ?? at}]`));
}

const nameOf = (one: unknown) => (isRecord(one) ? (one.name ?? one.username ?? one.key) : undefined);

function configFaults({ name, config }: Item, where: string): string[] {
  const fields = typeof name === 'string' ? pluginFields[name] : undefined;
  if (!fields) return [`${where}: no plug-in that we know`];
  return misfits(config ?? {}, record(fields), `${where}.config`);
}
