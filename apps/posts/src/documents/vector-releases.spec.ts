import { expect, it } from '@jest/globals';
import type { Log } from '#platform';
import type { VectorStore } from './vector.store.ts';
import { VectorReleases } from './vector-releases.service.ts';

it.each([
  [1, 0],
  [9, 1],
])('vectors that a batch could not remove are removed directly, once (%i failures: %i warnings)', async (failures, warnings) => {
  const asked: string[][] = [];
  const logged: object[] = [];
  const release = async (hashes: readonly string[]) => {
    asked.push([...hashes]);
    if (asked.length <= failures) throw new Error('deadlock');
  };
  const log = { warn: (fields: object) => void logged.push(fields) } as unknown as Log;
  const releases = new VectorReleases({ release } as unknown as VectorStore, log);
  releases.add(['a', 'b']);
  await releases.onModuleDestroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([asked, logged.length]).toEqual([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    warnings,
  ]);
});
