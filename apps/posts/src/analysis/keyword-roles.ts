import { genericNouns, gradableAdjectives } from './data/generic-words.ts';
import { stopWords } from './data/stop-words.ts';
import { baseOf, baseOfThird, englishClasses, isKnownForm, isPlural, isVerb } from './grammar/english-words.ts';
import { hasForm, verbForms } from './grammar/spanish-verbs.ts';
import { adjectiveForm, nounForm } from './grammar/spanish-words.ts';
import { spanishNoun } from './inflect.ts';
import { type FullLanguage, type Sentence, type TextDocument, type Token, wordSet } from './text-document.ts';
import { sharedFact, type Word, wordFact, wordOf } from './vocabulary.ts';
import { englishKind } from './word-kinds.ts';

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

/** The role of each token of a text, in order. */
export function keywordRoles({ tokens, sentences }: TextDocument, language: FullLanguage): KeywordRole[] {
  const roles: KeywordRole[] = [];
  const roleAt = language === 'en' ? englishRole : spanishRole;
  for (const sentence of sentences) {
    let before: KeywordRole = 'none';
    for (let at = sentence.first; at < sentence.last; at++) {
      before = isCandidate(tokens[at]!, language) ? roleAt(tokens, at, sentence, before) : 'none';
      roles.push(before);
    }
  }
  return roles;
}

const isCandidate = ({ kind, word }: Token, language: FullLanguage): boolean => kind === 'word' && canBeKeyword[language](word);

const canBeKeyword = { en: wordFact(isTopical('en')), es: wordFact(isTopical('es')) };
function isTopical(language: FullLanguage) {
  return ({ folded, text }: Word): boolean => {
    const short = folded.length < 2 || (folded.length === 2 && text !== text.toUpperCase());
    return (
      !short &&
      folded.length <= longestWord &&
      (!stopWords[language].has(folded) || gradable[language].has(folded)) &&
      !isNumberWord(folded)
    );
  };
}

const isName = (tokens: readonly Token[], at: number, { first }: Sentence): boolean =>
  tokens[at]!.word.isCapital && at > first && !opensQuote(tokens[at - 1]!.word);
