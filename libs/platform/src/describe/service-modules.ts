/** The parts of this service, read from what Nest has built: nobody lists them by hand. */
import type { ModulesContainer } from '@nestjs/core';
import type { ServiceDescription } from '#contracts';
import { contractOf } from '../bus/handles.decorator.ts';

type ServiceModule = ServiceDescription['modules'][number];

const jobToken = 'job ';
const checkToken = 'health check ';

/** @returns modules that answer requests, run jobs or check something, by name; at most 100 */
export function serviceModules(modules: ModulesContainer): ServiceModule[] {
  const found = new Map<string, ServiceModule>();
  for (const { name, controllers, providers } of modules.values()) {
    const subjects = [...controllers.values()].flatMap(({ metatype }) => subjectsOf(metatype?.prototype));
    const tokens = [...providers.keys()].filter((token) => typeof token === 'string');
    const part = { name, subjects: subjects.toSorted(), jobKinds: after(jobToken, tokens), checks: after(checkToken, tokens) };
    if (part.subjects.length + part.jobKinds.length + part.checks.length > 0) found.set(name, part);
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, 100);
}

function subjectsOf(prototype: object | undefined): string[] {
  return Object.values(Object.getOwnPropertyDescriptors(prototype ?? {})).flatMap(({ value }) => contractOf(value)?.subject ?? []);
}

const after = (prefix: string, tokens: readonly string[]): string[] =>
  tokens
    .filter((token) => token.startsWith(prefix))
    .map((token) => token.slice(prefix.length))
    .toSorted();
