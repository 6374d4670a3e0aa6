import { knownOrganisationPhrases } from './data/names.ts';
import { placePhrases } from './data/places.ts';
import { isListedName, ownerOf, wordIs } from './name-words.ts';
import { type Sentence, standAt, type TextDocument, type Token } from './text-document.ts';
import { type Word, wordFact, wordOf } from './vocabulary.ts';

export interface NameMatch {
  readonly type: 'PERSON' | 'ORG' | 'PLACE';
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
}

/** A run of capitalised words with the small words inside it: tokens `first` to before `last`. */
interface Run {
  readonly first: number;
  readonly last: number;
}

const maxRun = 8;
const phrases = new Map<string, { words: readonly string[]; type: 'ORG' | 'PLACE' }[]>();
for (const [type, list] of [
  ['PLACE', placePhrases],
  ['ORG', knownOrganisationPhrases],
] as const)
  for (const phrase of list) {
    const words = phrase
      .split(' ')
      .map((word) => (word === 'ee.' ? 'ee. uu.' : word))
      .filter((word) => word !== 'uu.');
    phrases.set(
      words[0]!,
      [...(phrases.get(words[0]!) ?? []), { words, type }].sort((a, b) => b.words.length - a.words.length),
    );
  }

const phrasesFrom = wordFact(({ folded }) => phrases.get(folded) ?? null);

/** Finds names of people, organisations and places from capitals, lists and the words around them. */
export function findNames({ tokens, sentences }: TextDocument): NameMatch[] {
  const found: NameMatch[] = [];
  for (const sentence of sentences) {
    const titled = isTitled(tokens, sentence);
    for (let at = sentence.first; at < sentence.last; ) {
      const { kind, word } = tokens[at]!;
      if (!word.isCapital && kind !== 'abbreviation') {
        at++;
        continue;
      }
      const phrase = matchPhrase(tokens, at, sentence.last);
      const run = phrase ? undefined : readRun(tokens, at, sentence);
      if (phrase) found.push(nameOf(tokens, phrase, phrase.type, 0.95));
      else if (run) found.push(...classify(tokens, run, sentence, titled));
      at = phrase?.last ?? run?.last ?? at + 1;
    }
  }
  return found;
}

/** Whether nearly all words of a sentence are capitalised, so that capitals say nothing. */
function isTitled(tokens: readonly Token[], { first, last }: Sentence): boolean {
  let [words, capitals] = [0, 0];
  for (let at = first; at < last; at++) {
    const { kind, word } = tokens[at]!;
    if (kind !== 'word' || wordIs.isStop(word)) continue;
    words++;
    if (word.isCapital) capitals++;
  }
  return words > 4 && capitals / words > 0.75;
}

function matchPhrase(tokens: readonly Token[], at: number, last: number): (Run & { type: 'ORG' | 'PLACE' }) | undefined {
  const token = tokens[at]!;
  if (!token.word.isCapital) return undefined;
  const match = phrasesFrom(token.word)?.find(({ words }) => standAt(words, tokens, at, last));
  if (!match || !tokens[at + match.words.length - 1]!.word.isCapital) return undefined;
  return { first: at, last: at + match.words.length, type: match.type };
}

function readRun(tokens: readonly Token[], at: number, sentence: Sentence): Run | undefined {
  const national = isNationalOpening(tokens, at, sentence);
  const titled = at > sentence.first && wordIs.isTitle(tokens[at - 1]!.word) && /^(?:De|Del|Van|Von|Da|Di)$/.test(tokens[at]!.text);
  if (!national && (!isNamePart(tokens[at]!) || isOrdinaryStart(tokens, at, sentence))) return undefined;
  let last = at + 1;
  if (titled) while (last < sentence.last - 1 && /^(?:la|las|los|der|den)$/.test(tokens[last]!.folded)) last++;
  while (last < sentence.last && last - at < maxRun) {
    const next = tokens[last]!;
    if (isNamePart(next) && next.start - tokens[last - 1]!.end <= 1 && !matchPhrase(tokens, last, sentence.last)) last++;
    else {
      const joined = joinedAfter(tokens, at, last, sentence.last);
      if (joined === last) break;
      last = joined;
    }
  }
  return { first: at, last: afterLegalForm(tokens, last, sentence.last) };
}

