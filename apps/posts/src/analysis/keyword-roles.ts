import { genericNouns, gradableAdjectives } from './data/generic-words.ts';
import { stopWords } from './data/stop-words.ts';
import { baseOf, baseOfThird, englishClasses, isKnownForm, isPlural, isVerb } from './grammar/english-words.ts';
import { hasForm, verbForms } from './grammar/spanish-verbs.ts';
import { adjectiveForm, nounForm } from './grammar/spanish-words.ts';
import { spanishNoun } from './inflect.ts';
import { type FullLanguage, type Sentence, type Token, wordSet } from './text-document.ts';
import { kindOf } from './word-kinds.ts';

/** What a word is in its place: `name` has a capital letter inside a sentence, `weak` judges or measures, `none` ends a phrase. */
export type KeywordRole = 'noun' | 'name' | 'adjective' | 'weak' | 'none';

const longestWord = 40;
const genericEnglish = wordSet(genericNouns.en);
const generic: Readonly<Record<FullLanguage, ReadonlySet<string>>> = {
  en: new Set([...genericEnglish].flatMap((noun) => [noun, noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`])),
  es: new Set([...wordSet(genericNouns.es)].flatMap(spanishNoun)),
};
const gradable: Readonly<Record<FullLanguage, ReadonlySet<string>>> = {
  en: wordSet(gradableAdjectives.en),
  es: wordSet(gradableAdjectives.es),
};

/** A noun that seldom says what a text is about: "thing", "week", "reason". */
export const isGeneric = (word: string, language: FullLanguage): boolean => generic[language].has(word);

const numberWords = wordSet(
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen first second third fourth fifth half quarter double triple twice',
  'uno una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento cientos mil miles millón millones docena primero primera segundo segunda tercer tercero tercera cuarto cuarta quinto quinta sexto mitad doble triple quinientos quinientas setecientos setecientas novecientos novecientas',
);
const isNumberWord = (word: string): boolean => numberWords.has(word) || /^(?:[a-z]{2,6}cient[oa]s|veinti[a-zó]{2,7})$/.test(word);

/** The role of each token of a sentence, in order. */
export function keywordRoles(tokens: readonly Token[], sentence: Sentence, language: FullLanguage): KeywordRole[] {
  const roles: KeywordRole[] = [];
  const roleAt = language === 'en' ? englishRole : spanishRole;
  for (let at = sentence.first; at < sentence.last; at++)
    roles.push(isCandidate(tokens[at]!, language) ? roleAt(tokens, at, sentence, roles.at(-1) ?? 'none') : 'none');
  return roles;
}

function isCandidate({ kind, folded, text }: Token, language: FullLanguage): boolean {
  const short = folded.length < 2 || (folded.length === 2 && text !== text.toUpperCase());
  return (
    kind === 'word' &&
    !short &&
    folded.length <= longestWord &&
    (!stopWords[language].has(folded) || gradable[language].has(folded)) &&
    !isNumberWord(folded)
  );
}

const isName = (tokens: readonly Token[], at: number, { first }: Sentence): boolean =>
  /^\p{Lu}/u.test(tokens[at]!.text) && at > first && !/^["“«¿¡•*–-]$/.test(tokens[at - 1]!.text);

/** Before a verb, never before a noun. */
const englishSubjects = wordSet(
  "i you we they he she it who there to please let's can could will would should must may might do does did don't doesn't didn't can't won't",
);
/** Subjects behind which a verb or an adverb stands. */
const englishPronouns = wordSet('i we they he she nobody everybody somebody everyone someone anyone who');
/** Verbs behind which an adjective stands at the end of a clause, and adverbs before it. */
const englishLinks = wordSet(
  "is are was were be been being it's that's isn't wasn't aren't too very quite feel feels felt look looks looked seem seems seemed become becomes became stay stays",
);
/** Before a noun or its adjective, never before a finite verb. */
const englishOpeners = wordSet(
  'the a an our your my their his her its this these those some any every each no both many several few more most less of in on at by for with from into about between among like as over under through without within across after before during per near around',
);
/** After a verb, seldom after a noun. */
const englishObjects = wordSet(
  'the a an our your my their his her its this that these those it them us me you him only not how what why when where more less all every each both up out down off back because',
);

/** Before a present participle that is no noun. */
const progressives = wordSet(
  "am is are was were be been i'm we're they're you're it's keep keeps kept stop stops stopped start starts started",
);
const determiners = wordSet('the a an our your my their his her its this that these those some any every each no');

interface EnglishPlace {
  readonly previous: string;
  readonly opened: boolean;
  readonly object: boolean;
  readonly nominalNext: boolean;
}

/** An English word that can be a verb is one after "to" or a pronoun, and where an object follows and no determiner stands before. */
function englishRole(tokens: readonly Token[], at: number, sentence: Sentence, before: KeywordRole): KeywordRole {
  const token = tokens[at]!;
  const word = token.folded.replace(/'s$/, '');
  if (/'(?:t|re|ve|ll|m|d)$/.test(word) || isEnglishAdverb(word)) return 'none';
  if (isName(tokens, at, sentence)) return 'name';
  const place = englishPlace(tokens, at, sentence, before);
  if (gradable.en.has(word)) return 'weak';
  if (englishPronouns.has(place.previous) || isEnglishVerb(word, place, before)) return 'none';
  if (englishLinks.has(place.previous) && !place.nominalNext && /(?:[^aeiou]y|ful|ous|[ai]ble|ive|less|ic|ish|ed|ent|ant)$/.test(word))
    return 'adjective';
  const kind = kindOf(token, 'en');
  if (word.endsWith('ing') && word.length > 5) {
    const acts = progressives.has(place.previous) || (place.object && !determiners.has(place.previous) && before !== 'adjective');
    if (acts) return 'none'; // "are talking", "running a choir"
    if (kind === 'verb') return englishGerund(place, at === sentence.first);
  }
  if (isPast(word)) return 'adjective';
  if (kind === 'verb' && before === 'noun' && baseOfThird(word) !== undefined) return 'none'; // "discrimination exists", "the farm grows tomatoes"
  if (kind === 'verb') return place.opened || before !== 'none' ? 'noun' : 'none';
  if (kind === 'adjective') return place.opened && !place.nominalNext && englishOpeners.has(place.previous) ? 'noun' : 'adjective';
  return 'noun';
}

function englishPlace(tokens: readonly Token[], at: number, { first, last }: Sentence, before: KeywordRole): EnglishPlace {
  const previous = at > first ? tokens[at - 1]!.folded : '';
  const next = at + 1 < last ? tokens[at + 1]! : undefined;
  return {
    previous,
    opened:
      englishOpeners.has(previous) ||
      before === 'adjective' ||
      before === 'weak' ||
      (at > first && tokens[at - 1]!.kind === 'number') ||
      isNumberWord(previous),
    object: next !== undefined && (englishObjects.has(next.folded) || next.kind === 'number' || isNumberWord(next.folded)),
    nominalNext: next !== undefined && isCandidate(next, 'en') && kindOf(next, 'en') !== 'verb' && !startsPredicate(tokens, at + 1, last),
  };
}

/** "onboarding fails when": a third person before a word that is no part of a noun phrase. */
const startsPredicate = (tokens: readonly Token[], at: number, last: number): boolean =>
  baseOfThird(tokens[at]!.folded) !== undefined && at + 1 < last && englishObjects.has(tokens[at + 1]!.folded);

function isEnglishVerb(word: string, { previous, opened, object }: EnglishPlace, before: KeywordRole): boolean {
  if (opened) return false;
  const past = isPast(word) || strongPasts.has(word);
  const third = baseOfThird(word) !== undefined;
  if (!past && !third && !isVerb(word)) return false;
  if (englishSubjects.has(previous) || timeAdverbs.has(previous) || object) return true;
  if (third && before === 'noun' && mostlyVerbs.has(word) && !isPlural(previous) && !showing.test(previous)) return true;
  if (before !== 'noun' && before !== 'name') return past && !word.endsWith('ed');
  if (past) return true;
  const many = isPlural(previous) || /[^su]s$/.test(previous);
  if (many && /(?:sales|goods|systems|operations|communications|sports|savings|analytics|is)$/.test(previous)) return false;
  return many && !third;
}
/** Third persons that are seldom the plural of a noun behind another noun: "the salary starts", but "trade shows". */
const mostlyVerbs = wordSet(
  'shows starts matters marks works helps needs turns runs moves stops holds looks reads rises falls drops ends means hides saves grows fails ships waits cuts lets sets hits beats lasts pays claims aims comes goes gives takes makes keeps gets wants says asks learns earns wins loses finds feels becomes remains stays depends',
);
const showing = /^(?:trade|talk|game|reality|tv|fashion|air|head|kick|paper|short|road|house|patch|art|field|script|steel|water)$/;
const timeAdverbs = wordSet('now also still often always never then soon usually sometimes already');
/** Pasts that the verb list does not know. */
const strongPasts = wordSet(
  'sank hung sang rang swam shrank sprang stank drank began wore tore swore bore shook woke froze chose rode strode drove hid bit slid lit fed bred sped led swung stung clung flung strung spun',
);
const isPast = (word: string): boolean => baseOf(word) !== undefined || (word.length > 4 && /[^e]ed$/.test(word) && !isKnownForm(word));

/** "paying users", "public speaking", but "they keep losing nurses". */
function englishGerund({ previous, opened, object, nominalNext }: EnglishPlace, first: boolean): KeywordRole {
  if (object || !(opened || first || /^(?:[.,:;!?–—-]|and|or|but|than)$/.test(previous))) return 'none';
  return nominalNext ? 'adjective' : 'noun';
}

const isEnglishAdverb = (word: string): boolean =>
  word.length > 4 &&
  /(?:[^aeiou]|[^aeiou]e)ly$/.test(word) &&
  !/^(?:assembly|family|supply|reply|weekly|monthly|daily|quarterly|anomaly|monopoly|homily)$/.test(word) &&
  !englishClasses.purenoun!(word, {} as Token);

/** A Spanish word that can be a verb is one unless a determiner or a preposition stands before it. */
function spanishRole(tokens: readonly Token[], at: number, sentence: Sentence, before: KeywordRole): KeywordRole {
  const token = tokens[at]!;
  const word = token.folded;
  if (word.endsWith('mente') || (/^j[aeo]/.test(word) && /^(?:j[aeo])+$/.test(word))) return 'none';
  if (isName(tokens, at, sentence)) return 'name';
  const previous = at > sentence.first ? tokens[at - 1]!.folded : '';
  const pronoun =
    /^l[ao]s?$/.test(previous) && at - 2 >= sentence.first && spanishSubjects.has(tokens[at - 2]!.folded) && verbForms(word).length > 0;
  const opened = (spanishOpeners.has(previous) && !pronoun) || before === 'weak'; // "no la resuelve"
  const nominal = before === 'noun' || before === 'name' || before === 'adjective';
  const listed = nounForm(word)?.listed === true;
  const describes = adjectiveForm(word) !== undefined || hasForm(word, 'part');
  if (gradable.es.has(word)) return opened && listed && !isCandidate(tokens[at + 1] ?? token, 'es') ? 'noun' : 'weak';
  if (opened && (listed || !describes)) return listed || !isVerbal(word, previous) ? 'noun' : 'none';
  if (describes) return 'adjective';
  if (isSpanishVerb(word, previous, listed, nominal, tokens[at + 1])) return 'none';
  return nominal ? 'adjective' : 'noun';
}

/** A verb behind a preposition or behind a pronoun that looks like an article: "de añadirla", "la leo". */
function isVerbal(word: string, previous: string): boolean {
  const article = /^(?:el|un|una|mi|tu|su|este|esta|cada)$/.test(previous);
  if (hasForm(word, 'ger') || withClitics.test(word) || (!article && (hasForm(word, 'inf') || /[aei]r$/.test(word)))) return true;
  const agrees = previous === 'la' ? /(?:[aeiudzn]|ción)$/ : previous === 'las' ? /[ae]s$/ : previous === 'los' ? /[oae]s$/ : /./;
  return verbForms(word).length > 0 && (!agrees.test(word) || /[áéaei]mos$/.test(word));
}

function isSpanishVerb(word: string, previous: string, listed: boolean, nominal: boolean, next: Token | undefined): boolean {
  const forms = verbForms(word);
  const afterSubject = spanishSubjects.has(previous);
  if (forms.length > 0) {
    if (forms.every((form) => form === '2s') && /[aeo]s$/.test(word)) return (afterSubject || previous === '') && !listed;
    if (nominal || afterSubject || !nounForm(word)) return true;
    return spanishObjects.has(next?.folded ?? '');
  }
  if (listed) return false;
  return (
    (afterSubject && !/(?:ción|dad|miento)$/.test(word)) ||
    (nominal ? verbLike.test(word) && !word.endsWith('é') : verbLike.test(word) || /[aei]r$/.test(word)) ||
    withClitics.test(word)
  );
}

/** Before a verb, seldom before a noun. */
const spanishSubjects = wordSet(
  'me te se nos os lo le les no ya que quien quienes si cuando también nunca siempre donde yo tú él ella nosotros ellos ellas',
);
/** After a verb, seldom after a noun. */
const spanishObjects = wordSet('el la los las un una unos unas tu tus su sus mi mis nuestro nuestra al que');
const spanishOpeners = wordSet(
  'el la los las un una unos unas del al de en con por para sin sobre entre hacia desde hasta contra según mi mis tu tus su sus nuestro nuestra nuestros nuestras este esta estos estas ese esa esos esas aquel aquella cada cualquier algún alguna algunos algunas ningún ninguna otro otra otros otras mucho mucha muchos muchas poco pocas pocos varios varias más menos qué cuánto cuánta cuántos',
);
/** Endings of verbs: of an unknown word behind no determiner. */
const verbLike = /(?:[áéaei]mos|aron|ieron|[aie]ran|aban?|ando|iendo|ó|é|[aei]n|[aei]rá[ns]?|[aei]ría[ns]?)$/;
const withClitics = /(?:[aei]r(?:l[aeo]s?|les?|se|me|nos)|ndo(?:l[aeo]s?|se)|[áéí][a-z]{1,6}(?:l[ao]s?|les?|me|nos))$/;
