import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { changeable, readConfig } from '../config/read-config.ts';
import { effectiveSettings } from '../describe/effective-settings.ts';
import { RuntimeSettings } from './runtime-settings.ts';

const schema = z.object({
  LEVEL: changeable(z.enum(['low', 'high']).default('low')),
  LIMIT: changeable(z.coerce.number().int().min(1).default(5)),
  PORT: z.coerce.number().default(80),
});
const start = (environment = {}) => {
  const config = readConfig(schema, environment);
  return { config, settings: new RuntimeSettings(config) };
};

describe('settings at run time', () => {
  it('are in effect for whoever reads the configuration or listens, until they are taken away', () => {
    const { config, settings } = start({ LIMIT: '7' });
    const heard: unknown[] = [];
    settings.onChange('LIMIT', (limit: number) => heard.push(limit));
    expect(settings.apply({ LIMIT: '9', LEVEL: 'high' })).toEqual([]);
    expect([config.LIMIT, config.LEVEL]).toEqual([9, 'high']);
    settings.apply({});
    expect([config.LIMIT, config.LEVEL, heard]).toEqual([7, 'low', [9, 7]]);
  });
  it('are shown with their source', () => {
    const { config, settings } = start({ LIMIT: '7' });
    const shown = effectiveSettings(config);
    settings.apply({ LEVEL: 'high' });
    expect(settings.describe(shown).map(({ name, value, source, isChangeable }) => [name, value, source, isChangeable])).toEqual([
      ['LEVEL', 'high', 'operator', true],
      ['LIMIT', '7', 'environment', true],
      ['PORT', '80', 'default', false],
    ]);
  });
  it.each([
    ['LIMIT', '0', /at least 1|>=1/],
    ['LIMIT', '0x10', /decimal digits/],
    ['LEVEL', 'middle', /low/],
    ['PORT', '81', /no setting of this service that can be changed/],
    ['NOWHERE', '1', /no setting of this service that can be changed/],
  ])('refuse %s = %s', (name, value, detail) => {
    expect(start().settings.check([name], { [name]: value })).toEqual([{ name, detail: expect.stringMatching(detail) }]);
  });
  it('leave out a stored value that does not fit any more', () => {
    const { config, settings } = start();
    expect([settings.apply({ LIMIT: '-1', GONE: 'x' }), config.LIMIT]).toEqual([['LIMIT'], 5]);
  });
});
