import { describe, expect, it } from '@jest/globals';
import { Log } from '../logs/log.ts';
import { Dependencies } from './dependencies.ts';
import { Lifecycle } from './lifecycle.ts';

describe('dependencies', () => {
  it('say up, or down with a reason', async () => {
    const dependencies = new Dependencies();
    dependencies.add({ name: 'good', required: true, check: () => undefined });
    dependencies.add({
      name: 'bad',
      required: false,
      check: () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })),
    });
    expect(await dependencies.check()).toEqual([
      { name: 'good', required: true, up: true },
      { name: 'bad', required: false, up: false, detail: 'ECONNREFUSED' },
    ]);
  });
  it('are never named like a service', () => {
    expect(() => new Dependencies().add({ name: 'cache', required: false, check: () => undefined })).toThrow(RangeError);
  });
  it('are down when a check throws at once or never settles', async () => {
    const dependencies = new Dependencies();
    dependencies.add({
      name: 'throws',
      required: true,
      check: () => {
        throw new Error('broken');
      },
    });
    dependencies.add({ name: 'hangs', required: true, check: () => new Promise(() => {}) });
    expect((await dependencies.check()).map(({ up }) => up)).toEqual([false, false]);
  });
});

describe('the lifecycle', () => {
  const log = Log.open({ service: 'spec', instance: '1', level: 'silent' });
  it('closes in the reverse order of opening, and goes on after a step that fails', async () => {
    const lifecycle = new Lifecycle();
    const closed: string[] = [];
    lifecycle.onClose('first', () => void closed.push('first'));
    lifecycle.onClose('second', () => Promise.reject(new Error('stuck')));
    lifecycle.onClose('third', () => void closed.push('third'));
    await lifecycle.close(log);
    expect(closed).toEqual(['third', 'first']);
  });
  it('tells everybody at once that it stops', () => {
    const lifecycle = new Lifecycle();
    lifecycle.beginStop();
    expect(lifecycle.stopping.aborted).toBe(true);
  });
});
