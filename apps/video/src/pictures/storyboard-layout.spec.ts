import { describe, expect, it } from '@jest/globals';
import { storyboardLayout, storyboardVtt } from './storyboard-layout.ts';

const tile = { widthPx: 160, heightPx: 90 };
const cuesOf = (vtt: string) => [...vtt.matchAll(/^(\S+) --> (\S+)\n(\S+)$/gm)].map(([, start, end, place]) => ({ start, end, place }));

describe('storyboardVtt', () => {
  const layout = storyboardLayout(65.3, tile, { minIntervalSeconds: 10, columns: 2, rows: 2 });
  const cues = cuesOf(storyboardVtt(layout, (index) => `s${index}.jpg`));

  it('begins at 0, is contiguous and ends with the video', () => {
    expect(cues.map(({ start }) => start)).toEqual(['00:00:00.000', ...cues.slice(0, -1).map(({ end }) => end)]);
    expect(cues.at(-1)!.end).toBe('00:01:05.300');
  });

  it('begins again at 0,0 on each sheet', () => {
    expect(cues.map(({ place }) => place)).toEqual([
      ...['s0.jpg#xywh=0,0,160,90', 's0.jpg#xywh=160,0,160,90', 's0.jpg#xywh=0,90,160,90', 's0.jpg#xywh=160,90,160,90'],
      ...['s1.jpg#xywh=0,0,160,90', 's1.jpg#xywh=160,0,160,90', 's1.jpg#xywh=0,90,160,90'],
    ]);
  });
});

describe('storyboardLayout', () => {
  it('has at most the allowed number of tiles', () => expect(storyboardLayout(86_400, tile, { maxTiles: 100 }).tileCount).toBe(100));
  it('has one tile for one frame', () => {
    expect(storyboardLayout(0.04, tile, {})).toMatchObject({ tileCount: 1, columns: 1, rows: 1, sheetCount: 1 });
  });
  it('refuses options out of range', () => expect(() => storyboardLayout(10, tile, { columns: 0 })).toThrow(RangeError));
});
