import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '#platform';
import { gatewayConfig } from './config.ts';

const environment = {
  DATABASE_URL: 'postgres://localhost/rafaga',
  REDIS_URL: 'redis://localhost',
  NATS_URL: 'nats://localhost',
  BLOB_STORE_URL: 'file:///var/lib/rafaga/blobs',
  GATEWAY_KEY_PATH: '/var/lib/rafaga/identity.key',
};

function errorsOf(changes: Record<string, string>): readonly string[] {
  try {
    gatewayConfig({ ...environment, ...changes });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.errors;
    throw error;
  }
}

describe('the configuration of the gateway', () => {
  it('takes a secret, or an absolute path to keep one at', () => {
    expect(errorsOf({})).toEqual([]);
    expect(errorsOf({ GATEWAY_KEY_PATH: '', GATEWAY_KEY_SECRET: Buffer.alloc(32).toString('base64') })).toEqual([]);
  });
  it('has no secret in a place that depends on the working directory', () => {
    expect(errorsOf({ GATEWAY_KEY_PATH: '' })).toEqual([
      expect.stringContaining('set GATEWAY_KEY_SECRET to 32 bytes in base64, or GATEWAY_KEY_PATH'),
    ]);
    expect(errorsOf({ GATEWAY_KEY_PATH: '.rafaga/identity.key' })).toEqual([
      expect.stringContaining('GATEWAY_KEY_PATH: must be an absolute path'),
    ]);
  });
  it.each(['file://blobs', 'file://./blobs', 'file:blobs', 'file://host/blobs'])('has no blob store at %s', (url) => {
    expect(errorsOf({ BLOB_STORE_URL: url })).toEqual([expect.stringContaining('BLOB_STORE_URL: must be ')]);
  });
  it('has no unfinished uploads in a place that depends on the working directory', () => {
    expect(errorsOf({ GATEWAY_UPLOAD_FOLDER: 'parts' })).toEqual([
      expect.stringContaining('GATEWAY_UPLOAD_FOLDER: must be an absolute path'),
    ]);
    expect(errorsOf({ BLOB_STORE_URL: 's3://bucket' })).toEqual([expect.stringContaining('set GATEWAY_UPLOAD_FOLDER')]);
    expect(errorsOf({ BLOB_STORE_URL: 's3://bucket', GATEWAY_UPLOAD_FOLDER: '/mnt/parts' })).toEqual([]);
  });
});
