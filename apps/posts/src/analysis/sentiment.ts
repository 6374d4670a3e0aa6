import { constructionHits } from './sentiment-constructions.ts';
import { closePast, type Hit, placeHits, takesBack, turnMockery } from './sentiment-context.ts';
import { emojiWeights, ironic, plainEmoji, type SentimentLexicon, sentimentLexicons } from './sentiment-lexicon.ts';
import { findNegator, isLessened, isUnequalled, negatorBeside, raisesComparative } from './sentiment-negation.ts';
import { type FoundPhrase, findPhrase, ratingAt } from './sentiment-phrases.ts';
import { relateHits } from './sentiment-relations.ts';
import { weakenTopics } from './sentiment-topics.ts';
import {
  confidenceOf,
  type FullLanguage,
  hundredths,
  isWord,
  type Sentence,
  type Span,
  type TextDocument,
  type Token,
} from './text-document.ts';
import { type Word, wordFact } from './vocabulary.ts';

export interface SentimentWord extends Span {
  readonly text: string;
  /** Valence in [-6, 6] after negation, degree, capitals and contrast. */
  readonly weight: number;
  readonly negated: boolean;
  readonly confidence: number;
}

export interface Sentiment {
  readonly label: 'positive' | 'negative' | 'neutral';
  /** In [-1, 1]; within ±0.1 the label is neutral. */
  readonly score: number;
  readonly confidence: number;
  /** The words that made the score, in the order of the text. */
  readonly words: readonly SentimentWord[];
}

const maxWords = 500;

/**
 * Scores the sentiment of a text from a lexicon with the rules of VADER: negation turns a word over, adverbs of degree, capitals, stretched
 * letters and exclamation marks make it stronger, what follows "but" counts more than what stands before. On top of these: a negated
 * comparative is the highest degree ("never been happier"), a negated subject reaches over its clause ("nobody was happy"), and an ironic emoji
 * turns over the praise of its sentence.
 *
 * @param languages language of each sentence; one that has no lexicon is scored by its emoji alone
 * @see Hutto & Gilbert 2014, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text"
 */
export function scoreSentiment(document: TextDocument, languages: readonly string[]): Sentiment {
  const shouting = document.words.every(({ text }) => text === text.toUpperCase());
  const hits: Hit[] = [];
  const irony = document.words.length < 60 && isIronic(document.tokens) ? -0.6 : 1;
  const { length } = document.tokens;
  const later = ({ token }: Hit) => 0.7 + 0.6 * (token / length); // a post ends with what it means
  for (const [index, sentence] of document.sentences.entries()) {
    if (index > 0 && turns(document.tokens[sentence.first]!.folded, languages[index] as FullLanguage))
      weakenFrom(hits, document.sentences[index - 1]!.first);
    if (index > 0 && takesBack(document.tokens, sentence)) turnLast(hits, document.sentences[index - 1]!.first);
    for (const hit of scoreSentence(document, sentence, languages[index] as FullLanguage, shouting))
      hits.push({ ...hit, weight: hit.weight * later(hit) * (hit.weight > 0 ? irony : 1) });
  }
  const told = [...new Set(languages)].flatMap((language) => sentimentLexicons[language as FullLanguage] ?? []);
  const { tokens, sentences } = document;
  const present = closePast(hits, tokens, sentences, (word) => told.some(({ today }) => today.has(word)));
  return summarize(
    document.text,
    turnMockery(present, tokens, sentences, (word) => told.some(({ praise }) => praise.has(word))),
  );
}

/** Whether a sentence takes the side against the one before it: "But …", "Lástima que …". */
function turns(opening: string, language: FullLanguage): boolean {
  const lexicon: SentimentLexicon | undefined = sentimentLexicons[language];
  return lexicon !== undefined && (lexicon.contrasts.has(opening) || lexicon.regrets.has(opening));
}

function weakenFrom(hits: Hit[], from: number): void {
  for (let at = hits.length - 1; at >= 0 && hits[at]!.token >= from; at--) hits[at] = { ...hits[at]!, weight: hits[at]!.weight * 0.5 };
}

