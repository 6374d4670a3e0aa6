import { englishSentiment } from '../data/sentiment-en.ts';
import { misspellingList, notMisspelledList, oftenMisspelledList } from '../data/spelling-en.ts';
import { stopWords } from '../data/stop-words.ts';
import { type TextDocument, type Token, wordSet } from '../text-document.ts';
import { wordFact } from '../vocabulary.ts';
import { isKnownForm } from './english-words.ts';
import { findingOf, type GrammarFinding } from './grammar-rule.ts';
import { oneEditInside } from './one-edit.ts';

const listed: ReadonlyMap<string, string> = new Map(
  [...wordSet(misspellingList)].flatMap((entry) => {
    const [wrong = '', right = ''] = entry.split(':');
    return wrong === right ? [] : [[wrong, right.replaceAll('_', ' ')] as const];
  }),
);
const known = new Set([
  ...wordSet(notMisspelledList),
  ...stopWords.en,
  ...wordSet(...[...englishSentiment.adjectives, ...englishSentiment.verbs, ...englishSentiment.nouns].map(([, words]) => words)),
]);
const targets = [...wordSet(oftenMisspelledList)].filter((word) => word.length >= 6);
const isTarget = new Set(targets);
const near = oneEditInside(targets);
/** British and American spellings of one word, and a consonant that is doubled in one of them. */
const isVariant = (word: string, target: string): boolean => {
  const british = (text: string) =>
    text
      .replace(/z/g, 's')
      .replace(/our/g, 'or')
      .replace(/ll/g, 'l')
      .replace(/gement/g, 'gment')
      .replace(/ogue$/, 'og');
  return british(word) === british(target);
};

/** Misspelled words: listed ones, and words on no list that differ in one letter from a word that is often misspelled. */
export function findEnglishSpelling(document: TextDocument): GrammarFinding[] {
  const found: GrammarFinding[] = [];
  const firsts = new Set(document.sentences.map(({ first }) => first));
  for (const [at, token] of document.tokens.entries()) {
    if (token.kind !== 'word' || isProbablyName(document, at, token, firsts)) continue;
    const right = correction(token.word);
    const finding =
      right && findingOf(document, at, at + 1, right, { rule: 'spelling', confidence: listed.has(token.folded) ? 0.95 : 0.8 });
    if (finding) found.push(finding);
  }
  return found;
}

const correction = wordFact(({ folded }) => listed.get(folded) ?? nearWord(folded) ?? null);

function nearWord(word: string): string | undefined {
  if (word.length < 6 || word.length > 20 || !/^[a-z]+$/.test(word) || isTarget.has(word) || known.has(word) || isKnownForm(word))
    return undefined;
  const target = near(word);
  return target && !isVariant(word, target) ? target : undefined;
}

function isProbablyName({ tokens }: TextDocument, at: number, { text }: Token, firsts: ReadonlySet<number>): boolean {
  if (!/^\p{Lu}/u.test(text)) return false;
  const before = tokens[at - 1];
  return before !== undefined && !firsts.has(at) && before.kind === 'word' && !/^\p{Lu}+$/u.test(text);
}
