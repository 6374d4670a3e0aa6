import { describe, expect, it } from '@jest/globals';
import { Failure } from '#contracts';
import { Log } from '../logs/log.ts';
import { HealthChecks } from './health-checks.ts';

const log = Log.open({ service: 'spec', instance: '1', level: 'silent' });
const checks = (timeoutSeconds = 10) => new HealthChecks({ everySeconds: 60, timeoutSeconds }, log, new AbortController().signal);

describe('health checks', () => {
  it('say which passed, and why another one did not', async () => {
    const all = checks();
    all.add('good', { run: async () => undefined });
    all.add('bad', { run: () => Promise.reject(new Failure('media-undecodable', 'No sound came out.')) });
    await all.runAll();
    expect(all.results).toMatchObject([
      { name: 'good', isPassed: true, problem: null },
      { name: 'bad', isPassed: false, problem: { code: 'media-undecodable', detail: 'No sound came out.' } },
    ]);
  });
  it('fail when they take too long, and are told to end', async () => {
    const all = checks(0.01);
    const told = Promise.withResolvers<void>();
    all.add('slow', { run: (signal) => new Promise(() => signal.addEventListener('abort', () => told.resolve())) });
    await all.runAll();
    await told.promise;
    expect(all.results[0]).toMatchObject({ isPassed: false, problem: { code: 'deadline-exceeded' } });
  });
});
