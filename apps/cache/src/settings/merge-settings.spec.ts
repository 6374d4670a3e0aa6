import { describe, expect, it } from '@jest/globals';
import { mergeSettings } from './merge-settings.ts';

describe('mergeSettings', () => {
  it('lays a change over what stands', () => {
    expect(mergeSettings({ strategy: 'lru', ttlSeconds: 60 }, { ttlSeconds: 30 })).toEqual({ strategy: 'lru', ttlSeconds: 30 });
  });
  it('takes away what is null', () => {
    expect(mergeSettings({ strategy: 'lru', ttlSeconds: 60 }, { strategy: null })).toEqual({ ttlSeconds: 60 });
  });
});
