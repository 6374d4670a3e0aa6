import {
  adjectiveList,
  comparativeList,
  irregularPluralList,
  nounList,
  nounVerbList,
  uncountableList,
  verbList,
} from '../data/word-classes-en.ts';
import { type FullLanguage, wordSet } from '../text-document.ts';
import type { WordClasses } from './token-pattern.ts';

export const language: FullLanguage = 'en';

/** Irregular verbs: base, past, participle. */
const irregular = `be was been|become became become|begin began begun|bite bit bitten|blow blew blown|break broke broken|bring brought brought|build built built
buy bought bought|catch caught caught|choose chose chosen|come came come|deal dealt dealt|do did done|draw drew drawn|drink drank drunk|drive drove driven
eat ate eaten|fall fell fallen|feel felt felt|fight fought fought|find found found|fly flew flown|forget forgot forgotten|get got got|give gave given
go went gone|grow grew grown|have had had|hear heard heard|hide hid hidden|hold held held|keep kept kept|know knew known|lead led led|leave left left
lend lent lent|lose lost lost|make made made|mean meant meant|meet met met|pay paid paid|ride rode ridden|ring rang rung|rise rose risen|run ran run
say said said|see saw seen|sell sold sold|send sent sent|shake shook shaken|shoot shot shot|show showed shown|sing sang sung|sit sat sat|sleep slept slept
speak spoke spoken|spend spent spent|stand stood stood|steal stole stolen|swim swam swum|take took taken|teach taught taught|tell told told
think thought thought|throw threw thrown|understand understood understood|wake woke woken|wear wore worn|win won won|write wrote written`;
const forms = irregular.split(/[|\n]/).map((line) => line.trim().split(' ') as [string, string, string]);
export const pastOf: ReadonlyMap<string, string> = new Map(forms.map(([base, past]) => [base, past]));
export const baseOfPast: ReadonlyMap<string, string> = new Map(forms.map(([base, past]) => [past, base]));
/** Participle by a past that is not the same word. */
export const participleOfPast: ReadonlyMap<string, string> = new Map(
  forms.filter(([, past, participle]) => past !== participle).map(([, past, participle]) => [past, participle]),
);
/** Past by a participle that is not the same word. */
export const pastOfParticiple: ReadonlyMap<string, string> = new Map(
  forms.filter(([base, past, participle]) => past !== participle && base !== participle).map(([, past, participle]) => [participle, past]),
);

const onlyVerbs = wordSet(
  verbList,
  `${[...pastOf.keys()].join(' ')} want need have go think know say seem become keep provide offer give take make live arrive ask learn write speak send believe`,
);
const verbs = wordSet(verbList, nounVerbList, [...onlyVerbs].join(' '), 'work live love hope wait talk call start help');
const listedNouns = wordSet(nounList, nounVerbList);
const nouns = new Set([...listedNouns].filter((noun) => !(noun.endsWith('s') && listedNouns.has(noun.slice(0, -1)))));
const pureNouns = new Set([...wordSet(nounList)].filter((noun) => nouns.has(noun) && !verbs.has(noun)));
const uncountable = wordSet(
  uncountableList,
  'news physics economics mathematics politics series species means headquarters athletics logistics analytics',
);
const irregularPlurals = wordSet(irregularPluralList, 'people children men women teeth feet mice');
const adjectives = wordSet(adjectiveList, 'new last next own other same final first second whole entire');
const comparatives = new Set(
  [
    ...wordSet(comparativeList),
    ...'better worse colder warmer hotter older younger bigger smaller longer shorter higher lower faster slower easier harder cheaper richer poorer stronger weaker later earlier louder quieter greater fewer happier busier heavier lighter safer smarter simpler taller wider deeper closer cleaner newer'.split(
      ' ',
    ),
  ].filter((word) => !/^(?:further|upper|other|later|matter|number|paper|offer)$/.test(word) && !pureNouns.has(word)),
);
/** Singular nouns for a group of people, which take a plural verb too, and words for a quantity. */
const collective =
  wordSet(`team staff police family company crew committee government people majority minority number couple group rest data media board band
  public half lot management pair bunch variety range public audience army class club council crowd department firm jury press series species means faculty
  leadership youth generation percent handful dozen series kind sort type none some all most any remainder feet support work research`);

/** @returns undefined when the word is no plural of a noun of the list */
export function singularOf(word: string): string | undefined {
  if (!word.endsWith('s') || word.endsWith('ss')) return undefined;
  const one = word.slice(0, -1);
  if (nouns.has(one)) return one;
  if (word.endsWith('ies') && nouns.has(`${word.slice(0, -3)}y`)) return `${word.slice(0, -3)}y`;
  return word.endsWith('es') && nouns.has(word.slice(0, -2)) ? word.slice(0, -2) : undefined;
}

