import { accentedWords, spanishMisspellings } from '../data/spanish-words.ts';
import { type TextDocument, type Token, wordSet } from '../text-document.ts';
import { wordFact } from '../vocabulary.ts';
import { findingOf, type GrammarFinding } from './grammar-rule.ts';
import { hasForm, isVerbForm } from './spanish-verbs.ts';
import { isFrequentSpanish, isKnownSpanish } from './spanish-words.ts';

const listed: ReadonlyMap<string, string> = new Map(
  [...wordSet(spanishMisspellings)]
    .map((entry) => entry.split(':') as [string, string])
    .map(([wrong, right]) => [wrong, right.replaceAll('_', ' ')]),
);
const bare = (word: string): string => word.replace(/[áéíóú]/g, (vowel) => 'aeiou'['áéíóú'.indexOf(vowel)]!);
const accented: ReadonlyMap<string, string> = new Map(
  [...wordSet(accentedWords)].filter((word) => bare(word) !== word).map((word) => [bare(word), word]),
);
/** Written without an accent too, or words of another kind. */
const bothWays = wordSet(
  'el tu mi si se de te mas aun solo que como cuando donde quien cual este esta esa ese publico publica practico practica termino animo deposito limite titulo critico critica medico medica calculo vinculo estimulo celebre circulo transito ejercito intimo domestico tu capitulo formula maquina pagina cantara habitara papa secretaria seria rio hacia sabia tenia podria sabana perdida perdidas publicas media liquido diagnostico pronostico articulo tramite inicio dialogo catalogo filosofo anuncio rotulo auxilio abro caminos segun',
);
const stems = ['log', 'graf'];

/** Misspelled words: listed ones, missing accents, and letters that sound alike (b and v, s and z, h) when only the other spelling is a word. */
export function findSpanishSpelling(document: TextDocument): GrammarFinding[] {
  const found: GrammarFinding[] = [];
  const firsts = new Set(document.sentences.map(({ first }) => first));
  for (const [at, token] of document.tokens.entries()) {
    if (token.kind !== 'word' || token.folded.length < 3 || token.folded.length > 30 || isName(document, at, token, firsts)) continue;
    const right = correction(token.word);
    const finding = right && findingOf(document, at, at + 1, right.word, { rule: right.rule, confidence: right.confidence });
    if (finding) found.push(finding);
  }
  return found;
}

interface Correction {
  readonly word: string;
  readonly rule: string;
  readonly confidence: number;
}

const correction = wordFact(({ folded }) => correctionOf(folded) ?? null);

function correctionOf(word: string): Correction | undefined {
  const known = listed.get(word);
  if (known) return { word: known, rule: bare(known) === bare(word) ? 'accent' : 'spelling', confidence: 0.96 };
  if (!/^[a-záéíóúüñ]+$/.test(word)) return undefined;
  const adverb = /^(.{3,})mente$/.exec(word)?.[1];
  const accentedAdverb = adverb && accented.get(adverb);
  if (accentedAdverb) return { word: `${accentedAdverb}mente`, rule: 'accent', confidence: 0.96 };
  const plain = bothWays.has(word) || isVerbForm(word) ? undefined : (accented.get(word) ?? accentByRule(word));
  if (plain) return { word: plain, rule: 'accent', confidence: 0.95 };
  if (isKnownSpanish(word)) return secondPersonWithS(word);
  const s = secondPersonWithS(word);
  if (s) return s;
  const imperative = cliticAccent(word) ?? missingVerbAccent(word);
  if (imperative) return { word: imperative, rule: 'accent', confidence: 0.92 };
  if (/^hech[aeoé]/.test(word) && hasForm(word.slice(1), '1s', '2s', '3s', '1p', '2p', '3p', 'inf', 'ger'))
    return { word: word.slice(1), rule: 'spelling', confidence: 0.93 };
  const alike = soundsAlike(word);
  return alike ? { word: alike, rule: 'spelling', confidence: 0.9 } : undefined;
}

