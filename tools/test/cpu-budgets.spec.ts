import { describe, expect, it } from '@jest/globals';
import { reportCpu } from './cpu-budgets.ts';

describe('reportCpu', () => {
  it('names the spec files above their budget, and the minutes of each folder', () => {
    const { lines, exceeded } = reportCpu([
      { spec: 'apps/audio/src/a.spec.ts', seconds: 31.2 },
      { spec: 'apps/audio/src/b.spec.ts', seconds: 16.8 },
      { spec: 'libs/storage/src/c.spec.ts', seconds: 6 },
    ]);
    expect(lines).toEqual([
      'apps/audio/src/a.spec.ts: 31.2 s of CPU time, above 20 s',
      'audio: 0.8 of 4 CPU minutes',
      'platform: 0.1 of 12 CPU minutes',
    ]);
    expect(exceeded).toEqual([]);
  });

  it('counts gateway, cache, health, libraries and tools as the platform', () => {
    const specs = ['apps/gateway/src/a', 'apps/cache/src/a', 'apps/health/src/a', 'libs/contracts/src/a', 'tools/a'];
    expect(reportCpu(specs.map((spec) => ({ spec, seconds: 60 }))).lines.at(-1)).toBe('platform: 5.0 of 12 CPU minutes');
  });

  it.each([
    ['apps/gateway/test-e2e/video-renditions.e2e.spec.ts', 'video'],
    ['apps/gateway/test-e2e/renditions.e2e.spec.ts', 'audio'],
    ['apps/gateway/test-e2e/documents.e2e.spec.ts', 'documents'],
    ['apps/posts/src/documents/documents.int.spec.ts', 'documents'],
    ['apps/posts/src/posts/posts.int.spec.ts', 'posts'],
    ['deploy/nats/nats-config.spec.ts', 'operate'],
    ['apps/gateway/test-e2e/first-track.e2e.spec.ts', 'platform'],
  ])('counts %s for %s', (spec, folder) => {
    expect(reportCpu([{ spec, seconds: 6 }]).lines.at(-1)).toMatch(new RegExp(`^${folder}: 0.1 of `));
  });

  it.each([
    [3.9, false, false],
    [4.1, true, false],
    [8.1, true, true],
  ])('%d minutes of audio: over budget %p, fails %p', (minutes, over, fails) => {
    const { lines, exceeded } = reportCpu([{ spec: 'apps/audio/src/a.spec.ts', seconds: minutes * 60 }]);
    expect([lines.at(-1)?.includes('OVER BUDGET'), exceeded.length > 0]).toEqual([over, fails]);
  });
});
