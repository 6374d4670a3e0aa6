import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { nodeVersionError } from './node-version.ts';

describe('nodeVersionError', () => {
  it.each(['20.20.2', '22.15.0'])('names the required version for Node %s', (version) => {
    expect(nodeVersionError(version)).toMatch(/need Node 24 or newer; this is Node 2/);
  });
  it.each(['24.0.0', '26.1.0'])('accepts Node %s', (version) => expect(nodeVersionError(version)).toBeUndefined());
});

/** Exports of the modules of Node 24 that Node 20 does not have. */
const newNames = new Set(
  `partialDeepStrictEqual argon2 argon2Sync decapsulate encapsulate randomUUIDv7 resolveTlsa Utf8Stream glob globSync mkdtempDisposable
  mkdtempDisposableSync CloseEvent MessageEvent WebSocket setGlobalProxyFromEnv enableCompileCache findPackageJSON flushCompileCache
  getCompileCacheDir registerHooks stripTypeScriptTypes BoundSocket execve finalization threadCpuUsage getCACertificates
  setDefaultCACertificates URLPattern diff getCallSites getSystemErrorMessage setTraceSigInt isFloat16Array getCppHeapStatistics
  startCpuProfile isInternalThread locks markAsUncloneable threadName ZstdCompress ZstdDecompress createZstdCompress createZstdDecompress
  zstdCompress zstdCompressSync zstdDecompress zstdDecompressSync DatabaseSync StatementSync`.split(/\s+/),
);

const namedImports = (source: string): string[] =>
  [...source.matchAll(/^import (?!type)[^;]*?\{([^}]*)\} from 'node:/gm)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim().split(' as ')[0] ?? ''),
  );

it('no source imports a name that Node 20 does not export, which would end the process before the message', () => {
  const root = join(import.meta.dirname, '../../../..');
  const sources = globSync(['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'], { cwd: root }).filter(
    // Programs start through tools/run.mjs, which checks the version itself.
    (path) => !/\.spec\.ts$|\b(testing|cli|program)\//.test(path),
  );
  const found = sources.flatMap((path) => namedImports(readFileSync(join(root, path), 'utf8')).map((name) => ({ path, name })));
  expect(found.length).toBeGreaterThan(100);
  expect(found.filter(({ name }) => newNames.has(name))).toEqual([]);
});