/** Turns over the hits from a token on. */
function turnLast(hits: Hit[], from: number): void {
  for (let at = hits.length - 1; at >= 0 && hits[at]!.token >= from; at--) hits[at] = { ...hits[at]!, weight: hits[at]!.weight * -0.8 };
}

/** A text whose praise and blame cancel out means what it says last, if it says it clearly. */
function decide(sum: number, hits: readonly Hit[]): number {
  const strong = hits.filter(({ weight }) => Math.abs(weight) >= 1);
  const isMixed = strong.some(({ weight }) => weight > 0) && strong.some(({ weight }) => weight < 0);
  const last = strong.at(-1)?.weight ?? 0;
  return isMixed && Math.abs(sum) < 0.6 && Math.abs(last) >= 1.5 ? sum + Math.sign(last) * 0.8 : sum;
}

function summarize(text: string, hits: readonly Hit[]): Sentiment {
  const size = hits.reduce((total, { weight }) => total + Math.abs(weight), 0);
  const sum = decide(
    hits.reduce((total, { weight }) => total + weight, 0),
    hits,
  );
  const score = hundredths(sum / Math.sqrt(sum * sum + 15));
  const label = score > 0.1 ? 'positive' : score < -0.1 ? 'negative' : 'neutral';
  const agreement = size ? Math.abs(sum) / size : 1;
  const confidence = label === 'neutral' ? (size ? 0.4 : 0.7) : agreement * (0.55 + 0.45 * (1 - Math.exp(-size / 4)));
  const words = hits.slice(0, maxWords).map(({ start, end, weight, negated }) => ({
    start,
    end,
    text: text.slice(start, end),
    weight: hundredths(weight),
    negated,
    confidence: confidenceOf((0.6 + 0.1 * Math.abs(weight)) * (negated ? 0.9 : 1)),
  }));
  return { label, score, confidence: confidenceOf(confidence), words };
}

function scoreSentence(document: TextDocument, sentence: Sentence, language: FullLanguage, shouting: boolean): Hit[] {
  const lexicon: SentimentLexicon | undefined = sentimentLexicons[language];
  const found = collectHits(document, sentence, lexicon, shouting);
  if (found.length === 0) return lexicon ? constructionHits(document.tokens, sentence, language) : found;
  const hits = lexicon
    ? placeHits(
        relateHits(weakenTopics(found, document.tokens, sentence, language), document.tokens, sentence, lexicon),
        document.tokens,
        sentence,
        lexicon,
      )
    : found;
  const contrast = lexicon ? lastContrast(document.tokens, sentence, lexicon) : -1;
  const emphasis = 1 + 0.1 * Math.min(3, exclamations(document.tokens, sentence));
  const outweighed = hits.some(({ token }) => token > contrast) || hits.some(({ weight }) => weight < 0);
  return hits.map((hit) => {
    const clause = contrast < 0 ? 1 : hit.token > contrast ? 1.5 : outweighed ? 0.5 : -0.6;
    const quoted = isQuoted(document.tokens, hit.token, sentence) ? 0.05 : 1;
    return { ...hit, weight: hit.weight * clause * emphasis * quoted };
  });
}

function collectHits({ tokens }: TextDocument, sentence: Sentence, lexicon: SentimentLexicon | undefined, shouting: boolean): Hit[] {
  const hits: Hit[] = [];
  let free = sentence.first; // negators before it belong to a phrase
  for (let at = sentence.first; at < sentence.last; at++) {
    const token = tokens[at]!;
    const rating = token.kind === 'number' ? ratingAt(tokens, at, sentence.last) : undefined;
    if (rating) {
      if (rating.weight) hits.push({ start: token.start, end: tokens[rating.last]!.end, token: at, weight: rating.weight, negated: false });
      at = rating.last;
    } else if (token.kind === 'emoji' || token.kind === 'emoticon') {
      const weight = emojiWeights.get(token.kind === 'emoji' ? plainEmoji(token.text) : token.text);
      if (weight) hits.push({ start: token.start, end: token.end, token: at, weight, negated: false });
    } else if (lexicon && (isWord(token) || token.kind === 'hashtag')) {
      const phrase = findPhrase(lexicon.phrases, tokens, at, sentence.last);
      if (phrase) {
        if (phrase.weight) hits.push(phraseHit(tokens, at, phrase, { ...sentence, first: free }, lexicon));
        if (lexicon.negators.has(token.folded)) free = phrase.last + 1;
        at = phrase.last;
      } else {
        const hit = scoreWord(tokens, at, { ...sentence, first: free }, lexicon, shouting);
        if (hit) hits.push(hit);
      }
    }
  }
  return hits;
}