/** The index after a legal form behind a comma or in two letters: "Puerto e Hijos, S.L.", "Taller Norte S. A." */
function afterLegalForm(tokens: readonly Token[], last: number, end: number): number {
  if (last + 1 < end && tokens[last]!.text === ',' && wordIs.isLegalForm(tokens[last + 1]!.word)) return last + 2;
  if (!tokens[last - 1]!.text.startsWith('S')) return last;
  const letters = tokens
    .slice(last - 1, Math.min(end, last + 3))
    .map(({ text }) => text)
    .join(' ');
  return /^S \. [AL] \.$/.test(letters) ? last + 3 : /^S\. [AL]\./.test(letters) ? last + 1 : last;
}

/** "European Central Bank": a nationality opens the name of an organisation. */
function isNationalOpening(tokens: readonly Token[], at: number, { last }: Sentence): boolean {
  if (!wordIs.isNationality(tokens[at]!.word)) return false;
  let end = at + 1;
  while (end < last && end < at + 5 && isNamePart(tokens[end]!)) end++;
  return tokens.slice(at + 1, end).some(({ word }) => wordIs.isOrganisationWord(word));
}

/** Index after the capitalised word that a small word joins to the run; `last` when none does. */
function joinedAfter(tokens: readonly Token[], first: number, last: number, end: number): number {
  const { word } = tokens[last]!;
  if (!wordIs.joinsPeople(word) && !wordIs.joinsOrganisation(word) && word.text !== '&') return last;
  const organisation = tokens.slice(first, last).some((token) => wordIs.opensOrganisation(token.word));
  const joins = wordIs.joinsPeople(word)
    ? organisation || wordIs.isFirstName(tokens[first]!.word)
    : (organisation && wordIs.joinsOrganisation(word)) || word.text === '&';
  if (!joins) return last;
  let next = last + 1;
  while (next < end && next < last + 3 && wordIs.isArticle(tokens[next]!.word)) next++;
  const target = tokens[next];
  if (next >= end || !target || !isNamePart(target)) return last;
  const own = isListedName(target.word) && (wordIs.isAnd(word) || !organisation); // "Ana de Telefónica" is two names
  return own ? last : next + 1;
}

/** A capitalised word that opens a sentence and is no name on any list, unless another capital follows. */
function isOrdinaryStart(tokens: readonly Token[], at: number, sentence: Sentence): boolean {
  const { text, word } = tokens[at]!;
  const opens = at === sentence.first || tokens[at - 1]!.kind === 'mark' || tokens[at - 1]!.kind === 'emoji';
  if (!opens || tokens[at - 1]?.text === ',' || tokens[at - 1]?.text === '(') return false;
  if (isListedName(word) || wordIs.isOrganisationWord(word) || wordIs.opensPlace(word)) return false;
  if (wordIs.isStarter(word)) return true;
  const next = tokens[at + 1];
  if (next && wordIs.isOrganisationVerb(next.word)) return false;
  return !(next && isNamePart(next) && next.start - tokens[at]!.end === 1) && text !== text.toUpperCase();
}

const isNamePart = ({ kind, word }: Token): boolean =>
  kind === 'word' ? wordIs.isPart(word) : kind === 'abbreviation' && wordIs.isAbbreviated(word);

/** Stands for the word before the first one of a sentence. */
const nothing = wordOf('');

function classify(tokens: readonly Token[], run: Run, sentence: Sentence, titled: boolean): NameMatch[] {
  const words = tokens.slice(run.first, run.last).map(({ word }) => ownerOf(word));
  const [first, last] = [words[0]!, words.at(-1)!];
  const before = run.first > sentence.first ? tokens[run.first - 1]!.word : nothing;
  const person = personScore(words, before, tokens[run.last]?.word ?? nothing);
  const trade = words.length > 1 && wordIs.isTrade(last); // a person's name does not end in "Freight"
  if (words.length > 1 && (person < 0.9 || trade) && words.some(wordIs.isOrganisationWord)) return [nameOf(tokens, run, 'ORG', 0.9)];
  if (words.length === 1 && wordIs.isOrganisation(first)) return [nameOf(tokens, run, 'ORG', 0.93)];
  if (wordIs.opensPlace(first) && words.length > 1) return [nameOf(tokens, run, 'PLACE', 0.85)];
  if (words.length > 1 && wordIs.closesPlace(last)) return [nameOf(tokens, run, 'PLACE', 0.85)];
  if (wordIs.isBeforePlace(before)) return [nameOf(tokens, run, 'PLACE', 0.85)];
  if (person >= 0.75) return [nameOf(tokens, run, 'PERSON', person)];
  if (words.every(wordIs.isPlace)) return [nameOf(tokens, run, 'PLACE', 0.92)];
  const split = splitListed(tokens, run);
  if (split) return split.flatMap((part) => classify(tokens, part, sentence, titled));
  return titled ? [] : guess(tokens, run, before, person);
}

