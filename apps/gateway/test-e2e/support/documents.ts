/** Documents for tests, and a reader of CSV that is not the product's. */
import { seededRandom } from '#testing';

export interface TestDocument {
  readonly id: string;
  readonly text: string;
}

/** Texts of 40 to 80 random words; the last `copies` of them are copies of others with one word changed. */
export function plantedDocuments(count: number, copies: number): { documents: TestDocument[]; pairs: (readonly [string, string])[] } {
  const random = seededRandom(18);
  const word = () => `word${Math.floor(random() * 5_000).toString(36)}`;
  const idOf = (at: number) => `doc-${String(at).padStart(5, '0')}`;
  const words = Array.from({ length: count - copies }, () => Array.from({ length: 40 + Math.floor(random() * 40) }, word));
  const changed = words.slice(0, copies).map((original) => original.with(Math.floor(random() * original.length), 'changed'));
  const documents = [...words, ...changed].map((text, at) => ({ id: idOf(at), text: text.join(' ') }));
  return { documents, pairs: changed.map((_, at) => [idOf(at), idOf(words.length + at)] as const) };
}

export const documentLines = (documents: readonly object[]): string =>
  documents.map((document) => `${JSON.stringify(document)}\n`).join('');

/** RFC 4180, character by character. */
export function csvRecords(csv: string): string[][] {
  const records: string[][] = [];
  let [record, cell, isQuoted]: [string[], string, boolean] = [[], '', false];
  const text = csv.replace(/^\ufeff/, '');
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (isQuoted && character === '"' && text[at + 1] === '"') cell += text[++at];
    else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted || !',\r\n'.includes(character)) cell += character;
    else if (character !== '\r') {
      record.push(cell);
      cell = '';
      if (character !== '\n') continue;
      records.push(record);
      record = [];
    }
  }
  return records;
}
