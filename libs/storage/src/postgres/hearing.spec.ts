import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { Hearing } from './hearing.ts';

function connection() {
  const stream = { bytesRead: 100, bytesWritten: 50 };
  const client = Object.assign(new EventEmitter(), { connection: { stream } });
  const ask = () => (stream.bytesWritten += 10);
  const say = () => (stream.bytesRead += 10);
  const settle = () => client.emit('drain');
  return { ear: new Hearing(client as unknown as pg.Client), ask, say, settle };
}

describe('a connection that is listened to', () => {
  it('waits for nothing before it is asked', () => {
    const { ear } = connection();
    for (const nowMs of [0, 1_000, 5_000]) ear.listen(nowMs, false);
    expect(ear.waitedMs).toBe(0);
  });
  it('waits from its question on, and no more once it has its answer', () => {
    const { ear, ask, settle } = connection();
    ear.listen(0, false);
    ask();
    for (const nowMs of [1_000, 1_250, 4_000]) ear.listen(nowMs, false);
    expect(ear.waitedMs).toBe(3_000);
    settle();
    expect(ear.waitedMs).toBe(0);
    ear.listen(9_000, false);
    expect(ear.waitedMs).toBe(0);
  });
  it('waits anew after every word of a long answer', () => {
    const { ear, ask, say } = connection();
    ask();
    ear.listen(0, false);
    ear.listen(2_000, false);
    say();
    ear.listen(3_000, false);
    ear.listen(3_500, false);
    expect(ear.waitedMs).toBe(500);
  });
  it('is not blamed for what we could not hear', () => {
    const { ear, ask } = connection();
    ask();
    ear.listen(0, false);
    ear.listen(60_000, true);
    expect(ear.waitedMs).toBe(0);
  });
});