/** How likely the words are a person's, in [0, 1]. */
function personScore(words: readonly Word[], before: Word, after: Word): number {
  if (wordIs.isTitle(before)) return 0.95;
  const first = wordIs.isFirstName(words[0]!);
  if (first && words.length > 1 && words.length <= 6)
    return words.slice(1).some((word) => wordIs.isOrganisation(word) || wordIs.isPlace(word)) ? 0.6 : 0.95;
  if (first) return wordIs.isPlace(words[0]!) ? (wordIs.isPersonContext(before) ? 0.8 : 0.3) : 0.85;
  const family = wordIs.isFamilyName(words.at(-1)!);
  if (family && words.length > 1 && words.length <= 4) return 0.85;
  if (family && (wordIs.isPersonContext(before) || wordIs.isPersonContext(after))) return 0.8;
  return words.length === 2 ? 0.5 : 0;
}

/** Parts a run in front of a word that is a name by itself: "Telefónica Madrid", "María López Google". */
function splitListed(tokens: readonly Token[], { first, last }: Run): Run[] | undefined {
  const isOwn = ({ word }: Token) => wordIs.isPlace(word) || wordIs.isOrganisation(word);
  for (let at = first + 1; at < last; at++) {
    if (!isOwn(tokens[at]!)) continue;
    const small = tokens[at - 1]!.word.isSmall ? 1 : 0;
    return [
      { first, last: at - small },
      { first: at, last },
    ];
  }
  if (last - first > 1 && isOwn(tokens[first]!))
    return [
      { first, last: first + 1 },
      { first: first + 1, last },
    ];
  return undefined;
}

/** A name on no list: the word before it tells. */
function guess(tokens: readonly Token[], run: Run, before: Word, person: number): NameMatch[] {
  const after = tokens[run.last]?.word ?? nothing;
  const length = run.last - run.first;
  const text = tokens[run.first]!.text;
  if (length === 1 && run.first > 0 && wordIs.opensPlace(before)) return [nameOf(tokens, run, 'PLACE', 0.75)];
  if (length === 1 && wordIs.isOrganisationVerb(after)) return [nameOf(tokens, run, 'ORG', 0.6)];
  if (/^(?:at|joined|joining|join|leaving|left|chez)$/.test(before.folded)) return [nameOf(tokens, run, 'ORG', 0.6)];
  const met =
    run.first > 1 &&
    /^(?:with|con)$/.test(before.folded) &&
    /^(?:coffee|lunch|dinner|chat|drinks|breakfast|café|cena|comida|charla|almuerzo|desayuno)$/.test(tokens[run.first - 2]!.folded);
  if (met && length === 1) return [nameOf(tokens, run, 'PERSON', 0.6)];
  if (wordIs.isPersonContext(before) || wordIs.isPersonContext(after)) return [nameOf(tokens, run, 'PERSON', 0.65)];
  if (length === 1 && /^\p{Lu}{2,6}$/u.test(text)) return [nameOf(tokens, run, 'ORG', 0.5)];
  if (/^(?:in|near|to|from|en|desde|hacia|hasta)$/.test(before.folded) && length <= 2) return [nameOf(tokens, run, 'PLACE', 0.5)];
  if (/\p{Ll}\p{Lu}/u.test(text)) return [nameOf(tokens, run, 'ORG', 0.55)]; // SoundCloud
  if (person === 0.5 && length === 2) return [nameOf(tokens, run, 'PERSON', 0.5)];
  const named = length === 1 && /^(?:by|with|con|por|for|para|de|of|a|la|el|the)$/.test(before.folded);
  return named ? [nameOf(tokens, run, 'ORG', 0.4)] : [];
}

function nameOf(tokens: readonly Token[], { first, last }: Run, type: NameMatch['type'], confidence: number): NameMatch {
  const final = tokens[last - 1]!;
  const possessive = /['’]s$/.test(final.text) ? 2 : 0;
  return { type, start: tokens[first]!.start, end: final.end - possessive, confidence };
}