/** A phrase of praise is turned over by a negation in front, one of blame by a negation beside it: "I do not regret leaving". */
function phraseHit(
  tokens: readonly Token[],
  at: number,
  { weight, last }: FoundPhrase,
  sentence: Sentence,
  lexicon: SentimentLexicon,
): Hit {
  const open = !lexicon.negators.has(tokens[at]!.folded);
  const negator = !open
    ? -1
    : weight > 0
      ? findNegator(tokens, at, sentence, lexicon, false)
      : negatorBeside(tokens, at, sentence, lexicon);
  const negated = negator >= 0 && !raisesComparative(tokens, negator, last, lexicon);
  return {
    start: tokens[at]!.start,
    end: tokens[last]!.end,
    token: at,
    weight: negated ? weight * (weight > 0 ? -0.7 : -0.5) : weight,
    negated,
  };
}

function scoreWord(
  tokens: readonly Token[],
  at: number,
  sentence: Sentence,
  lexicon: SentimentLexicon,
  shouting: boolean,
): Hit | undefined {
  const token = tokens[at]!;
  const found = valences[lexicon === sentimentLexicons.en ? 'en' : 'es'](token.word);
  if (found && isEmpty(tokens, at, sentence)) return undefined;
  if (!found) return missedExpectation(tokens, at, sentence, lexicon);
  let weight = found.weight * (found.stretched ? 1.25 : 1) * degree(tokens, at, sentence, lexicon);
  if (!shouting && token.text.length > 2 && token.text === token.text.toUpperCase()) weight *= 1.3;
  const negator = findNegator(tokens, at, sentence, lexicon, found.weight < 0);
  const negated = negator >= 0 && !raisesComparative(tokens, negator, at, lexicon) && !isUnequalled(tokens, negator, at, sentence, lexicon);
  if (negator >= 0 && !negated) weight *= 1.25;
  if (negated) weight *= weight > 0 ? -0.8 : -0.55;
  else if (weight > 0 && isLessened(tokens, at)) weight *= -0.7;
  return { start: token.start, end: token.end, token: at, weight, negated };
}

