import { describe, expect, it } from '@jest/globals';
import { task } from './task.ts';

describe('task', () => {
  it('names the TypeScript file beside a source', () => {
    expect(task('./tempo.worker', 'file:///app/audio/service.ts')).toMatchObject({
      name: 'tempo',
      url: 'file:///app/audio/tempo.worker.ts',
    });
  });

  it('names the JavaScript file beside a build', () => {
    expect(task('../dsp/key-finder.worker', 'file:///dist/audio/service.js').url).toBe('file:///dist/dsp/key-finder.worker.js');
  });

  it.each(['tempo.worker', './tempo', './tempo.worker.ts', '/etc/tempo.worker'])('refuses %s', (path) => {
    expect(() => task(path, 'file:///app/a.ts')).toThrow(RangeError);
  });
});