/** Endings that always carry an accent, or never: "reunion", "buenisima", "aciónes". */
function accentByRule(word: string): string | undefined {
  if (word.length > 5 && /(?:[cs]|un|in|gi|st|x|pi|[aeiou]s)ion$/.test(word) && !/(?:champion|million)$/.test(word))
    return word.replace(/on$/, 'ón');
  if (/[aeiou][a-zñ]+isim[oa]s?$/.test(word) && !/^(?:.{1,3})isim/.test(word)) return word.replace(/isim([oa]s?)$/, 'ísim$1');
  if (word.length > 6 && proparoxytone.test(word) && !/(?:botica|abanico|dominic|comunic|platic)/.test(word))
    return word.replace(
      /([aeiou])([tgmnl]|str?)(ic[oa]s?)$/,
      (_, vowel: string, middle: string, end: string) => acute(vowel) + middle + end,
    );
  if (/iónes$/.test(word)) return word.replace(/ónes$/, 'ones');
  if (stems.some((stem) => word.endsWith(`${stem}ia`)) && word.length > 7) return word.replace(/ia$/, 'ía');
  return undefined;
}

/** "hicistes" */
function secondPersonWithS(word: string): Correction | undefined {
  if (
    !/[ai]stes$/.test(word) ||
    word.length < 7 ||
    /^(?:vistes|revistes|desvistes|tristes|chistes|existes|insistes|asistes|resistes|consistes|persistes|desistes|subsistes|contrastes|gastes|desgastes|arrastres)$/.test(
      word,
    )
  )
    return undefined;
  const right = word.slice(0, -1);
  return hasForm(right, '2s') ? { word: right, rule: 'verb-form', confidence: 0.96 } : undefined;
}

const clitic = /(?:me|te|nos|se|lo|la|los|las|le|les)(?:lo|la|los|las)?$/;
/** An imperative or gerund with a pronoun behind carries an accent: "mandame", "haciendolo", "decirtelo". */
function cliticAccent(word: string): string | undefined {
  const match = clitic.exec(word);
  if (!match || word.length < 6 || /[áéíóú]/.test(word)) return undefined;
  for (let cut = match.index; cut < word.length - 1; cut++) {
    const [base, rest] = [word.slice(0, cut), word.slice(cut)];
    if (!/^(?:me|te|nos|se|lo|la|los|las|le|les)(?:lo|la|los|las)?$/.test(rest)) continue;
    const pronouns = rest.length > 3 && rest !== 'nos' ? 2 : 1;
    const isInfinitive = hasForm(base, 'inf');
    if (isInfinitive && pronouns === 2) return base.replace(/([aei])r$/, (_, vowel: string) => `${acute(vowel)}r`) + rest;
    const vowels = base.match(/[aeiou]+/g)?.length ?? 0;
    if (hasForm(base, 'ger') || (hasForm(base, '3s') && vowels >= 2 && /^(?:me|nos|te|lo|la|los|las|le|les)/.test(rest)))
      return stressBase(base) + rest;
  }
  return undefined;
}

const acute = (vowel: string): string => 'áéíóú'['aeiou'.indexOf(vowel)] ?? vowel;
/** The accent on the last syllable but one of the base: cuenta → cuénta, hacie­ndo → haciéndo. */
function stressBase(base: string): string {
  const groups = [...base.matchAll(/[aeiou]+/g)];
  const group = groups.at(-2);
  if (!group) return base;
  const strong = /[aeo]/.exec(group[0]);
  const at = group.index + (strong?.index ?? group[0].length - 1);
  return base.slice(0, at) + acute(base[at]!) + base.slice(at + 1);
}

/** Adjectives in -tico, -gico, -mico, -nico: the accent stands before the ending. */
const proparoxytone = /[aeiou](?:[tgmn]|st)ic[oa]s?$/;
const futureStems =
  /^(?:tendr|podr|habr|har|dir|vendr|sabr|querr|pondr|saldr|estar|deber|gustar|encantar|necesitar|llegar|empezar|trabajar|publicar|recibir|abrir)(?:a|an|as|ia|ian|ias|iamos)$/;
