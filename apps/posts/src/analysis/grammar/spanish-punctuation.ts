import type { TextDocument } from '../text-document.ts';
import { findingOf, type GrammarFinding } from './grammar-rule.ts';

const interrogatives =
  /^(?:qué|quién|quiénes|cómo|cuándo|dónde|cuánto|cuánta|cuántos|cuántas|cuál|cuáles|por|alguien|sabes|sabéis|saben|conoces|puedes|te|os|crees)$/;

/** A question or exclamation without its opening mark, and the conjunctions that change before a vowel. */
export function findSpanishPunctuation(document: TextDocument): GrammarFinding[] {
  return [...openingMarks(document), ...conjunctions(document)];
}

function* openingMarks(document: TextDocument): Generator<GrammarFinding> {
  const { tokens } = document;
  for (const { first, last } of document.sentences) {
    let from = first;
    for (let at = first; at < last; at++) {
      const mark = tokens[at]!.text[0];
      if (mark === '¿' || mark === '¡') from = Number.POSITIVE_INFINITY;
      if (tokens[at]!.kind !== 'mark' || (mark !== '?' && mark !== '!')) continue;
      const start = Number.isFinite(from) ? openingWord(document, from, at, mark) : undefined;
      if (start !== undefined) {
        const { text, start: unit, end } = tokens[start]!;
        yield { start: unit, end, text, suggestions: [`${mark === '?' ? '¿' : '¡'}${text}`], rule: 'opening-mark', confidence: 0.9 };
      }
      from = at + 1;
    }
  }
}

/** The word that the question begins with: the first interrogative after a comma, or the first word. */
function openingWord({ tokens }: TextDocument, from: number, end: number, mark: string): number | undefined {
  let first: number | undefined;
  for (let at = from; at < end; at++) {
    if (tokens[at]!.kind !== 'word') continue;
    first ??= at;
    if (mark === '?' && tokens[at - 1]?.text === ',' && interrogatives.test(tokens[at]!.folded)) return at;
  }
  return first;
}

function* conjunctions(document: TextDocument): Generator<GrammarFinding> {
  const { tokens } = document;
  for (let at = 1; at + 1 < tokens.length; at++) {
    const [{ folded }, next] = [tokens[at]!, tokens[at + 1]!.folded];
    if (next.length < 2 || tokens[at - 1]!.kind !== 'word' || tokens[at + 1]!.kind !== 'word') continue;
    const right =
      folded === 'y' && /^h?[ií](?![aeouáéó])/.test(next)
        ? 'e'
        : folded === 'e' && !/^h?[ií]/.test(next) && !/ado$|ido$/.test(next)
          ? 'y'
          : folded === 'o' && /^h?[oó]/.test(next) && next.length > 2
            ? 'u'
            : folded === 'u' && !/^h?[oó]/.test(next)
              ? 'o'
              : undefined;
    const finding = right && findingOf(document, at, at + 1, right, { rule: 'conjunction', confidence: 0.93 });
    if (finding) yield finding;
  }
}
