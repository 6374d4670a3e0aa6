import type { Sentence, TextDocument, Token } from '../text-document.ts';
import { wordFact } from '../vocabulary.ts';
import { findingOf, type GrammarFinding } from './grammar-rule.ts';
import { afterComplement, pluralPast, pluralVerb, quantity, secondSubject, unaccentedPast } from './spanish-subjects.ts';
import { hasForm, isVerbForm, verbForms } from './spanish-verbs.ts';
import { adjectiveForm, agree, type Gender, type NounForm, nounForm, takesMasculineArticle } from './spanish-words.ts';

/** Determiners by gender and number: masculine and feminine singular, masculine and feminine plural. */
const sets =
  `el la los las|un una unos unas|este esta estos estas|ese esa esos esas|aquel aquella aquellos aquellas|nuestro nuestra nuestros nuestras
vuestro vuestra vuestros vuestras|mucho mucha muchos muchas|poco poca pocos pocas|otro otra otros otras|algún alguna algunos algunas|ningún ninguna - -
varios varias varios varias|tanto tanta tantos tantas|demasiado demasiada demasiados demasiadas|mismo misma mismos mismas|primer primera primeros primeras`
    .split(/[|\n]/)
    .map((set) => set.trim().split(' '));
const possessives: readonly (readonly [string, string])[] = [
  ['mi', 'mis'],
  ['tu', 'tus'],
  ['su', 'sus'],
];
interface Determiner {
  readonly gender: Gender;
  readonly plural: boolean;
  readonly forms: readonly string[];
}
const determiners = new Map<string, Determiner>();
for (const forms of sets)
  for (const [at, form] of forms.entries())
    if (form !== '-' && !determiners.has(form))
      determiners.set(form, { gender: at % 2 ? 'f' : 'm', plural: at > 1 || forms[0] === 'varios', forms });
for (const [one, many] of possessives)
  for (const form of [one, many]) determiners.set(form, { gender: 'both', plural: form === many, forms: [one, one, many, many] });
determiners.set('del', { gender: 'm', plural: false, forms: ['del', 'de la', 'de los', 'de las'] });
determiners.set('al', { gender: 'm', plural: false, forms: ['al', 'a la', 'a los', 'a las'] });

const pluralNumbers = new Set('dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta cien'.split(' '));
const copulas = new Map(
  Object.entries({
    es: 'son',
    está: 'están',
    era: 'eran',
    fue: 'fueron',
    estaba: 'estaban',
    será: 'serán',
    estará: 'estarán',
    ha: 'han',
    había: 'habían',
    tiene: 'tienen',
    quiere: 'quieren',
    puede: 'pueden',
    debe: 'deben',
    va: 'van',
    hace: 'hacen',
    dice: 'dicen',
    sabe: 'saben',
    necesita: 'necesitan',
    trabaja: 'trabajan',
    busca: 'buscan',
    llega: 'llegan',
    empieza: 'empiezan',
    sigue: 'siguen',
    parece: 'parecen',
    ofrece: 'ofrecen',
    crece: 'crecen',
    ayuda: 'ayudan',
    permite: 'permiten',
    incluye: 'incluyen',
    abre: 'abren',
    cierra: 'cierran',
    sirve: 'sirven',
    funciona: 'funcionan',
    vive: 'viven',
    viene: 'vienen',
    tenía: 'tenían',
    quería: 'querían',
    podía: 'podían',
    tuvo: 'tuvieron',
    hizo: 'hicieron',
    dijo: 'dijeron',
    tendrá: 'tendrán',
    llegó: 'llegaron',
    empezó: 'empezaron',
    ganó: 'ganaron',
    perdió: 'perdieron',
    creció: 'crecieron',
    piensa: 'piensan',
    cree: 'creen',
    prefiere: 'prefieren',
    espera: 'esperan',
    merece: 'merecen',
    aprende: 'aprenden',
    paga: 'pagan',
    cuesta: 'cuestan',
    vende: 'venden',
    compra: 'compran',
    habla: 'hablan',
    muestra: 'muestran',
    cambia: 'cambian',
    gusta: 'gustan',
    importa: 'importan',
    falta: 'faltan',
    subió: 'subieron',
    bajó: 'bajaron',
    fueron: 'fueron',
  }),
);
const toSingular = new Map([...copulas].map(([one, many]) => [many, one] as const).filter(([many, one]) => many !== one));
toSingular.delete('cuentan');
const links = new Set(
  'es son era eran fue fueron está están estaba estaban será serán parece parecen sigue siguen quedó quedaron resultó resultaron'.split(
    ' ',
  ),
);
/** Nouns that give a time and are no subject, or that take either number. */
const noSubject = new Set(
  'lunes martes miércoles jueves viernes sábado sábados domingo domingos días día años año meses mes semanas semana veces vez horas hora noches noche mañanas tardes tarde fines mayoría mitad parte resto minoría serie par docena montón infinidad grupo conjunto número total tercio suma cantidad tipo variedad gracias'.split(
    ' ',
  ),
);

