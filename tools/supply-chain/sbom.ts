/**
 * `npm run sbom`: writes sbom.cdx.json, the production packages in CycloneDX. `npm sbom --omit=dev` omits packages that are also dev dependencies
 * (NestJS among them), so this lists all packages and removes those that are for development only.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { root } from '../setup/paths.ts';
import { shipped } from './licences.ts';

const component = z.looseObject({ 'bom-ref': z.string(), name: z.string(), version: z.string() });
const bom = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(component),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});
export type Bom = z.output<typeof bom>;

/** @throws Error when npm fails */
export function makeSbom(): Bom {
  const words = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const { stdout, stderr, status } = spawnSync('npm', words, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1_024 * 1_024 });
  if (status !== 0) throw new Error(`npm sbom failed.\n${stderr}`);
  return shippedPart(bom.parse(JSON.parse(stdout)), new Set(shipped(root).map(({ name, version }) => `${name}@${version}`)));
}

/** Filters components and dependency edges to `refs`. A package may occur twice, for production and for development. */
export function shippedPart(all: Bom, refs: ReadonlySet<string>): Bom {
  const dependencies = all.dependencies
    .filter(({ ref }) => refs.has(ref) || ref === all.dependencies[0]?.ref)
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
  return { ...all, components: all.components.filter((one) => refs.has(one['bom-ref'])), dependencies };
}

if (import.meta.main) {
  const made = makeSbom();
  writeFileSync(join(root, 'sbom.cdx.json'), `${JSON.stringify(made, null, 2)}\n`);
  process.stdout.write(`sbom.cdx.json: ${made.components.length} packages\n`);
}