const opensQuote = wordFact(({ text }) => /^["“«¿¡•*–-]$/.test(text));

/** Stands for the word before the first one of a sentence. */
const nothing = wordOf('');

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

/** What an English word can be, wherever it stands. */
const english = sharedFact((word) => {
  const { folded } = word;
  const bare = folded.replace(/'s$/, '');
  return {
    isNever: /'(?:t|re|ve|ll|m|d)$/.test(bare) || isEnglishAdverb(bare),
    isGradable: gradable.en.has(bare),
    isVerb: isVerb(bare),
    isPast: isPast(bare),
    isThird: baseOfThird(bare) !== undefined,
    isRegularPast: bare.endsWith('ed'),
    isGerund: bare.endsWith('ing') && bare.length > 5,
    isStrongPast: strongPasts.has(bare),
    isMostlyVerb: mostlyVerbs.has(bare),
    describes: /(?:[^aeiou]y|ful|ous|[ai]ble|ive|less|ic|ish|ed|ent|ant)$/.test(bare),
    kind: englishKind(word),
    // of a word before or behind it
    isNumber: isNumberWord(folded),
    opens: englishOpeners.has(folded),
    isPronoun: englishPronouns.has(folded),
    isSubject: englishSubjects.has(folded),
    isLink: englishLinks.has(folded),
    isObject: englishObjects.has(folded) || isNumberWord(folded),
    isThirdPerson: baseOfThird(folded) !== undefined,
    isPlural: isPlural(folded),
    isProgressive: progressives.has(folded),
    isDeterminer: determiners.has(folded),
    isTimeAdverb: timeAdverbs.has(folded),
    showsNouns: showing.test(folded),
    isMany: isPlural(folded) || /[^su]s$/.test(folded),
    isOneThing: /(?:sales|goods|systems|operations|communications|sports|savings|analytics|is)$/.test(folded),
    opensGerund: /^(?:[.,:;!?–—-]|and|or|but|than)$/.test(folded),
  };
});
type EnglishWord = ReturnType<typeof english>;

interface EnglishPlace {
  readonly previous: EnglishWord;
  readonly opened: boolean;
  readonly object: boolean;
  readonly nominalNext: boolean;
}

/** An English word that can be a verb is one after "to" or a pronoun, and where an object follows and no determiner stands before. */
function englishRole(tokens: readonly Token[], at: number, sentence: Sentence, before: KeywordRole): KeywordRole {
  const own = english(tokens[at]!.word);
  if (own.isNever) return 'none';
  if (isName(tokens, at, sentence)) return 'name';
  if (own.isGradable) return 'weak';
  const place = englishPlace(tokens, at, sentence, before);
  const { previous, opened, nominalNext } = place;
  if (previous.isPronoun || isEnglishVerb(own, place, before)) return 'none';
  if (previous.isLink && !nominalNext && own.describes) return 'adjective';
  if (own.isGerund) {
    const acts = previous.isProgressive || (place.object && !previous.isDeterminer && before !== 'adjective');
    if (acts) return 'none'; // "are talking", "running a choir"
    if (own.kind === 'verb') return englishGerund(place, at === sentence.first);
  }
  if (own.isPast) return 'adjective';
  if (own.kind === 'verb' && before === 'noun' && own.isThird && !nominalNext) return 'none'; // "discrimination exists", "the farm grows tomatoes"
  if (own.kind === 'verb') return opened || before !== 'none' ? 'noun' : 'none';
  if (own.kind === 'adjective') return opened && !nominalNext && previous.opens ? 'noun' : 'adjective';
  return 'noun';
}

function englishPlace(tokens: readonly Token[], at: number, { first, last }: Sentence, before: KeywordRole): EnglishPlace {
  const previous = english(at > first ? tokens[at - 1]!.word : nothing);
  const next = at + 1 < last ? tokens[at + 1]! : undefined;
  const following = next && english(next.word);
  return {
    previous,
    opened:
      previous.opens ||
      before === 'adjective' ||
      before === 'weak' ||
      (at > first && tokens[at - 1]!.kind === 'number') ||
      previous.isNumber,
    object: next !== undefined && (following!.isObject || next.kind === 'number'),
    nominalNext: next !== undefined && isCandidate(next, 'en') && following!.kind !== 'verb' && !startsPredicate(tokens, at + 1, last),
  };
}

/** "onboarding fails when": a third person before a word that is no part of a noun phrase. */
const startsPredicate = (tokens: readonly Token[], at: number, last: number): boolean =>
  english(tokens[at]!.word).isThirdPerson && at + 1 < last && englishObjects.has(tokens[at + 1]!.folded);

function isEnglishVerb(own: EnglishWord, { previous, opened, object }: EnglishPlace, before: KeywordRole): boolean {
  if (opened) return false;
  const past = own.isPast || own.isStrongPast;
  if (!past && !own.isThird && !own.isVerb) return false;
  if (previous.isSubject || previous.isTimeAdverb || object) return true;
  if (own.isThird && before === 'noun' && own.isMostlyVerb && !previous.isPlural && !previous.showsNouns) return true;
  if (before !== 'noun' && before !== 'name') return past && !own.isRegularPast;
  if (past) return true;
  if (previous.isMany && previous.isOneThing) return false;
  return previous.isMany && !own.isThird;
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
  if (object || !(opened || first || previous.opensGerund)) return 'none';
  return nominalNext ? 'adjective' : 'noun';
}

const isEnglishAdverb = (word: string): boolean =>
  word.length > 4 &&
  /(?:[^aeiou]|[^aeiou]e)ly$/.test(word) &&
  !/^(?:assembly|family|supply|reply|weekly|monthly|daily|quarterly|anomaly|monopoly|homily)$/.test(word) &&
  !englishClasses.purenoun!(word, {} as Token);

/** What a Spanish word can be, wherever it stands. */
const spanish = sharedFact(({ folded }) => {
  const forms = verbForms(folded);
  const noun = nounForm(folded);
  return {
    isNever: folded.endsWith('mente') || (/^j[aeo]/.test(folded) && /^(?:j[aeo])+$/.test(folded)),
    isGradable: gradable.es.has(folded),
    isNoun: noun !== undefined,
    isListed: noun?.listed === true,
    describes: adjectiveForm(folded) !== undefined || hasForm(folded, 'part'),
    isVerb: forms.length > 0,
    isSecond: forms.every((form) => form === '2s') && /[aeo]s$/.test(folded),
    isGerund: hasForm(folded, 'ger') || withClitics.test(folded),
    isInfinitive: hasForm(folded, 'inf') || /[aei]r$/.test(folded),
    isFirstPlural: /[áéaei]mos$/.test(folded),
    agrees: { la: /(?:[aeiudzn]|ción)$/.test(folded), las: /[ae]s$/.test(folded), los: /[oae]s$/.test(folded) },
    isAbstract: /(?:ción|dad|miento)$/.test(folded),
    looksVerbal: verbLike.test(folded),
    isPreterite: folded.endsWith('é'),
    endsAsInfinitive: /[aei]r$/.test(folded),
    hasClitics: withClitics.test(folded),
    // of a word before or behind it
    opens: spanishOpeners.has(folded),
    isSubject: spanishSubjects.has(folded),
    isObject: spanishObjects.has(folded),
    isPronoun: /^l[ao]s?$/.test(folded),
    isArticle: /^(?:el|un|una|mi|tu|su|este|esta|cada)$/.test(folded),
    article: folded === 'la' || folded === 'las' || folded === 'los' ? (folded as 'la' | 'las' | 'los') : null,
  };
});
type SpanishWord = ReturnType<typeof spanish>;

/** A Spanish word that can be a verb is one unless a determiner or a preposition stands before it. */
function spanishRole(tokens: readonly Token[], at: number, sentence: Sentence, before: KeywordRole): KeywordRole {
  const token = tokens[at]!;
  const own = spanish(token.word);
  if (own.isNever) return 'none';
  if (isName(tokens, at, sentence)) return 'name';
  const previous = spanish(at > sentence.first ? tokens[at - 1]!.word : nothing);
  const pronoun = previous.isPronoun && own.isVerb && at - 2 >= sentence.first && spanish(tokens[at - 2]!.word).isSubject;
  const opened = (previous.opens && !pronoun) || before === 'weak'; // "no la resuelve"
  if (own.isGradable) return opened && own.isListed && !isCandidate(tokens[at + 1] ?? token, 'es') ? 'noun' : 'weak';
  if (opened && (own.isListed || !own.describes)) return own.isListed || !isVerbal(own, previous) ? 'noun' : 'none';
  if (own.describes) return 'adjective';
  const nominal = before === 'noun' || before === 'name' || before === 'adjective';
  if (isSpanishVerb(own, at > sentence.first ? previous : undefined, nominal, tokens[at + 1])) return 'none';
  return nominal ? 'adjective' : 'noun';
}

/** A verb behind a preposition or behind a pronoun that looks like an article: "de añadirla", "la leo". */
function isVerbal(own: SpanishWord, previous: SpanishWord): boolean {
  if (own.isGerund || (!previous.isArticle && own.isInfinitive)) return true;
  const agrees = previous.article === null || own.agrees[previous.article];
  return own.isVerb && (!agrees || own.isFirstPlural);
}

/** @param previous undefined at the start of a sentence */
function isSpanishVerb(own: SpanishWord, previous: SpanishWord | undefined, nominal: boolean, next: Token | undefined): boolean {
  const afterSubject = previous?.isSubject === true;
  if (own.isVerb) {
    if (own.isSecond) return (afterSubject || previous === undefined) && !own.isListed;
    if (nominal || afterSubject || !own.isNoun) return true;
    return next !== undefined && spanish(next.word).isObject;
  }
  if (own.isListed) return false;
  return (
    (afterSubject && !own.isAbstract) ||
    (nominal ? own.looksVerbal && !own.isPreterite : own.looksVerbal || own.endsAsInfinitive) ||
    own.hasClitics
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
