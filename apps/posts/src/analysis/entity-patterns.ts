import type { Span, TextDocument, Token } from './text-document.ts';
import { wordFact } from './vocabulary.ts';

export type EntityType = 'PERSON' | 'ORG' | 'PLACE' | 'DATE' | 'MONEY' | 'URL' | 'EMAIL' | 'MENTION' | 'HASHTAG';

const amount = '\\d{1,15}(?:[.,\\u00a0\\u202f]\\d{3}){0,5}(?:[.,]\\d{1,2})?(?!\\d)';
const scale =
  '(?: ?(?:[kKmMbB](?:n|M)?(?!\\p{L})|million|billion|trillion|thousand|millones|millón|billones|mil(?: millones)?)(?!\\p{L}))?';
const symbols = '(?:US|MX|AR|C|A|R)?\\$|S/\\.?|€|£|¥|₹';
const codes = 'USD|EUR|GBP|MXN|ARS|COP|CLP|CHF|JPY';
const units =
  'euros?|dollars?|pounds?(?! of| heavier)|cents|dólares|dólar|pesos?(?! neto)|libras esterlinas|yenes|yen|bolivianos?|soles|quetzales|lempiras|guaraníes|colones|bolívares|francos|francs|rupees|rupias|reais|reales brasileños|pounds sterling|kronor|kroner|coronas|zlotys|dirhams|yuan|yuanes|libras';
const numberEn =
  '(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|eighty|ninety|a hundred|half a)';
const numberEs =
  '(?:un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta|cuarenta|cincuenta|sesenta|ochenta|noventa|cien|medio)';
const spelled = `(?:${numberEn} (?:thousand|million|billion|hundred) (?:euros|dollars|pounds|pesos)|${numberEs} (?:mil|millones de|millón de) (?:euros|dólares|pesos|soles|libras))`;
const money = new RegExp(
  `(?<![\\p{L}\\d.,])(?:${spelled}(?!\\p{L})|(?:${symbols}|(?:${codes})) ?${amount}${scale}(?: (?:de )?(?:pesos|dólares|dollars|euros|soles)(?!\\p{L}))?|${amount}${scale}(?: de)? ?(?:€|£|\\$|(?:${codes}|${units})(?![\\p{L}\\d])))`,
  'uy',
);

const monthEn =
  'January|February|March|April|May|June|July|August|September|October|November|December|Jan\\.?|Feb\\.?|Mar\\.?|Apr\\.?|Jun\\.?|Jul\\.?|Aug\\.?|Sept?\\.?|Oct\\.?|Nov\\.?|Dec\\.?';
const monthEs =
  '[Ee]nero|[Ff]ebrero|[Mm]arzo|[Aa]bril|[Mm]ayo|[Jj]unio|[Jj]ulio|[Aa]gosto|[Ss]ept?iembre|[Oo]ctubre|[Nn]oviembre|[Dd]iciembre';
const dayEn = 'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday';
const dayEs = '[Ll]unes|[Mm]artes|[Mm]iércoles|[Jj]ueves|[Vv]iernes|[Ss]ábado|[Dd]omingo';
const year = '(?:1[5-9]|20)\\d\\d(?![\\d\\p{L}])';
const dayNumber = '(?:3[01]|[12]\\d|0?[1-9])(?!\\d)';
const ordinal = `${dayNumber}(?:st|nd|rd|th)?`;

const dates = [
  '\\d{4}-\\d\\d-\\d\\d(?!\\d)',
  `${dayNumber}[/.-](?:1[0-2]|0?[1-9])[/.-](?:\\d{4}|\\d\\d)(?!\\d)`,
  `(?:(?:${dayEn}),? (?:the )?)?(?:${monthEn}) ${ordinal}(?:,? ${year})?(?!\\p{L})`,
  `(?:(?:${dayEn}),? (?:the )?)?${ordinal}(?: of)? (?:${monthEn})(?:,? ${year})?(?!\\p{L})`,
  `(?:${monthEn}) ${year}`,
  `(?:(?:${dayEs}),? )?${dayNumber}(?:º)? de (?:${monthEs})(?: (?:de|del) (?:año )?${year})?(?!\\p{L})`,
  `(?:${monthEs})(?: de| del)? ${year}`,
  `(?:Q[1-4]|[1-4]T) (?:of |de )?${year}`,
  `(?:${dayEn}|${dayEs})(?!\\p{L})`,
  `(?<=\\b(?:in|since|until|by|during|last|next|early|late|mid) )(?:January|February|March|April|May|June|July|August|September|October|November|December)(?!\\p{L})`,
  `(?<=(?:^| )(?:en|desde|hasta|durante|de|para) )(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)(?!\\p{L})`,
  `(?<=\\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Dd]uring|[Ee]n|[Dd]esde|[Hh]asta|[Dd]urante|año|year|early|late|para) )${year}(?!%| ?[€$]| \\p{Ll}+s )`,
];
const ordinalEs = '(?:primer|segundo|tercer|cuarto|último|1\\.º|2\\.º)';
/** Days and periods that are told from today. */
const relative = [
  '[Tt]he day (?:before yesterday|after tomorrow)',
  '[Tt]oday|[Yy]esterday|[Tt]omorrow|[Tt]onight',
  `(?:[Nn]ext|[Ll]ast|[Tt]his) (?:week|weekend|month|quarter|year|summer|winter|spring|autumn|fall|${dayEn}|January|February|March|April|May|June|July|August|September|October|November|December)`,
  `(?:summer|winter|spring|autumn|fall|first half|second half|end|start|beginning) of ${year}`,
  `(?<=\\b(?:[Tt]he|[Ii]n|[Ee]arly|[Ll]ate|[Mm]id) )(?:1[89]|20)\\d0s`,
  `[Aa]nteayer|[Pp]asado mañana|[Hh]oy|[Aa]yer|[Ee]sta (?:noche|semana|mañana|tarde)|[Ee]ste (?:${dayEs}|mes|año|verano|invierno|otoño|trimestre|fin de semana)`,
  '(?<=^|[.!?¡¿] ?|\\n)Mañana(?= \\p{Ll})|(?<=\\p{Ll} )mañana(?=[.!?,\\n]|$)(?<!(?:la|esta|una|cada|de|por la|media) mañana)',
  `(?:[Pp]róxim[oa]|[Pp]asad[oa]) (?:semana|mes|año|trimestre|verano|fin de semana|${dayEs})`,
  `(?:semana|mes|año|trimestre|verano|fin de semana|${dayEs}) (?:pasad[oa]|próxim[oa]|que viene)`,
  `${ordinalEs} (?:trimestre|semestre|cuatrimestre)(?: (?:de|del) (?:año )?${year})?`,
  `(?:verano|invierno|primavera|otoño|fin(?:al|ales)?|principios|mediados) de(?:l)? ${year}`,
  'años (?:veinte|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)',
].map((one) => `(?:${one})(?!\\p{L})`);
const date = new RegExp(`(?<![\\p{L}\\d./-])(?:${dates.join('|')})`, 'uy');
const relativeDate = new RegExp(`(?:${relative.join('|')})`, 'uy');
/** Words that a date told from today can begin with. */
const relativeStart =
  /^(?:the|today|yesterday|tomorrow|tonight|next|last|this|summer|winter|spring|autumn|fall|first|second|end|start|beginning|\d{4}s|anteayer|pasad[oa]|hoy|ayer|est[ae]|mañana|próxim[oa]|semana|mes|año|años|trimestre|verano|invierno|primavera|otoño|fin|final|finales|principios|mediados|primer|segundo|tercer|cuarto|último|lunes|martes|miércoles|jueves|viernes|sábado|domingo)$/;