interface Phrase {
  readonly determiner: Determiner | undefined;
  readonly determinerAt: number;
  readonly before: number | undefined;
  readonly nounAt: number;
  readonly noun: NounForm;
  readonly plural: boolean;
}

/** Agreement of article, adjective and noun, and of subject and verb. */
export function findSpanishAgreement(document: TextDocument): GrammarFinding[] {
  return document.sentences.flatMap((sentence) => {
    const found: GrammarFinding[] = [];
    for (let at = sentence.first; at < sentence.last; at++) {
      const phrase = readPhrase(document.tokens, at, sentence);
      if (phrase) found.push(...checkPhrase(document, phrase, sentence));
    }
    return found;
  });
}

function readPhrase(tokens: readonly Token[], at: number, sentence: Sentence): Phrase | undefined {
  const folded = tokens[at]!.folded;
  const determiner = determiners.get(folded);
  const counted = pluralNumbers.has(folded);
  if (!determiner && !counted) return undefined;
  const wordAt = (index: number) => (index < sentence.last && tokens[index]!.kind === 'word' ? tokens[index]!.folded : '');
  const next = wordAt(at + 1);
  if (!next || /^\p{Lu}/u.test(tokens[at + 1]!.text)) return undefined;
  const direct = nounOf(next, determiner, tokens[at + 1]!);
  const adjective = direct ? undefined : adjectiveForm(next);
  const noun = direct ?? (adjective ? nounOf(wordAt(at + 2), undefined, tokens[at + 2]!) : undefined);
  if (!noun) return undefined;
  const nounAt = direct ? at + 1 : at + 2;
  return {
    determiner,
    determinerAt: at,
    before: direct ? undefined : at + 1,
    nounAt,
    noun,
    plural: noun.anyNumber && determiner ? determiner.plural : noun.plural,
  };
}

const nounHere = wordFact(({ folded }) => nounForm(folded) ?? null);

/** A noun that is no verb here: "la llamo" is a pronoun and a verb. */
function nounOf(word: string, determiner: Determiner | undefined, token: Token | undefined): NounForm | undefined {
  if (!word || !token) return undefined;
  const noun = nounHere(token.word);
  if (!noun || noun.gender === 'both') return noun?.gender === 'both' && noun.listed && !isVerbForm(word) ? noun : undefined;
  const pronoun = determiner?.forms[0] === 'el' || determiner?.forms[0] === 'este';
  const isVerb = verbForms(word).some((form) => form !== 'part' && (form !== '2s' || determiner?.forms[0] === 'el')); // "los llamo", but not "los empleado", "estos ideas"
  return pronoun && isVerb && !agreesWith(determiner, noun) ? undefined : noun;
}

const agreesWith = ({ gender, plural }: Determiner, noun: NounForm): boolean =>
  (plural === noun.plural || noun.anyNumber === true) && (gender === noun.gender || gender === 'both' || noun.gender === 'both');

function checkPhrase(document: TextDocument, phrase: Phrase, sentence: Sentence): GrammarFinding[] {
  const { tokens } = document;
  const { determiner, determinerAt, noun, nounAt, before } = phrase;
  const found: (GrammarFinding | undefined)[] = [];
  const word = tokens[nounAt]!.folded;
  if (determiner && !agreesWith(determiner, noun)) {
    const masculine = takesMasculineArticle(word) && /^(?:el|un|algún|ningún|del|al)$/.test(tokens[determinerAt]!.folded);
    const pronounUse = tokens[determinerAt]!.folded === 'mismo' || (tokens[determinerAt]!.folded === 'primer' && !noun.listed);
    if (!masculine && !pronounUse) found.push(determinerFinding(document, phrase, determiner));
  } else if (!determiner && !noun.plural && before === undefined && !/^(?:por|y|las|los|a)$/.test(tokens[determinerAt - 1]?.folded ?? ''))
    return [];
  const number = determiner ? phrase.plural : true;
  if (before !== undefined) found.push(adjectiveFinding(document, before, noun, number));
  found.push(followingAdjective(document, phrase, sentence), verbFinding(document, phrase, sentence));
  return found.filter((finding) => finding !== undefined);
}

