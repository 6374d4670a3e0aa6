import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { StallDetector } from './stall-detector.ts';

function connection() {
  const stream = { bytesRead: 100, bytesWritten: 50 };
  const client = Object.assign(new EventEmitter(), { connection: { stream } });
  const send = () => (stream.bytesWritten += 10);
  const receive = () => (stream.bytesRead += 10);
  const complete = () => client.emit('drain');
  return { detector: new StallDetector(client as unknown as pg.Client), send, receive, complete };
}

describe('StallDetector', () => {
  it('reports no wait before the first query', () => {
    const { detector } = connection();
    for (const nowMs of [0, 1_000, 5_000]) detector.sample(nowMs, false);
    expect(detector.waitedMs).toBe(0);
  });
  it('measures the wait from the query until its reply is complete', () => {
    const { detector, send, complete } = connection();
    detector.sample(0, false);
    send();
    for (const nowMs of [1_000, 1_250, 4_000]) detector.sample(nowMs, false);
    expect(detector.waitedMs).toBe(3_000);
    complete();
    expect(detector.waitedMs).toBe(0);
    detector.sample(9_000, false);
    expect(detector.waitedMs).toBe(0);
  });
  it('restarts the measurement whenever a part of the reply arrives', () => {
    const { detector, send, receive } = connection();
    send();
    detector.sample(0, false);
    detector.sample(2_000, false);
    receive();
    detector.sample(3_000, false);
    detector.sample(3_500, false);
    expect(detector.waitedMs).toBe(500);
  });
  it('does not count time in which this process did not run', () => {
    const { detector, send } = connection();
    send();
    detector.sample(0, false);
    detector.sample(60_000, true);
    expect(detector.waitedMs).toBe(0);
  });
});