const likers =
  /^(?:i|we|you|they|he|she|people|who|to|and|really|also|still|always|never|not|actually|especially|particularly|do|did|does|don't|didn't|doesn't|dont|didnt|doesnt|both|all|everyone|nobody|customers|users|clients|students|kids|quite)$/;

/** Whether a word has no valence where it stands: "like rubber", "well, …", "Costa Rica". */
function isEmpty(tokens: readonly Token[], at: number, sentence: Sentence): boolean {
  const { folded } = tokens[at]!;
  if (folded === 'like') return !likers.test(tokens[at - 1]?.folded ?? '');
  if (at === sentence.first && /^(?:well|bueno|bien)$/.test(folded))
    return tokens[at + 1]?.kind === 'mark' || /^(?:just|never|i|we|you|they|pues|ya)$/.test(tokens[at + 1]?.folded ?? '');
  return isNamed(tokens, at, sentence);
}

const isCapital = (token: Token | undefined): boolean =>
  token?.kind === 'word' && token.text[0] !== token.folded[0] && token.text.slice(1) === token.folded.slice(1);

/** Whether a word is part of a name: a capital inside a sentence with another beside it, where not every word has one. */
function isNamed(tokens: readonly Token[], at: number, { first, last }: Sentence): boolean {
  if (at === first || !isCapital(tokens[at]) || !(isCapital(tokens[at - 1]) || (at + 1 < last && isCapital(tokens[at + 1])))) return false;
  for (let other = first; other < last; other++)
    if (isWord(tokens[other]!) && tokens[other]!.text.length > 3 && !isCapital(tokens[other])) return true;
  return false;
}

/** "Nobody answered", "it does not load": the negation of what is expected is a complaint. */
function missedExpectation(tokens: readonly Token[], at: number, sentence: Sentence, lexicon: SentimentLexicon): Hit | undefined {
  const { folded, start, end } = tokens[at]!;
  if (!lexicon.expected.has(folded) || findNegator(tokens, at, sentence, lexicon, false) < 0) return undefined;
  return { start, end, token: at, weight: -1.5, negated: true };
}

const valences = {
  en: wordFact((word) => lookUp(word, sentimentLexicons.en) ?? null),
  es: wordFact((word) => lookUp(word, sentimentLexicons.es) ?? null),
};

/** Whether a letter stands three times in a row. */
function isStretched(word: string): boolean {
  for (let at = 2; at < word.length; at++) if (word[at] === word[at - 1] && word[at] === word[at - 2]) return true;
  return false;
}

function lookUp({ folded }: Word, lexicon: SentimentLexicon): { weight: number; stretched: boolean } | undefined {
  const word = folded.replace(/^[#＃]/, ''); // of a hashtag
  if (word.length > 40) return undefined;
  const weight = lexicon.weights.get(word);
  if (weight !== undefined) return weight === 0 ? undefined : { weight, stretched: false };
  if (isStretched(word))
    for (const kept of ['$1', '$1$1']) {
      const stretched = lexicon.weights.get(word.replace(/(.)\1{2,}/gu, kept));
      if (stretched !== undefined) return { weight: stretched, stretched: true };
    }
  const part = word.includes('-') ? lexicon.weights.get(word.slice(word.lastIndexOf('-') + 1)) : undefined;
  return part === undefined ? undefined : { weight: part, stretched: false };
}

/** The factor of the adverbs of degree within two words before `at`. */
function degree(tokens: readonly Token[], at: number, sentence: Sentence, lexicon: SentimentLexicon): number {
  let factor = 1;
  for (let before = at - 1; before >= Math.max(sentence.first, at - 2); before--) {
    const { folded } = tokens[before]!;
    const word = isStretched(folded) ? folded.replace(/(.)\1{2,}/gu, '$1') : folded;
    if (tokens[before]!.kind === 'mark') break;
    if (lexicon.intensifiers.has(word)) factor *= 1.25;
    if (lexicon.diminishers.has(word)) factor *= 0.7;
  }
  return factor;
}

function lastContrast(tokens: readonly Token[], sentence: Sentence, lexicon: SentimentLexicon): number {
  for (let at = sentence.last - 1; at > sentence.first; at--) if (lexicon.contrasts.has(tokens[at]!.folded)) return at;
  return -1;
}

function exclamations(tokens: readonly Token[], { first, last }: Sentence): number {
  let count = 0;
  for (let at = first; at < last; at++) if (tokens[at]!.text[0] === '!') count += tokens[at]!.text.length;
  return count;
}

/** Whether an ironic emoji ends the text or stands in it: it turns over the praise of a short text. */
const isIronic = (tokens: readonly Token[]): boolean => tokens.some(({ kind, text }) => kind === 'emoji' && ironic.has(plainEmoji(text)));

/** Whether a word stands between quotes with at most two others: it is named, not meant. */
function isQuoted(tokens: readonly Token[], at: number, { first, last }: Sentence): boolean {
  const quote = (index: number) => index >= first && index < last && /^["“”«»‘]$/.test(tokens[index]!.text);
  return [1, 2, 3].some((step) => quote(at - step)) && [1, 2, 3].some((step) => quote(at + step));
}
