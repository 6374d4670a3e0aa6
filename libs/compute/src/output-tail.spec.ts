import { describe, expect, it } from '@jest/globals';
import { OutputTail } from './output-tail.ts';

const tail = (lines: number, ...texts: string[]) => {
  const kept = new OutputTail(lines, 10);
  for (const text of texts) kept.push(text);
  return kept.lines();
};

describe('OutputTail', () => {
  it('keeps the last lines, the unfinished one included', () => expect(tail(2, 'a\nb\nc', 'd')).toEqual(['b', 'cd']));
  it('joins a line that arrives in pieces', () => expect(tail(3, 'he', 'llo\nwor', 'ld\n')).toEqual(['hello', 'world']));
  it('splits the output of a progress meter at carriage returns', () => expect(tail(2, '1%\r2%\r3%\r')).toEqual(['2%', '3%']));
  it('cuts a line without an end', () => expect(tail(2, 'x'.repeat(99), 'y')).toEqual(['x'.repeat(10)]));
  it('drops control characters and empty lines', () => expect(tail(3, '\u001b[31mred\n\n\0\n')).toEqual(['[31mred']));
});
