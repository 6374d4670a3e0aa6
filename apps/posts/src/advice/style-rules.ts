/** Rules about how a post reads: length of sentences and words, emoji, capitals. */
import { counted, evidenceOf, falling, improvement, type Rule } from './advice-rule.ts';

/** Flesch (English) and Fernández-Huerta (Spanish): 60 is plain language, below 30 is academic. */
const plainEase = 60;
const academicEase = 20;
const wordsPerEmoji = 12;
const shoutedShare = 0.3;

const readability: Rule = {
  name: 'readability',
  weight: 2,
  judge({ analysis: { readability: found } }) {
    const ease = found?.flesch ?? found?.fernandezHuerta ?? null;
    if (!found || ease === null) return { score: null, measured: 'no formula for this language' };
    const wordsPerSentence = Math.round(found.words / Math.max(1, found.sentences));
    const measured = `reading ease ${Math.round(ease)}, ${counted(wordsPerSentence, 'word')} a sentence`;
    const score = falling(ease, plainEase, academicEase);
    if (score === 1) return { score, measured };
    const cause =
      wordsPerSentence > 20
        ? `sentences average ${counted(wordsPerSentence, 'word')}: split them`
        : 'many words are long: use shorter ones';
    return {
      score,
      measured,
      suggestion: improvement(`The text reads hard (ease ${Math.round(ease)}, plain language from ${plainEase}): ${cause}.`),
    };
  },
};

const emojiPattern = /\p{Extended_Pictographic}/gu;

const emoji: Rule = {
  name: 'emoji',
  weight: 1,
  judge({ text, analysis: { structure, readability: found } }) {
    const count = structure?.emoji ?? 0;
    const words = found?.words ?? text.split(/\s+/u).filter((word) => /\p{L}/u.test(word)).length;
    const fine = Math.max(3, Math.ceil(words / wordsPerEmoji));
    const measured = `${count} emoji in ${counted(words, 'word')}`;
    const score = falling(count, fine, 3 * fine);
    if (score === 1) return { score, measured };
    const spans = [...text.matchAll(emojiPattern)].map(({ index, 0: sign }) => ({ start: index, end: index + sign.length }));
    const message = `The text has ${measured}; screen readers speak each of them, so up to ${fine} read better.`;
    return { score, measured, suggestion: improvement(message, evidenceOf(text, spans.slice(fine))) };
  },
};

const wordPattern = /(?<![\p{L}\p{N}#@_])\p{L}+(?![\p{L}\p{N}_])/gu;
const isCapitals = (word: string) => word === word.toUpperCase() && word !== word.toLowerCase();

interface Word {
  readonly start: number;
  readonly end: number;
  readonly word: string;
}

/** Words in capitals beside others in capitals; one alone is a name or an emphasis. */
function shoutedOf(words: readonly Word[]): Word[] {
  const isLoud = (at: number) => isCapitals(words[at]?.word ?? '');
  return words.filter((_, at) => isLoud(at) && (isLoud(at - 1) || isLoud(at + 1)));
}

const capitals: Rule = {
  name: 'capitals',
  weight: 1,
  judge({ text }) {
    const words = [...text.matchAll(wordPattern)].map(({ index, 0: word }) => ({ start: index, end: index + word.length, word }));
    const shouted = shoutedOf(words);
    const measured = `${counted(shouted.length, 'word')} in capitals`;
    const share = shouted.length / Math.max(1, words.length);
    if (shouted.length <= 2 && share < shoutedShare) return { score: 1, measured };
    const message = `The text has ${measured}, which reads as shouting; keep capitals for names.`;
    return { score: falling(share, 0, shoutedShare), measured, suggestion: improvement(message, evidenceOf(text, shouted)) };
  },
};

export const styleRules = { readability, emoji, capitals };
