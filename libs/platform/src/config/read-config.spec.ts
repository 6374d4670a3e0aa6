import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { platformConfig, urlOf } from './platform-config.ts';
import { ConfigError, readConfig } from './read-config.ts';

const schema = z.object({
  SPEC_URL: urlOf('nats'),
  SPEC_TIMEOUT_MS: z.coerce.number().int().min(100).default(500),
  SPEC_KEY: z.string().min(8),
});
const errorsOf = (environment: Record<string, string>) => {
  try {
    readConfig(schema, environment);
    return [];
  } catch (error) {
    return (error as ConfigError).errors;
  }
};

describe('readConfig', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rafaga-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('parses values and applies defaults', () => {
    expect(readConfig(schema, { SPEC_URL: 'nats://h:1', SPEC_KEY: 'long enough' })).toEqual({
      SPEC_URL: 'nats://h:1',
      SPEC_TIMEOUT_MS: 500,
      SPEC_KEY: 'long enough',
    });
  });
  it('reports every error at once, by name', () => {
    expect(errorsOf({ SPEC_TIMEOUT_MS: '3', SPEC_KEY: 'short' })).toEqual([
      expect.stringMatching(/^SPEC_URL: is missing/),
      expect.stringMatching(/^SPEC_TIMEOUT_MS: /),
      expect.stringMatching(/^SPEC_KEY: /),
    ]);
  });
  it.each(['1e3', '0x100', ' 500 ', '+500', '5_00', '500ms', 'Infinity'])('rejects the number %j with one error', (value) =>
    expect(errorsOf({ SPEC_URL: 'nats://h', SPEC_KEY: 'long enough', SPEC_TIMEOUT_MS: value })).toEqual([
      'SPEC_TIMEOUT_MS: must be a number in decimal digits',
    ]),
  );
  it.each(['file://relative', 'file://relative/blobs', 'file://', 'file:///', 'blobs'])(
    'rejects %s as a blob store URL',
    (BLOB_STORE_URL) => {
      const urls = { DATABASE_URL: 'postgres://h/d', REDIS_URL: 'redis://h', NATS_URL: 'nats://h', BLOB_STORE_URL };
      expect(() => readConfig(platformConfig, urls)).toThrow(/BLOB_STORE_URL: must be/);
    },
  );
  it('never includes a value, which may be a secret', () => {
    expect(errorsOf({ SPEC_URL: 'http://u:hunter2@h', SPEC_KEY: 'hunter2', SPEC_TIMEOUT_MS: 'hunter2' }).join()).not.toContain('hunter2');
  });
  it('reads a secret from the file of NAME_FILE, without its final line break', () => {
    writeFileSync(join(folder, 'key'), 'from a file\n');
    expect(readConfig(schema, { SPEC_URL: 'nats://h', SPEC_KEY_FILE: join(folder, 'key') }).SPEC_KEY).toBe('from a file');
  });
  it('rejects a secret that is set twice, and a file that cannot be read', () => {
    expect(errorsOf({ SPEC_URL: 'nats://h', SPEC_KEY: 'long enough', SPEC_KEY_FILE: '/x' }).join()).toContain('SPEC_KEY: set both');
    expect(errorsOf({ SPEC_URL: 'nats://h', SPEC_KEY_FILE: join(folder, 'none') }).join()).toContain('ENOENT');
  });
  it('treats an empty variable as absent', () => {
    expect(errorsOf({ SPEC_URL: '', SPEC_KEY: 'long enough' })).toEqual(['SPEC_URL: is missing']);
  });
  it('reads the variables that are common to all services', () => {
    const urls = { DATABASE_URL: 'postgres://h/d', REDIS_URL: 'redis://h', NATS_URL: 'nats://h', BLOB_STORE_URL: 'file:///b' };
    expect(readConfig(platformConfig, urls)).toMatchObject({ ...urls, HTTP_HOST: '127.0.0.1', LOG_LEVEL: 'info' });
  });
});
