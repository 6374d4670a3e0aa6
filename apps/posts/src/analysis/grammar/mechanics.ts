import { type FullLanguage, type TextDocument, type Token, wordSet } from '../text-document.ts';
import { findingOf, type GrammarFinding } from './grammar-rule.ts';

type Rule = (document: TextDocument, at: number, language: FullLanguage) => GrammarFinding | undefined;

const mayRepeat = wordSet(
  'had that so very really no yes ha bye many much more please never ever now well go come on in is do way far long hear knock blah la los las nos me te se muy no sí ya poco bien mucho casi tanto luego que vamos venga day out up',
);

/** The same word twice: "the the". */
const repeatedWord: Rule = (document, at) => {
  const [first, second] = [document.tokens[at]!, document.tokens[at + 1]];
  if (!second || first.kind !== 'word' || second.kind !== 'word' || first.folded !== second.folded || mayRepeat.has(first.folded))
    return undefined;
  if (first.text.length > 1 && /^\p{Lu}/u.test(second.text)) return undefined; // "Duran Duran"
  const gap = document.text.slice(first.end, second.start);
  if (gap.includes('\n') || first.folded.length > 20) return undefined;
  return findingOf(document, at, at + 2, first.folded, { rule: 'repeated-word', confidence: 0.95 });
};

/** Two commas, two dots, a blank before a comma. */
const punctuation: Rule = (document, at) => {
  const { tokens, text } = document;
  const [token, next] = [tokens[at]!, tokens[at + 1]];
  if (token.kind !== 'mark') return undefined;
  if (token.text === '..') return findingOf(document, at, at + 1, './…', { rule: 'punctuation', confidence: 0.85 });
  const doubled = /^[,;:]$/.test(token.text) && next?.text === token.text && next.start === token.end;
  if (doubled) return findingOf(document, at, at + 2, token.text, { rule: 'punctuation', confidence: 0.95 });
  const before = tokens[at - 1];
  if (token.text !== ',' || before?.kind !== 'word' || text.slice(before.end, token.start) !== ' ') return undefined;
  return {
    start: before.start,
    end: token.end,
    text: text.slice(before.start, token.end),
    suggestions: [`${before.text},`],
    rule: 'spacing',
    confidence: 0.8,
  };
};

const aBeforeVowel = /^(?:one|once|uni(?!n|m)|url|uuid|uri$|us(?:e|a|u)|eu|ewe|u(?:tili|ten|ter|top|rin|kul|biq)|ouija)/;
const anBeforeConsonant = /^(?:hour|honest|honou?r|heir)/;
const spelledWithVowel = wordSet('MBA HR NGO MRI FBI SEO API AI IT MVP NDA RFP FAQ SQL HTML LLC LLM SUV X-ray');

/** "a hour", "an user". */
const article: Rule = (document, at, language) => {
  const [token, next] = [document.tokens[at]!, document.tokens[at + 1]];
  if (language !== 'en' || !next || next.kind !== 'word' || !/^(?:a|an|A|An)$/.test(token.text)) return undefined;
  if (token.text === 'A' && document.tokens[at - 1]?.kind === 'word') return undefined; // "vitamin A is"
  if (next.start - token.end !== 1) return undefined;
  const vowel = soundsLikeVowel(next);
  if (vowel === undefined || vowel === (token.folded === 'an')) return undefined;
  return findingOf(document, at, at + 1, vowel ? 'an' : 'a', { rule: 'article', confidence: 0.95 });
};

function soundsLikeVowel({ text, folded }: Token): boolean | undefined {
  if (spelledWithVowel.has(text)) return true;
  if (text.length > 1 && text === text.toUpperCase()) return undefined;
  if (folded.length < 2 || /^(?:historic|hotel|herb|unin|unim)/.test(folded)) return /^un/.test(folded) ? true : undefined;
  if (anBeforeConsonant.test(folded)) return true;
  return /^[aeiou]/.test(folded) && !aBeforeVowel.test(folded);
}

const alwaysCapital = wordSet(
  "monday tuesday wednesday thursday friday saturday sunday january february april june july september october november december english spanish french german italian portuguese chinese japanese american european british i i'm i've i'll i'd",
);

/** "i think", "on monday". */
const capital: Rule = (document, at, language) => {
  const { text, folded, kind } = document.tokens[at]!;
  if (language !== 'en' || kind !== 'word' || text !== folded || !alwaysCapital.has(folded)) return undefined;
  const next = document.tokens[at + 1];
  if (folded === 'i' && next && next.kind !== 'word') return undefined; // "i)"
  const right = folded.replace(/^./, (letter) => letter.toUpperCase());
  const { start, end } = document.tokens[at]!;
  return { start, end, text, suggestions: [right], rule: 'capital', confidence: 0.9 };
};

const opensSentence = wordSet(
  'the a an we he she they it you this that these those my our your his her their there if when then and but so because in on at for with from',
  'el la los las un una nosotros yo él ella ellos este esta esto eso esa mi mis nuestro nuestra su sus si cuando pero porque en con para por no es hay',
);

/** A sentence that goes on in lower case: "It works. we like it." */
const sentenceCapital: Rule = (document, at) => {
  const { tokens, text } = document;
  const [token, before] = [tokens[at]!, tokens[at - 1]];
  if (token.kind !== 'word' || before?.kind !== 'mark' || !/^[.?!]$/.test(before.text)) return undefined;
  if (text.slice(before.end, token.start) !== ' ' || token.text !== token.folded || !opensSentence.has(token.folded)) return undefined;
  if (tokens[at - 2]?.kind !== 'word' || tokens[at - 2]!.text.length < 3) return undefined;
  const right = token.text.replace(/^./u, (letter) => letter.toUpperCase());
  return { start: token.start, end: token.end, text: token.text, suggestions: [right], rule: 'capital', confidence: 0.8 };
};

const rules: readonly Rule[] = [repeatedWord, punctuation, article, capital, sentenceCapital];

/** What needs few words: repeated words, punctuation, capitals, a and an. */
export function findMechanics(document: TextDocument, language: FullLanguage): GrammarFinding[] {
  const found: GrammarFinding[] = [];
  for (let at = 0; at < document.tokens.length; at++)
    for (const rule of rules) {
      const finding = rule(document, at, language);
      if (finding) found.push(finding);
    }
  return found;
}