function determinerFinding(
  document: TextDocument,
  { determinerAt, nounAt, noun }: Phrase,
  determiner: Determiner,
): GrammarFinding | undefined {
  const ownNumber = nounInNumber(document, determinerAt, nounAt, noun, determiner);
  if (ownNumber) return ownNumber;
  const gender = noun.gender === 'both' ? determiner.gender : noun.gender;
  const right = determiner.forms[(noun.plural ? 2 : 0) + (gender === 'f' ? 1 : 0)];
  if (!right || right === '-') return undefined;
  return findingOf(document, determinerAt, determinerAt + 1, right, { rule: 'agreement', confidence: noun.listed ? 0.93 : 0.85 });
}

/** "Los cliente esperan", "un problemas": the noun has the wrong number where the verb goes with the determiner, and behind "un". */
function nounInNumber(
  document: TextDocument,
  determinerAt: number,
  nounAt: number,
  { gender, plural }: NounForm,
  determiner: Determiner,
): GrammarFinding | undefined {
  if (determiner.plural === plural || (gender !== determiner.gender && gender !== 'both' && determiner.gender !== 'both')) return undefined;
  const [article, next] = [document.tokens[determinerAt]!.folded, document.tokens[nounAt + 1]?.folded ?? ''];
  if (!/^(?:un|una)$/.test(article) && !hasForm(next, determiner.plural ? '3p' : '3s')) return undefined;
  const word = document.tokens[nounAt]!.folded;
  const right = plural
    ? word
        .replace(/ones$/, 'ón')
        .replace(/ces$/, 'z')
        .replace(/([dlnrj])es$/, '$1')
        .replace(/s$/, '')
    : pluralOf(word);
  return right === word ? undefined : findingOf(document, nounAt, nounAt + 1, right, { rule: 'agreement', confidence: 0.88 });
}

const pluralOf = (word: string): string =>
  /[aeiouáé]$/.test(word) ? `${word}s` : word.endsWith('z') ? `${word.slice(0, -1)}ces` : `${word.replace(/ón$/, 'on')}es`;

/** A participle behind a noun agrees with it: "la factura firmada". */
function participleForm(word: string): { readonly gender: Gender; readonly plural: boolean; readonly base: string } | undefined {
  const [, stem, vowel, many] = /^(.{2,}[ai]d)([oa])(s?)$/.exec(word) ?? [];
  if (!stem || !hasForm(`${stem}o`, 'part') || /^(?:dad|debid|incluid|segu|sid)[oa]?/.test(word)) return undefined;
  return { gender: vowel === 'a' ? 'f' : 'm', plural: many === 's', base: `${stem}o` };
}

function adjectiveFinding(document: TextDocument, at: number, { gender, listed }: NounForm, plural: boolean): GrammarFinding | undefined {
  const own = adjectiveForm(document.tokens[at]!.folded) ?? participleForm(document.tokens[at]!.folded);
  if (!own || (own.plural === plural && (own.gender === gender || own.gender === 'both' || gender === 'both'))) return undefined;
  if (gender === 'both' && own.plural === plural) return undefined;
  const right = agree(own.base, gender === 'both' ? own.gender : gender, plural);
  return right ? findingOf(document, at, at + 1, right, { rule: 'agreement', confidence: listed ? 0.92 : 0.8 }) : undefined;
}

function followingAdjective(document: TextDocument, phrase: Phrase, sentence: Sentence): GrammarFinding | undefined {
  const { tokens } = document;
  const at = phrase.nounAt + (/^(?:muy|más|tan|menos|bastante|demasiado|poco)$/.test(tokens[phrase.nounAt + 1]?.folded ?? '') ? 2 : 1);
  const token = tokens[at];
  if (!token || at >= sentence.last || token.kind !== 'word' || isCoordinated(tokens, phrase.determinerAt, sentence)) return undefined;
  const before = tokens[phrase.determinerAt - 1]?.folded ?? '';
  if (/^(?:de|del|o|e|ni)$/.test(before) || /^(?:del|al)$/.test(tokens[phrase.determinerAt]!.folded)) return undefined; // "la lista de los precios nueva"
  const own = adjectiveForm(token.folded) ?? participleForm(token.folded);
  if (
    !own ||
    verbForms(token.folded).some((form) => !/^2|part/.test(form)) ||
    nounForm(token.folded) ||
    /(?:mente|mejor|peor|solo|medio|claro|junto|todo)s?$/.test(token.folded)
  )
    return undefined;
  if (tokens[at + 1]?.kind === 'word' && /^(?:y|o|que)$/.test(tokens[at + 1]!.folded) && own.plural !== phrase.plural) return undefined;
  return adjectiveFinding(document, at, phrase.noun, phrase.plural);
}

/** Whether "y" joins another noun before: "la empresa y el equipo nuevos". */
function isCoordinated(tokens: readonly Token[], at: number, { first }: Sentence): boolean {
  for (let before = at - 1; before >= Math.max(first, at - 5); before--) if (/^(?:y|e|o|ni)$/.test(tokens[before]!.folded)) return true;
  return false;
}

