import { neverEndsSentence } from './data/abbreviations.ts';
import { sentenceStarters } from './data/stop-words.ts';
import type { Sentence, Token } from './text-document.ts';
import { wordFact } from './vocabulary.ts';

const closingMarks = new Set([')', ']', '}', '"', "'", '”', '’', '»', '›']);
const openingMarks = new Set(['(', '[', '"', "'", '“', '‘', '«', '¿', '¡', '-', '–', '—', '•', '*']);
const terminator = /^(?:\.+|…|!+|\?+|‼|⁉|[。！？])$/;
const isClosing = wordFact(({ text }) => closingMarks.has(text));
const isOpening = wordFact(({ text }) => openingMarks.has(text));
const endsSentence = wordFact(({ text }) => terminator.test(text));

/**
 * Groups tokens into sentences. A full stop, question or exclamation mark ends one, with the quotes and brackets that close after it and the
 * emoji on the same line; a line break ends one unless the next line goes on in lower case. The dot of an abbreviation, a decimal, a URL or an
 * initial ends none.
 */
export function splitSentences(text: string, tokens: readonly Token[]): Sentence[] {
  const sentences: Sentence[] = [];
  let first = 0;
  for (let index = 0; index < tokens.length; index++) {
    if (!endsAfter(text, tokens, index)) continue;
    sentences.push({ start: tokens[first]!.start, end: tokens[index]!.end, first, last: index + 1 });
    first = index + 1;
  }
  return sentences;
}

function endsAfter(text: string, tokens: readonly Token[], index: number): boolean {
  const token = tokens[index]!;
  const next = tokens[index + 1];
  if (!next) return true;
  if (next.start > token.end && breaksLine(text, token, next)) return true;
  if (token.kind === 'word') return false;
  if (isClosing(next.word) && next.start === token.end) return false; // belongs to the sentence that it closes
  if (next.kind === 'emoji' || next.kind === 'emoticon' || isTerminator(next)) return false;
  const last = lastTerminator(tokens, index);
  return last !== undefined && mayBegin(next) && next.start > token.end && closes(tokens, last, next);
}

/** The terminator before closing quotes and emoji. */
function lastTerminator(tokens: readonly Token[], index: number): number | undefined {
  for (let at = index; at >= Math.max(0, index - 8); at--) {
    const token = tokens[at]!;
    if (token.kind === 'abbreviation' || isTerminator(token)) return at;
    if (!isClosing(token.word) && token.kind !== 'emoji' && token.kind !== 'emoticon') return undefined;
  }
  return undefined;
}

function closes(tokens: readonly Token[], at: number, next: Token): boolean {
  const token = tokens[at]!;
  if (token.kind === 'abbreviation') return !neverEndsSentence(token.folded) && sentenceStarters.has(next.folded) && next.word.isCapital;
  if (token.text !== '.') return token.text.length < 2 || !token.text.startsWith('.') || next.word.isCapital;
  const before = tokens[at - 1];
  const initial = before?.kind === 'word' && before.end === token.start && /^\p{Lu}$/u.test(before.text) && !/^[IYAO]$/.test(before.text);
  return !initial || !next.word.isCapital || sentenceStarters.has(next.folded);
}

function breaksLine(text: string, token: Token, next: Token): boolean {
  let breaks = 0;
  for (let at = token.end; at < next.start && breaks < 2; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 0x2028 || code === 0x2029 || (code === 13 && text.charCodeAt(at + 1) !== 10)) breaks++;
  }
  return breaks > 1 || (breaks === 1 && !next.word.isSmall);
}

function mayBegin(next: Token): boolean {
  return next.kind !== 'mark' ? !next.word.isSmall || next.kind !== 'word' : isOpening(next.word);
}

const isTerminator = (token: Token): boolean => token.kind === 'mark' && endsSentence(token.word);