/** @returns undefined when the word is no third person of a verb of the list */
export function baseOfThird(word: string): string | undefined {
  if (word === 'has') return 'have';
  if (word === 'does') return 'do';
  if (word === 'goes') return 'go';
  if (!word.endsWith('s') || word.endsWith('ss')) return undefined;
  if (verbs.has(word.slice(0, -1))) return word.slice(0, -1);
  if (word.endsWith('ies') && verbs.has(`${word.slice(0, -3)}y`)) return `${word.slice(0, -3)}y`;
  return word.endsWith('es') && verbs.has(word.slice(0, -2)) ? word.slice(0, -2) : undefined;
}

export function thirdOf(base: string): string {
  if (base === 'have') return 'has';
  if (base === 'be') return 'is';
  if (/[^aeiou]y$/.test(base)) return `${base.slice(0, -1)}ies`;
  return /(?:s|sh|ch|x|z|o)$/.test(base) ? `${base}es` : `${base}s`;
}

/** @returns undefined when the word is no regular or listed past */
export function baseOf(past: string): string | undefined {
  const listed = baseOfPast.get(past);
  if (listed) return listed;
  if (!past.endsWith('ed')) return undefined;
  const stem = past.slice(0, -2);
  if (verbs.has(stem)) return stem;
  if (verbs.has(`${stem}e`)) return `${stem}e`;
  if (stem.endsWith('i') && verbs.has(`${stem.slice(0, -1)}y`)) return `${stem.slice(0, -1)}y`;
  return /(.)\1$/.test(stem) && verbs.has(stem.slice(0, -1)) ? stem.slice(0, -1) : undefined;
}

export function pastFrom(base: string): string {
  const listed = pastOf.get(base);
  if (listed) return listed;
  if (/[^aeiou]y$/.test(base)) return `${base.slice(0, -1)}ied`;
  return base.endsWith('e') ? `${base}d` : `${base}ed`;
}

export function gerundOf(base: string): string {
  if (/^(?:get|run|sit|win|begin|plan|swim|put|cut|let|hit|set|stop|chat|shop|travel)$/.test(base)) return `${base}${base.at(-1)}ing`;
  if (base.endsWith('ie')) return `${base.slice(0, -2)}ying`;
  return /[^eo]e$/.test(base) ? `${base.slice(0, -1)}ing` : `${base}ing`;
}

const determiners = wordSet(
  'the a an my your his her its our their this that these those some any every each no all both many several few',
);
const unchanged = wordSet('put set cut let hit read cost quit shut hurt spread bet burst split cast');

export const isPlural = (word: string): boolean =>
  irregularPlurals.has(word) || (singularOf(word) !== undefined && !uncountable.has(word) && !nouns.has(word));
/** A plural that is no form of a verb. */
export const isPurePlural = (word: string): boolean =>
  irregularPlurals.has(word) || (isPlural(word) && pureNouns.has(singularOf(word) ?? ''));
export const isVerb = (word: string): boolean => verbs.has(word);
export const isKnownForm = (word: string): boolean =>
  nouns.has(word) ||
  verbs.has(word) ||
  adjectives.has(word) ||
  comparatives.has(word) ||
  uncountable.has(word) ||
  irregularPlurals.has(word) ||
  singularOf(word) !== undefined ||
  baseOfThird(word) !== undefined ||
  baseOf(word) !== undefined;

/** Words of English by what they can be in a sentence. */
export const englishClasses: WordClasses = {
  any: (_, { kind }) => kind === 'word',
  noun: (word) => nouns.has(word),
  purenoun: (word) => pureNouns.has(word) && !adjectives.has(word) && !collective.has(word),
  single: (word) => nouns.has(word) && !collective.has(word) && !uncountable.has(word) && !adjectives.has(word),
  plural: isPlural,
  pureplural: isPurePlural,
  subjects: (word) => isPlural(word) && !/^(?:sales|goods|savings|sports|arms|customs|systems|operations|communications|means)$/.test(word),
  uncountable: (word) => uncountable.has(word),
  adj: (word) => adjectives.has(word) && !determiners.has(word),
  comparative: (word) => comparatives.has(word),
  verb: (word) => verbs.has(word),
  onlyverb: (word) => onlyVerbs.has(word) && !adjectives.has(word),
  plainverb: (word) => onlyVerbs.has(word) && !unchanged.has(word) && !pureNouns.has(word) && !adjectives.has(word),
  third: (word) => baseOfThird(word) !== undefined,
  onlythird: (word) => onlyVerbs.has(baseOfThird(word) ?? '') && !isPurePlural(word),
  past: (word) => baseOf(word) !== undefined,
  irregularpast: (word) => baseOfPast.has(word),
  ing: (word) => word.length > 4 && word.endsWith('ing') && !pureNouns.has(word),
  det: (word) => determiners.has(word),
  prep: (word) =>
    /^(?:of|in|on|at|by|for|with|from|to|into|about|between|among|behind|like|as|over|under|through|without|within|than|across|after|before|during|per|near|around)$/.test(
      word,
    ),
  pronoun: (word) => /^(?:i|you|he|she|it|we|they)$/.test(word),
  number: (word, { kind }) => kind === 'number' || /^(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred)$/.test(word),
};