/** "habra", "tendran", "gustaria", "trabajabamos": a verb without its accent. */
function missingVerbAccent(word: string): string | undefined {
  if (word.endsWith('iamos')) return hasForm(word.replace(/iamos$/, 'ía'), '3s') ? word.replace(/iamos$/, 'íamos') : undefined;
  if (/[^aeiou]i$/.test(word) && hasForm(word.replace(/i$/, 'í'), '1s')) return word.replace(/i$/, 'í');
  if (
    /[ae]is$/.test(word) &&
    hasForm(
      word.replace(/([ae])is$/, (_, vowel: string) => `${acute(vowel)}is`),
      '2p',
    )
  )
    return word.replace(/([ae])is$/, (_, vowel: string) => `${acute(vowel)}is`);
  if (/[aei]re$/.test(word) && hasForm(word.slice(0, -1), 'inf')) return word.replace(/e$/, 'é');
  if (/[^aeiou]o$/.test(word) && word.length > 4 && hasForm(word.replace(/o$/, 'ó'), '3s')) return word.replace(/o$/, 'ó');
  if (word.endsWith('abamos')) return hasForm(word.replace(/abamos$/, 'aba'), '3s') ? word.replace(/abamos$/, 'ábamos') : undefined;
  const imperfect =
    /[^aeiou]i(?:an|as)$|^(?:qu|pod|deb|dec|viv|sent|sal|conoc|hac|pon|segu|exist|ped|parec|ven|sab)ia$/.test(word) && word.length > 4
      ? word.replace(/i(an|as|a)$/, 'í$1')
      : undefined;
  if (imperfect && hasForm(imperfect, '3p', '2s', '3s')) return imperfect;
  if (!futureStems.test(word) || /^(?:haras|dira|abrian)$/.test(word)) return undefined;
  return word.endsWith('ia') || /ia(?:n|s|mos)$/.test(word) ? word.replace(/ia(n|s|mos)?$/, 'ía$1') : word.replace(/a(n|s)?$/, 'á$1');
}

/** Words of their own that sound like another one. */
const realHomophones =
  wordSet(`valla vallas callo callos halla hallan haya cayo pollo poyo vasto basto tubo tubos vota votar bota botar baca vaca sabia savia bello vello bienes vienes barón varón caza casa cazar
casar cima sima cede sede ceda seda cesión sesión cocer coser consejo concejo ciervo siervo cierra sierra sierras abrasar abrazar acerbo acervo asar azar rosa roza rosar rozar pozo poso tasa taza loza losa maza masa
revelar rebelar grabar gravar hierba hierva hojear ojear honda onda huso uso hala ala asta hasta errar herrar aprender aprehender arrollo arroyo rallar rayar olla hoya sensor sensores censo senso vario bario vidente bidente
nobel novel nóvel zumo sumo zeta cepa sepa cien sien cita sita cause cauce reciente resiente voz vos vez ves meces meses hice ize estibo estivo verás veras libido lívido cabo cavo cavar acabar rebosar rebozar intensión intención
espiar expiar espirar expirar estático extático contesto contexto esotérico exotérico laso lazo seso ceso peces peses bacilo vacilo combino convino tuvo hubo bate vate bobina bovina gira jira ingerir injerir vegete vejete`);
const swaps: readonly (readonly [RegExp, string])[] = [
  [/v/g, 'b'],
  [/b/g, 'v'],
  [/s/g, 'c'],
  [/s/g, 'z'],
  [/z/g, 's'],
  [/c(?=[eiéí])/g, 's'],
  [/z(?=[eiéí])/g, 'c'],
  [/g(?=[eiéí])/g, 'j'],
  [/j(?=[eiéí])/g, 'g'],
  [/ll/g, 'y'],
  [/y/g, 'll'],
  [/n(?=[pb])/g, 'm'],
  [/m(?=v)/g, 'n'],
  [/s(?=[pct])/g, 'x'],
  [/x(?=[pct])/g, 's'],
  [/^h/g, ''],
  [/^(?=[aeiouáéíóú])/g, 'h'],
];

/** The one word that differs in one such letter. */
function soundsAlike(word: string): string | undefined {
  if (word.length < 5 || realHomophones.has(word)) return undefined;
  const found = new Set<string>();
  for (const [pattern, letter] of swaps)
    for (const match of word.matchAll(pattern)) {
      const other = word.slice(0, match.index) + letter + word.slice(match.index + match[0].length);
      if (other !== word && (isFrequentSpanish(other) || (word.length > 6 && isVerbForm(other)))) found.add(other);
    }
  return found.size === 1 ? [...found][0] : undefined;
}

function isName({ tokens }: TextDocument, at: number, { text }: Token, firsts: ReadonlySet<number>): boolean {
  if (!/^\p{Lu}/u.test(text)) return false;
  if (text.length > 1 && text === text.toUpperCase()) return true;
  const before = tokens[at - 1];
  const opens = before === undefined || before.kind !== 'word' || firsts.has(at);
  const next = tokens[at + 1];
  return !opens || (next !== undefined && /^\p{Lu}/u.test(next.text));
}
