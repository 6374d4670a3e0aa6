/** The nine files of a noun, in the order the data flows. */
import type { Names } from './names.ts';
import { contract } from './templates/contract.ts';
import { endpoints } from './templates/gateway.ts';
import { handler, job, module, service } from './templates/service.ts';
import { spec } from './templates/spec.ts';
import { migration, store } from './templates/storage.ts';

/** @returns text by path, relative to the root of the repository */
export function filesOf(names: Names, nowMs: number): ReadonlyMap<string, string> {
  const { noun, nouns } = names;
  const feature = `apps/${names.service}/src/${nouns}`;
  return new Map([
    [`libs/contracts/src/${noun}.ts`, contract(names)],
    [`apps/gateway/src/${nouns}/${nouns}.endpoints.ts`, endpoints(names)],
    [`${feature}/${noun}.handler.ts`, handler(names)],
    [`${feature}/${noun}.service.ts`, service(names)],
    [`${feature}/${noun}.store.ts`, store(names)],
    [`${feature}/${noun}.migration.ts`, migration(names, nowMs)],
    [`${feature}/${noun}.job.ts`, job(names)],
    [`${feature}/${nouns}.module.ts`, module(names)],
    [`${feature}/${noun}.int.spec.ts`, spec(names)],
  ]);
}
