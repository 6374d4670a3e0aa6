import type { Span } from './text-document.ts';

export type EntityType = 'PERSON' | 'ORG' | 'PLACE' | 'DATE' | 'MONEY' | 'URL' | 'EMAIL' | 'MENTION' | 'HASHTAG';

const amount = '\\d{1,15}(?:[.,\\u00a0\\u202f]\\d{3}){0,5}(?:[.,]\\d{1,2})?(?!\\d)';
const scale = '(?: ?(?:[kKmMbB](?:n|M)?(?!\\p{L})|million|billion|trillion|thousand|mil(?: millones)?|millones|millón|billones))?';
const symbols = '(?:US|MX|AR|C|A)?\\$|€|£|¥|₹';
const codes = 'USD|EUR|GBP|MXN|ARS|COP|CLP|CHF|JPY';
const units = 'euros?|dollars?|pounds?(?! of| heavier)|cents|dólares|dólar|pesos?(?! neto)|libras esterlinas|yenes|yen';
const money = new RegExp(
  `(?<![\\p{L}\\d.,])(?:(?:${symbols}|(?:${codes})) ?${amount}${scale}|${amount}${scale}(?: de)? ?(?:€|£|\\$|(?:${codes}|${units})(?![\\p{L}\\d])))`,
  'gu',
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
const date = new RegExp(`(?<![\\p{L}\\d./-])(?:${dates.join('|')})`, 'gu');

export interface PatternMatch extends Span {
  readonly type: EntityType;
  readonly confidence: number;
}

/** Amounts of money and dates, English and Spanish; an optional match never begins inside another. */
export function findPatterns(text: string): PatternMatch[] {
  const found: PatternMatch[] = [];
  for (const match of text.matchAll(money)) found.push(entry('MONEY', match, 0.95));
  for (const match of text.matchAll(date)) found.push(entry('DATE', match, /\d/.test(match[0]) ? 0.95 : 0.8));
  return found;
}

function entry(type: EntityType, match: RegExpExecArray, confidence: number): PatternMatch {
  const trimmed = match[0].trimEnd();
  return { type, start: match.index, end: match.index + trimmed.length, confidence };
}
