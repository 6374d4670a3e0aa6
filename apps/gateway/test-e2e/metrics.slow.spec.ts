/** What Prometheus gets from all six services, at rest and after requests with ids, names and paths that no label may hold. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceNames } from '#contracts';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

const maxSeries = 3_000;
let stack: TestStack;
let ana: Api;

beforeAll(async () => {
  stack = await openTestStack(serviceNames);
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close(), 60_000);

/** Series with their labels, without values and exemplars. */
async function seriesOf(name: (typeof serviceNames)[number]): Promise<string[]> {
  const text = await (await fetch(`${stack.processes.services[name]!.url}/metrics`)).text();
  return text.split('\n').flatMap((line) => /^[a-z_:0-9]+(?:\{.*?\})?(?= \S+$)/i.exec(line.split(' # ')[0]!) ?? []);
}
/** Bounds of buckets are numbers of the code. */
const labelValues = (series: readonly string[]) =>
  new Set(series.flatMap((each) => [...each.matchAll(/[{,](?!le=)(\w+)="([^"]*)"/g)].map(([, label, value]) => `${label}=${value}`)));

describe('the metrics of all six services', () => {
  it.each(serviceNames)('of %s at rest: under 3,000 series, each once', async (name) => {
    const series = await seriesOf(name);
    expect(series.length).toBeGreaterThan(50);
    expect(series.length).toBeLessThan(maxSeries);
    expect(new Set(series).size).toBe(series.length);
  });

  it('have no label that grows with what clients send', async () => {
    const before = new Map(await Promise.all(serviceNames.map(async (name) => [name, labelValues(await seriesOf(name))] as const)));
    await ana.analyse(clicks(120, 3, 1), { name: 'a private name.wav' });
    for (const path of ['/v1/tracks/0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10', '/no/such/route', '/v1/tracks?search=secret', '/v1/posts/4711'])
      await ana.get(path);
    await ana.send('/v1/tracks', { method: 'PROPFIND' }).catch(() => undefined); // a method that fetch may refuse to send
    await ana.send('/v1/analyses/text', { method: 'POST', body: JSON.stringify({ text: 'nobody@example.org' }) });
    for (const name of serviceNames) {
      const series = await seriesOf(name);
      expect(series.length).toBeLessThan(maxSeries);
      const grown = [...labelValues(series)].filter((each) => !before.get(name)!.has(each));
      expect(grown.filter((each) => /\d{4}|[0-9a-f]{8}-|@|no\/such|secret|private|PROPFIND|\s/.test(each))).toEqual([]);
    }
  });
});
