import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { platformConfig } from '../config/platform-config.ts';
import { readConfig } from '../config/read-config.ts';
import { effectiveSettings, isSecretName } from './effective-settings.ts';

const schema = z.object({
  SPEC_URL: z.string(),
  SPEC_MB: z.coerce.number().default(512),
  SPEC_PASSWORD: z.string().optional(),
  SPEC_PORTS: z
    .string()
    .default('80,443')
    .transform((ports) => ports.split(',')),
});
const settingsFor = (environment: Record<string, string>) =>
  Object.fromEntries(effectiveSettings(readConfig(schema, environment)).map((setting) => [setting.name, setting]));

describe('the effective settings', () => {
  it('say the value in effect and where it comes from', () => {
    expect(settingsFor({ SPEC_URL: 'x', SPEC_MB: '64' })).toMatchObject({
      SPEC_MB: { value: '64', source: 'environment', isSecret: false, isSet: true },
      SPEC_PORTS: { value: '80,443', source: 'default' },
    });
    expect(settingsFor({ SPEC_URL: 'x' }).SPEC_MB).toMatchObject({ value: '512', source: 'default' });
  });
  it('show a secret as set or unset', () => {
    expect(settingsFor({ SPEC_URL: 'x', SPEC_PASSWORD: 'hunter2' }).SPEC_PASSWORD).toMatchObject({
      value: null,
      isSecret: true,
      isSet: true,
    });
    expect(settingsFor({ SPEC_URL: 'x' }).SPEC_PASSWORD).toMatchObject({ value: null, isSecret: true, isSet: false });
  });
  it('leave credentials and the query out of addresses', () => {
    const all = settingsFor({ SPEC_URL: 'postgres://ana:hunter2@db:5432/rafaga?password=hunter3' });
    expect(all.SPEC_URL?.value).toBe('postgres://db:5432/rafaga');
  });
  it('know every secret of the platform by its name', () => {
    expect(Object.keys(platformConfig.shape).filter(isSecretName).toSorted()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'HTTP_TLS_KEY',
      'NATS_CREDENTIALS',
      'NATS_NKEY_SEED',
      'NATS_PASSWORD',
      'OTEL_EXPORTER_OTLP_HEADERS',
    ]);
  });
});
