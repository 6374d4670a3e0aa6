/** Everything that is wrong with a declarative file: what Kong 3.9 would not load, and what it would load to our regret. */
import { shapeFaults } from './schema/check-shape.ts';
import { weaknesses } from './schema/weaknesses.ts';
import { openRoutes } from './settings.ts';

/** Routes of our own making that ask for no token; each refuses, explains or is the documentation. */
const ownOpenRoutes = ['docs-page', 'preflight'];

export const checkDeclarative = (config: unknown): string[] => [
  ...shapeFaults(config),
  ...weaknesses(config, new Set([...openRoutes, ...ownOpenRoutes])),
];
