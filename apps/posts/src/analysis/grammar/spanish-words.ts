import { spanishSentiment } from '../data/sentiment-es.ts';
import { accentedWords, commonGenderNouns, feminineNouns, masculineNouns, otherSpanishWords, stressedA } from '../data/spanish-words.ts';
import { stopWords } from '../data/stop-words.ts';
import { adjectiveList } from '../data/word-classes-es.ts';
import { spanishAdjective } from '../inflect.ts';
import { wordSet } from '../text-document.ts';
import { hasForm, isVerbForm } from './spanish-verbs.ts';
import type { WordClasses } from './token-pattern.ts';

export type Gender = 'm' | 'f' | 'both';
export interface NounForm {
  readonly gender: Gender;
  readonly plural: boolean;
  /** Singular and plural are one word. */
  readonly anyNumber?: boolean;
  /** On a list, not only by its ending. */
  readonly listed: boolean;
}

const masculine = wordSet(masculineNouns);
const feminine = wordSet(feminineNouns);
const common = wordSet(commonGenderNouns);
const stressed = wordSet(stressedA);
const adjectiveForms = new Map<string, { gender: Gender; plural: boolean; base: string }>();
for (const base of wordSet(
  adjectiveList,
  'nuevo bueno malo claro caro barato primero segundo tercero último único próximo largo corto alto bajo lento rápido abierto cerrado roto lleno vacío contento cansado listo serio sano limpio sucio frío viejo pequeño bonito feo hermoso rojo negro blanco amarillo',
))
  for (const [form, gender, plural] of agreeing(base)) if (!adjectiveForms.has(form)) adjectiveForms.set(form, { gender, plural, base });

function agreeing(base: string): [string, Gender, boolean][] {
  if (base.endsWith('o')) {
    const stem = base.slice(0, -1);
    return [
      [base, 'm', false],
      [`${stem}a`, 'f', false],
      [`${stem}os`, 'm', true],
      [`${stem}as`, 'f', true],
    ];
  }
  if (base.endsWith('or') && !/(?:mejor|peor|mayor|menor|superior|inferior|interior|exterior|anterior|posterior)$/.test(base))
    return [
      [base, 'm', false],
      [`${base}a`, 'f', false],
      [`${base}es`, 'm', true],
      [`${base}as`, 'f', true],
    ];
  const plural = base.endsWith('z')
    ? `${base.slice(0, -1)}ces`
    : /[aeiou]$/.test(base)
      ? `${base}s`
      : `${base.replace(/ón$/, 'on').replace(/és$/, 'es').replace(/án$/, 'an')}es`;
  return [
    [base, 'both', false],
    [plural, 'both', true],
  ];
}

/** The singulars that a plural can come from. */
function singulars(word: string): string[] {
  if (!word.endsWith('s')) return [];
  const found = [word.slice(0, -1)];
  if (word.endsWith('ces')) found.push(`${word.slice(0, -3)}z`);
  if (word.endsWith('es')) {
    const stem = word.slice(0, -2);
    found.push(
      stem,
      stem.replace(/[aeiou](?=[ns]$)/, (vowel) => 'áéíóú'['aeiou'.indexOf(vowel)]!),
    );
  }
  if (/[áéíóú]/.test(word))
    found.push(
      word
        .slice(0, -2)
        .normalize('NFD')
        .replace(/\u0301/g, '')
        .normalize('NFC'),
    ); // imágenes
  return found;
}

const invariable = wordSet('lunes martes miércoles jueves viernes análisis crisis tesis síntesis hipótesis dosis énfasis');
const genderOfEnding: readonly (readonly [RegExp, Gender])[] = [
  [/(?:ción|sión|xión|dad|tad|tud|umbre|ncia|anza|eza|ería|ología|grafía)$/, 'f'],
  [/(?:aje|miento|ismo)$/, 'm'],
  [/(?:ista)$/, 'both'],
];

function listedGender(word: string): Gender | undefined {
  if (common.has(word)) return 'both';
  if (masculine.has(word)) return feminine.has(word) ? 'both' : 'm';
  return feminine.has(word) || stressed.has(word) ? 'f' : undefined;
}

/** Gender and number of a noun; undefined when they are not certain. */
export function nounForm(word: string): NounForm | undefined {
  const own = listedGender(word);
  if (own) return { gender: own, plural: false, anyNumber: invariable.has(word), listed: true };
  for (const one of singulars(word)) {
    const gender = listedGender(one);
    if (gender) return { gender, plural: true, listed: true };
  }
  if (isVerbForm(word) || adjectiveForms.has(word)) return undefined;
  for (const one of [word, ...singulars(word)])
    for (const [ending, gender] of genderOfEnding) if (ending.test(one)) return { gender, plural: one !== word, listed: false };
  return undefined;
}

export const takesMasculineArticle = (word: string): boolean => stressed.has(word);
export const adjectiveForm = (word: string) => adjectiveForms.get(word) ?? adjectiveByEnding(word);

/** "luminoso", "carísimas": the endings of adjectives alone. */
function adjectiveByEnding(word: string): { gender: Gender; plural: boolean; base: string } | undefined {
  const [, stem, vowel, many] = /^([a-záéíóúñ]{3,26}(?:[^aeiou][iu]?os|ísim))([oa])(s?)$/.exec(word) ?? [];
  if (!stem || listedGender(word) !== undefined || /^(?:espos|maripos|baldos|glucos|celulos|lactos|ventos|raposo)/.test(word))
    return undefined;
  return { gender: vowel === 'a' ? 'f' : 'm', plural: many === 's', base: `${stem}o` };
}

