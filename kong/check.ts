/** Checks a declarative file: what Kong 3.9 rejects, and insecure or ineffective settings that it accepts. */
import { shapeFaults } from './schema/check-shape.ts';
import { weaknesses } from './schema/weaknesses.ts';
import { openRoutes } from './settings.ts';

/** Generated routes without authentication beside refusals. */
export const ownOpenRoutes = ['docs-page', 'options', 'limits-probe'];

export const checkDeclarative = (config: unknown): string[] => [
  ...shapeFaults(config),
  ...weaknesses(config, new Set([...openRoutes, ...ownOpenRoutes])),
];
