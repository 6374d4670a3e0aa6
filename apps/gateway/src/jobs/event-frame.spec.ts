import { describe, expect, it } from '@jest/globals';
import { heartbeat, lastSeen, reconnectAfter, writeFrame } from './event-frame.ts';

describe('event frames', () => {
  it('consist of an id, a name and one line of JSON for any data', () => {
    const data = { text: 'two\nlines\r\nand \u2028 more', percent: 40 };
    const frame = writeFrame({ id: 7, event: 'job.progress', data });
    const [id, event, line, ...rest] = frame.split('\n');
    expect([id, event, rest]).toEqual(['id: 7', 'event: job.progress', ['', '']]);
    expect(JSON.parse(line!.replace(/^data: /, ''))).toEqual(data);
    expect(line).not.toContain('\r');
  });

  it('include retry and comment lines, which clients do not treat as events', () => {
    expect(reconnectAfter(2_000)).toBe('retry: 2000\n\n');
    expect(heartbeat).toMatch(/^:[^\n]*\n\n$/);
  });

  it.each([
    ['12', 12],
    [['3', '4'], 4],
    [undefined, 0],
    ['', 0],
    ['-1', 0],
    ['1.5', 0],
    ['abc', 0],
    ['99999999999999999999', 0],
  ])('Last-Event-ID %j goes on after %d', (header, sequence) => expect(lastSeen(header)).toBe(sequence));
});
