import { describe, expect, it } from '@jest/globals';
import { mostSeries, scrapeFaults } from './scrape.ts';

const lines = (...text: string[]) => `# TYPE a counter\n${text.join('\n')}\n# EOF\n`;

describe('the answer of a service to Prometheus', () => {
  it('may have each series once, with exemplars', () => {
    const text = lines(
      'a_total{x="1",route="/v1/tracks/:trackId"} 3 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 0.2',
      'a_total{x="2",route="}"} 3',
      'b 1',
    );
    expect(scrapeFaults(text)).toEqual([]);
  });
  it('may not have one twice, in whichever order its labels are', () => {
    expect(scrapeFaults(lines('a_total{x="1",y="2"} 3', 'a_total{y="2",x="1"} 4'))).toEqual(['a_total{x="1",y="2"} comes twice']);
    expect(scrapeFaults(lines('b 1', 'b 1'))).toEqual(['b{} comes twice']);
  });
  it.each(['/v1/tracks/0b9f3f1e-7a52-4c3e-9d0b-0a1b2c3d4e5f', 'ana@example.org', '4bf92f3577b34da6'])(
    'may not have %s as a label',
    (value) => expect(scrapeFaults(lines(`a_total{x="${value}"} 1`))).toEqual([expect.stringContaining('without bounds')]),
  );
  it('has a largest number of series', () => {
    const many = (count: number) => lines(...Array.from({ length: count }, (_, at) => `a_total{x="${at}"} 1`));
    expect(scrapeFaults(many(mostSeries))).toEqual([]);
    expect(scrapeFaults(many(mostSeries + 1))).toEqual([`${mostSeries + 1} series, at most ${mostSeries}`]);
  });
});