const clauseOpeners = new Set('que porque pero y cuando si aunque como donde mientras'.split(' '));
const subjectDeterminers =
  /^(?:el|la|los|las|un|una|unos|unas|este|esta|estos|estas|ese|esa|esos|esas|nuestros?|nuestras?|mis?|tus?|sus?|muchos|muchas|algunos|algunas|varios|varias|otros|otras|dos|tres|cuatro|cinco)$/;

/** "Los datos es públicos", "El equipo tienen", "La reunión fue largo". */
function verbFinding(document: TextDocument, phrase: Phrase, sentence: Sentence): GrammarFinding | undefined {
  const { tokens } = document;
  const { determinerAt, nounAt, plural, noun } = phrase;
  const previous = tokens[determinerAt - 1];
  const opens = determinerAt === sentence.first || previous?.kind !== 'word' || clauseOpeners.has(previous.folded);
  if (!opens || previous?.text === ',' || !subjectDeterminers.test(tokens[determinerAt]!.folded) || noSubject.has(tokens[nounAt]!.folded))
    return undefined;
  const joined = determinerAt === sentence.first ? secondSubject(tokens, nounAt + 1, sentence) : undefined;
  const many = plural || joined !== undefined;
  let at = afterComplement(tokens, joined ?? nounAt + 1, sentence, copulas);
  if (joined === undefined && at > nounAt + 2 && !many && quantity.has(tokens[nounAt]!.folded)) return undefined;
  if (/^(?:no|se|nos|me|te|les|le|también|ya|siempre|nunca)$/.test(tokens[at]?.folded ?? '')) at++;
  const verb = tokens[at];
  if (!verb || at >= sentence.last || verb.kind !== 'word') return undefined;
  if (verb.folded === 'esta') return unaccentedEsta(document, at, many, sentence);
  const preterite = many ? undefined : unaccentedPast(tokens, at, sentence);
  if (preterite) return findingOf(document, at, at + 1, preterite, { rule: 'accent', confidence: 0.88 });
  if (previous?.folded === 'y' || previous?.folded === 'como') return undefined;
  const right = many ? (copulas.get(verb.folded) ?? pluralVerb(verb.folded) ?? pluralPast(verb.folded)) : toSingular.get(verb.folded);
  const impersonal = /^(?:hace|gusta|importa|falta|cuesta|parece|había|muestra|compra|cambia|ayuda|busca|habla|paga|espera)$/.test(
    many ? verb.folded : (right ?? ''),
  );
  if (right && right !== verb.folded && !impersonal)
    return findingOf(document, at, at + 1, right, { rule: 'subject-verb', confidence: 0.9 });
  return links.has(verb.folded) && joined === undefined ? predicateFinding(document, at + 1, noun, plural, sentence) : undefined;
}

/** "Los vecinos esta hartos": the verb without its accent. */
function unaccentedEsta(document: TextDocument, at: number, many: boolean, { last }: Sentence): GrammarFinding | undefined {
  const next = document.tokens[at + 1]?.folded ?? '';
  const predicate = adjectiveForm(next) ?? participleForm(next);
  if (
    at + 1 >= last ||
    nounForm(next) ||
    !(predicate || (many && /[oa]s$/.test(next)) || hasForm(next, 'ger') || /^(?:muy|en|bien|mal|de|a|aquí|ahí|allí)$/.test(next))
  )
    return undefined;
  return findingOf(document, at, at + 1, many ? 'están' : 'está', { rule: many ? 'subject-verb' : 'accent-esta', confidence: 0.92 });
}

function predicateFinding(
  document: TextDocument,
  from: number,
  noun: NounForm,
  plural: boolean,
  sentence: Sentence,
): GrammarFinding | undefined {
  const { tokens } = document;
  const at = /^(?:muy|tan|bastante|demasiado|más|un)$/.test(tokens[from]?.folded ?? '') ? from + 1 : from;
  const token = tokens[at];
  if (!token || at >= sentence.last || !noun.listed || noun.gender === 'both' || tokens[from]?.folded === 'un') return undefined;
  const own = adjectiveForm(token.folded) ?? participleForm(token.folded);
  if (
    !own ||
    own.gender === 'both' ||
    nounForm(token.folded) ||
    /^(?:claro|bueno|mucho|lo|mejor|todo|nuestro|uno|cierto|solo)/.test(token.folded)
  )
    return undefined;
  if (hasForm(token.folded, '3s') && !token.folded.endsWith('s') && !/^(?:list|content|llen|abiert|larg|sec|limpi)/.test(token.folded))
    return undefined;
  if (tokens[at + 1]?.kind === 'word' && nounForm(tokens[at + 1]!.folded)) return undefined;
  return adjectiveFinding(document, at, noun, plural);
}
