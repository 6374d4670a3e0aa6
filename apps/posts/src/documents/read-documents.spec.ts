import { describe, expect, it } from '@jest/globals';
import { readDocuments } from './read-documents.ts';

const read = (file: string | Buffer, format: 'ndjson' | 'csv' = 'ndjson', isFirst = true) =>
  readDocuments({ bytes: Uint8Array.from(Buffer.from(file as string)), format, line: 0, columns: null, isFirst });
const shown = ({ documents, badLines }: ReturnType<typeof read>) => [
  ...documents.map(({ id, text }) => `${id}: ${text}`),
  ...badLines.map(({ line, code }) => `${line} ${code}`),
];
const good = '{"id":"a","text":"one"}';

describe('a line of NDJSON', () => {
  it.each<[string, string | Buffer, string[]]>([
    ['after a byte order mark', `\ufeff${good}\n`, ['a: one']],
    ['that ends with CRLF', `${good}\r\n\r\n{"id":"b","text":"two"}\r\n`, ['a: one', 'b: two']],
    ['without a line feed at the end', good, ['a: one']],
    ['with a byte order mark in the middle of the file', `${good}\n\ufeff${good}`, ['a: one', '2 json-invalid']],
    ['with a NUL byte', '{"id":"a","text":"o\u0000ne"}', ['1 json-invalid']],
    ['with an escaped NUL', '{"id":"a","text":"o\\u0000ne"}', ['1 text-invalid']],
    ['with an escaped NUL in its id', '{"id":"a\\u0000","text":"one"}', ['1 id-invalid']],
    ['with half a character', '{"id":"a","text":"\\ud83d"}', ['1 text-invalid']],
    ['that is not UTF-8', Buffer.from([0x7b, 0xe9, 0x7d, 0x0a, ...Buffer.from(good)]), ['a: one', '1 utf8-invalid']],
    ['of UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), ['1 utf8-invalid']],
    ['with an id of 10,000 characters', `{"id":"${'i'.repeat(10_000)}","text":"one"}`, ['1 id-invalid']],
    ['with a number as id', '{"id":7,"text":"one"}', ['7: one']],
    ['with an id of blanks', '{"id":"  ","text":"one"}', ['1 id-invalid']],
    ['nested 100,000 times', `${'['.repeat(100_000)}`, ['1 json-invalid']],
    ['with another prototype', '{"id":"a","text":"one","__proto__":{"id":"b"}}', ['a: one']],
    ['with metadata that is no text', '{"id":"a","text":"one","metadata":{"a":1}}', ['1 metadata-invalid']],
  ])('%s', (_, file, expected) => expect(shown(read(file))).toEqual(expected));

  it('of an earlier part of the file may not begin with a byte order mark', () => {
    expect(shown(read(`\ufeff${good}`, 'ndjson', false))).toEqual(['1 json-invalid']);
  });
});

describe('a row of CSV', () => {
  it.each<[string, string | Buffer, string[]]>([
    ['after a byte order mark, with CRLF', '\ufeffid,text\r\na,one\r\n', ['a: one']],
    ['with a cell less, and one more', 'id,text\na\nb,two,three\nc,four\n', ['c: four', '2 row-ragged', '3 row-ragged']],
    ['with cells that begin with =, +, -, @', 'id,text\n=1,+2\n-3,@4\n', ['=1: +2', '-3: @4']],
    [
      'that is not UTF-8',
      Buffer.from([...Buffer.from('id,text\na,'), 0xe9, 0x0a, ...Buffer.from('b,two\n')]),
      ['b: two', '2 utf8-invalid'],
    ],
    ['with a NUL', 'id,text\na,o\u0000ne\n', ['2 text-invalid']],
    ['with a quote that is never closed', 'id,text\na,"one\nb,two\n', ['a: one\nb,two\n']],
  ])('%s', (_, file, expected) => expect(shown(read(file, 'csv'))).toEqual(expected));
});
