import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { errorIn, freshLog, LogTail } from './log-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('freshLog', () => {
  it('keeps the log of last time, and no older one', () => {
    for (const text of ['first', 'second']) writeFileSync(freshLog(folder, 'audio'), text);
    const file = freshLog(folder, 'audio');
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('second');
  });
});

describe('errorIn', () => {
  it.each([
    ['{"level":"error","msg":"no database"}', 'no database'],
    ['{"level":50,"msg":"job failed","err":{"message":"no such file"}}', 'job failed: no such file'],
    ['TypeError: x is not a function', 'TypeError: x is not a function'],
    ['{"level":"info","msg":"listens"}', undefined],
    ['{"level":30,"msg":"Error: quoted"}', undefined],
    ['{ not json', undefined],
  ])('reads %s', (line, sentence) => expect(errorIn(line)).toBe(sentence));
});

describe('LogTail', () => {
  it('tells each error once, also one that was written in two pieces, and sums up a flood', () => {
    const file = join(folder, 'audio.log');
    const told: string[] = [];
    const tail = new LogTail(file, (sentence) => told.push(sentence));
    tail.look();
    writeFileSync(file, '{"level":"error","msg":"one"}\n{"level":"error",');
    tail.look();
    appendFileSync(file, '"msg":"two"}\n');
    tail.look();
    expect(told).toEqual(['one', 'two']);
    appendFileSync(file, '{"level":"error","msg":"again"}\n'.repeat(10));
    tail.look();
    expect(told).toHaveLength(6);
    expect(told.at(-1)).toContain('7 more');
  });
});
