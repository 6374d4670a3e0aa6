import { describe, expect, it } from '@jest/globals';
import { decode } from 'fast-png';
import { drawLabel, layOutMarks } from './marks.ts';
import { PeakCollector } from './peaks.ts';
import { waveformPng } from './waveform-png.ts';
import { waveformSvg } from './waveform-svg.ts';

const size = { widthPx: 400, heightPx: 40 };
const none = { durationSeconds: 100, beats: [], cues: [], hasTimeAxis: false };
const silence = new PeakCollector({ sampleRateHz: 8_000, channels: 1 }).push(new Float32Array(8_000)).finish();
const picture = { ...size, foreground: '#000000', background: '#ffffff' };

describe('marks of a waveform', () => {
  it('lie where their time is', () => {
    const { lines } = layOutMarks({ ...none, beats: [25], cues: [50, 200] }, size);
    expect(lines.map(({ x, opacity }) => [x, opacity])).toEqual([
      [100, 0.2],
      [200, 1],
      [400, 1],
    ]);
  });

  it('are thinned out where beats are too close to each other', () => {
    const beats = Array.from({ length: 200 }, (_, at) => at / 2);
    expect(layOutMarks({ ...none, beats }, size).lines).toHaveLength(50);
  });

  it.each([
    [4, ['0:00', '0:01', '0:02', '0:03']],
    [100, ['0:00', '0:15', '0:30', '0:45', '1:00', '1:15', '1:30']],
    [7_200, ['0:00', '30:00', '1:00:00', '1:30:00']],
  ])('have an axis of time for %d s', (durationSeconds, texts) => {
    const { labels } = layOutMarks({ ...none, durationSeconds, hasTimeAxis: true }, size);
    expect(labels.map(({ text }) => text)).toEqual(texts);
  });

  it('are drawn as SVG and as PNG', () => {
    const marks = { ...none, durationSeconds: 1, cues: [0.5], hasTimeAxis: true };
    const svg = waveformSvg(silence, picture, marks);
    expect(svg).toContain('stroke-opacity="1" d="M200.5 0V40"');
    expect(svg).toContain('>0:00</text>');
    const { data, width } = decode(waveformPng(silence, picture, marks));
    expect([data[200], data[39 * width + 200], data[39 * width + 100]]).toEqual([255, 255, 0]);
    expect(waveformSvg(silence, picture)).not.toContain('<text');
  });

  it('have labels of digits alone', () => {
    let painted = 0;
    drawLabel('1:20<script>', () => painted++);
    expect(painted).toBe(8 + 2 + 11 + 12);
  });

  it('are none without a duration', () => expect(layOutMarks({ ...none, durationSeconds: 0, cues: [1] }, size).lines).toEqual([]));
});