/** The form of an adjective for a noun; undefined when it is on no list. */
export function agree(base: string, gender: Gender, plural: boolean): string | undefined {
  return agreeing(base).find(([, own, many]) => (own === gender || own === 'both' || gender === 'both') && many === plural)?.[0];
}

const otherWords = new Set([
  ...wordSet(otherSpanishWords, accentedWords),
  ...stopWords.es,
  ...wordSet(...[...spanishSentiment.adjectives].map(([, words]) => words)).values(),
]);
const sentimentForms = new Set([...spanishSentiment.adjectives].flatMap(([, words]) => [...wordSet(words)].flatMap(spanishAdjective)));
const sentimentNouns = wordSet(...[...spanishSentiment.nouns, ...spanishSentiment.fixed].map(([, words]) => words));

/** Whether a word is certainly written like this. */
export const isKnownSpanish = (word: string): boolean =>
  otherWords.has(word) ||
  sentimentForms.has(word) ||
  sentimentNouns.has(word) ||
  adjectiveForms.has(word) ||
  nounForm(word)?.listed === true ||
  isVerbForm(word) ||
  isWithClitics(word);

/** Words that are meant rather than one that is on no list. */
export const isFrequentSpanish = (word: string): boolean =>
  otherWords.has(word) ||
  sentimentNouns.has(word) ||
  nounForm(word)?.listed === true ||
  (word.length > 5 && hasForm(word, 'inf', 'ger', 'part'));

const clitics = /^(.+?)((?:me|te|se|nos|os)?(?:lo|la|le|los|las|les)?)$/;
function isWithClitics(word: string): boolean {
  for (let cut = word.length - 2; cut >= Math.max(3, word.length - 5); cut--) {
    const [stem, rest] = [word.slice(0, cut), word.slice(cut)];
    const two = /^(?:me|te|se|nos|os)l[aeo]s?$/.test(rest); // with two pronouns the stem carries an accent
    if (!two && /^(?:me|te|se|nos|os|lo|la|le|los|las|les)$/.test(rest) && hasForm(stem, 'inf')) return true;
  }
  return word.length > 60 && clitics.test(word);
}

const ambiguousParticiple =
  /^(?:lado|estado|sentido|cuidado|contenido|mercado|resultado|partido|dado|grado|sonido|ruido|vestido|significado|certificado|empleado|abogado|invitado|helado|juzgado|pescado|ganado|pedido|salida|entrada|llegada|vida|medida|comida|ida|bebida|partida|pasado|soldado|delegado|diputado|cada|nada|todo|puesto|hecho|visto|parado|teclado|tejado|cuadrado|recado|jurado|mirada|llamada|jornada|temporada|plantada|demasiado|apellido|sábado)s?$/;

/** Words of Spanish by what they can be in a sentence. */
export const spanishClasses: WordClasses = {
  any: (_, { kind }) => kind === 'word',
  noun: (word) => nounForm(word)?.plural === false,
  surenoun: (word) => nounForm(word)?.plural === false && !isVerbForm(word),
  plural: (word) => nounForm(word)?.plural === true && !hasForm(word, '2s'),
  feminine: (word) => nounForm(word)?.plural === false && nounForm(word)?.gender === 'f',
  adj: (word) => adjectiveForms.has(word),
  participle: (word) => /[oa]$/.test(word) && word.endsWith('o') && hasForm(word, 'part'),
  sureparticiple: (word) => word.endsWith('o') && hasForm(word, 'part') && !ambiguousParticiple.test(word) && !nounForm(word)?.listed,
  anyparticiple: (word) =>
    /(?:[ai]d|hech|list|abiert|rot|puest|escrit|vist)[oa]s?$/.test(word) &&
    hasForm(word.replace(/a(s?)$/, 'o$1').replace(/s$/, ''), 'part'),
  infinitive: (word) => hasForm(word, 'inf') && !/^(?:mar|lugar|par|azar|hogar|bar|ayer|mujer)$/.test(word),
  gerund: (word) => hasForm(word, 'ger') && !/^(?:cuando|mando|bando)$/.test(word),
  second: (word) =>
    hasForm(word, '2s') &&
    word.endsWith('s') &&
    !nounForm(word)?.listed &&
    !/^(?:redes|mes|antes|tres|seis|gracias|más|después|además|pies|menos)$/.test(word),
  third: (word) => hasForm(word, '3s') && !nounForm(word)?.listed,
  finite: (word) => hasForm(word, '1s', '2s', '3s', '1p', '3p') && !nounForm(word)?.listed && !adjectiveForms.has(word),
  conditional: (word) =>
    /(?:r)ía(?:s|mos|n)?$/.test(word) &&
    hasForm(word, '1s', '2s', '3s', '1p', '3p') &&
    !/^(?:quería|moría|corría|ocurría|abría|cubría|sufría|sonreía|hería)/.test(word),
  clitic: (word) => /^(?:me|te|se|le|les|nos|os|lo|la|los|las)$/.test(word),
  number: (word, { kind }) =>
    kind === 'number' ||
    /^(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta|cien|mil|varios|varias|muchos|muchas|algunos|algunas|pocos|pocas|demasiados|demasiadas|bastantes)$/.test(
      word,
    ),
};