/** Months and days, without which and without figures there is no date. */
const named = new RegExp(`^(?:${monthEn}|${monthEs}|${dayEn}|${dayEs})$`, 'i');

/** What an amount begins with, in a word. */
const firstNumbers = [numberEn, numberEs].join('|').replace('a hundred', 'a').replace('half a', 'half');
const moneyStart = new RegExp(
  `(?<![\\p{L}\\d.,])(?:\\d|[$€£¥₹]|(?:US|MX|AR|[CAR])(?:\\$|$)|S(?:/|$)|(?:${codes})|(?:${firstNumbers})$)`,
  'gu',
);
/** What a date begins with, in a word. */
const dateStart = new RegExp(`(?<![\\p{L}\\d./-])(?:\\d|Q[1-4]|${monthEn}|${monthEs}|${dayEn}|${dayEs})`, 'gu');

export interface PatternMatch extends Span {
  readonly type: EntityType;
  readonly confidence: number;
}

/** Where in a word the patterns are tried, and what it says about the text; null for nearly all words. */
const cluesOf = wordFact(({ text, folded }) => {
  const offsets = (start: RegExp) => [...text.matchAll(start)].map(({ index }) => index);
  const clues = {
    money: offsets(moneyStart),
    dates: offsets(dateStart),
    relative: relativeStart.test(folded) ? [0] : [],
    hasFigure: /\d/.test(text),
    isScale: /^(?:thousand|million|billion|hundred|mil|millones|millón)$/.test(folded),
    isNamed: named.test(folded),
  };
  const { hasFigure, isScale, isNamed } = clues;
  const tried = clues.money.length + clues.dates.length + clues.relative.length;
  return tried > 0 || hasFigure || isScale || isNamed ? clues : null;
});
type Clues = NonNullable<ReturnType<typeof cluesOf>>;

/** Amounts of money and dates, English and Spanish; an optional match never begins inside another. */
export function findPatterns({ text, tokens }: TextDocument): PatternMatch[] {
  const clues: { readonly token: Token; readonly of: Clues }[] = [];
  let [hasFigure, hasScale, hasNamed] = [false, false, false];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const of = cluesOf(token.word);
    if (of === null) continue;
    clues.push({ token, of });
    hasFigure ||= of.hasFigure;
    hasScale ||= of.isScale;
    hasNamed ||= of.isNamed;
  }
  const found: PatternMatch[] = [];
  /** Tries a pattern where it can begin, from the end of its last match on. */
  const match = (
    pattern: RegExp,
    startsOf: (of: Clues) => readonly number[],
    add: (found: RegExpExecArray) => void,
    apart: boolean,
  ): void => {
    let free = 0;
    for (const { token, of } of clues)
      for (const offset of startsOf(of)) {
        if (apart && token.start + offset < free) continue;
        pattern.lastIndex = token.start + offset;
        const matched = pattern.exec(text);
        if (!matched) continue;
        free = pattern.lastIndex;
        add(matched);
      }
  };
  if (hasFigure || hasScale)
    match(
      money,
      (of) => of.money,
      (one) => found.push(entry('MONEY', one, 0.95)),
      true,
    );
  if (hasFigure || hasNamed)
    match(
      date,
      (of) => of.dates,
      (one) => found.push(entry('DATE', one, /\d/.test(one[0]) ? 0.95 : 0.8)),
      true,
    );
  match(
    relativeDate,
    (of) => of.relative,
    (one) => found.push(entry('DATE', one, 0.85)),
    false,
  );
  return found;
}

function entry(type: EntityType, match: RegExpExecArray, confidence: number): PatternMatch {
  const trimmed = match[0].trimEnd();
  return { type, start: match.index, end: match.index + trimmed.length, confidence };
}
