import {
  familyNames,
  firstNames,
  knownOrganisations,
  notNames,
  organisationOpeners,
  organisationWords,
  personContext,
  personTitles,
} from './data/names.ts';
import { placeClosers, placeOpeners, places } from './data/places.ts';
import { sentenceStarters, stopWords } from './data/stop-words.ts';
import { type Word, wordFact, wordOf } from './vocabulary.ts';

const legalForm = /^(?:s\.?a\.?|s\.?l\.?|s\.?a\.?s\.?|s\.?a\.?u\.?|s\.?l\.?u\.?|inc\.?|ltd\.?|llc|plc|gmbh|corp\.?)$/;
const nationalities =
  /^(?:american|british|european|spanish|french|german|chinese|portuguese|italian|mexican|english|african|asian|canadian|australian|japanese|indian|brazilian)$/;
const tradeWords =
  /^(?:inc|corp|ltd|llc|plc|gmbh|freight|cargo|logistics|group|holdings|labs?|robotics|technolog(?:y|ies)|systems|solutions|software|studios?|partners|ventures|capital|consulting|analytics|airlines|airways|motors|energy|media|networks|foods?|insurance|bank|foundation|university|hospital|records|seguros|logística|transportes|alimentos|laboratorios|consultores|hermanos)\.?$/;
/** What a company does and a word at the start of a sentence does not. */
const organisationVerbs =
  /^(?:hired|hires|acquired|acquires|closes|raised|launches|launched|announced|announces|sponsors|cierra|patrocina|lanza|lanzó|contrata|contrató|anuncia|anunció|despide|despidió|adquiere|adquirió|compró)$/;

/** What the lists and patterns of names say of a word; each is one bit. */
const tests = {
  isPart: ({ text, folded, isCapital }) => isCapital && !notNames.has(folded) && !personTitles.has(folded) && text.length <= 40,
  isAbbreviated: ({ text, folded }) => organisationWords.has(folded) || /^(?:\p{Lu}\.){2,}$/u.test(text) || /^(?:Jr|St)\.$/.test(text),
  isStop: ({ folded }) => stopWords.en.has(folded) || stopWords.es.has(folded),
  isStarter: ({ folded }) => stopWords.en.has(folded) || stopWords.es.has(folded) || sentenceStarters.has(folded),
  isFirstName: ({ folded }) => firstNames.has(folded),
  isFamilyName: ({ folded }) => familyNames.has(folded),
  isTitle: ({ folded }) => personTitles.has(folded),
  isPersonContext: ({ folded }) => personContext.has(folded),
  isPlace: ({ folded }) => places.has(folded),
  opensPlace: ({ folded }) => placeOpeners.has(folded),
  closesPlace: ({ folded }) => placeClosers.has(folded),
  isBeforePlace: ({ folded }) => /^(?:river|lake|mount|río|lago|monte|isla|volcán|cerro|calle|avenida|plaza)$/.test(folded),
  isOrganisation: ({ folded }) => knownOrganisations.has(folded),
  isOrganisationWord: ({ folded }) => organisationWords.has(folded),
  opensOrganisation: ({ folded }) => organisationOpeners.has(folded),
  isOrganisationVerb: ({ folded }) => organisationVerbs.test(folded),
  isTrade: ({ folded }) => tradeWords.test(folded),
  isNationality: ({ folded, isCapital }) => isCapital && nationalities.test(folded),
  isLegalForm: ({ folded }) => legalForm.test(folded),
  joinsPeople: ({ folded }) => /^(?:de|del|da|dos|van|von)$/.test(folded),
  joinsOrganisation: ({ folded }) => /^(?:of|for|e|y|sin|without)$/.test(folded),
  isAnd: ({ folded }) => /^(?:y|e)$/.test(folded),
  isArticle: ({ folded }) => /^(?:la|las|los|el|the|der)$/.test(folded),
} satisfies Record<string, (word: Word) => boolean>;

type Test = keyof typeof tests;

const names = Object.keys(tests) as Test[];
const bits = Object.fromEntries(names.map((name, index) => [name, 1 << index])) as Record<Test, number>;
const answers = wordFact((word) => names.reduce((sum, name) => (tests[name](word) ? sum | bits[name] : sum), 0));

/** The tests of words by name, each a look at one bit. */
export const wordIs = Object.fromEntries(
  names.map((name) => [name, (word: Word): boolean => (answers(word) & bits[name]) !== 0]),
) as Readonly<Record<Test, (word: Word) => boolean>>;

/** Whether a word is a name on a list by itself. */
const listed = bits.isPlace | bits.isOrganisation | bits.isFirstName;
export const isListedName = (word: Word): boolean => (answers(word) & listed) !== 0;

/** "Ana" of "Ana's", in lower case. */
export const ownerOf = wordFact(({ folded }) => wordOf(folded.replace(/'s$/, '')));
