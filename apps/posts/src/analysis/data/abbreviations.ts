/** Abbreviations that stand before a name or a number: their dot never ends a sentence. */
const titles =
  'Dr Dra Drs Sr Sra Srta Sres Mr Mrs Ms Mx Prof Profa Rev Gen Col Lic Ing Arq St Sto Sta Ldo Lda D Dª Dña Excmo Ilmo Av Avda Ctra Pza núm Núm nº Nº No Fig fig pág págs vol vs Vs ed cap art tel Tel aprox máx mín';
/** Abbreviations that may stand at the end of a sentence. */
const others =
  'etc Inc Ltd Corp Co Bros Jr Cía Cia Esq Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec ene abr ago dic approx est dept min max';

const listed = (words: string): string => words.split(' ').join('|');
const dotted = ['EE\\. ?UU\\.', 'RR\\. ?HH\\.', 'FF\\. ?AA\\.', 'CC\\. ?AA\\.', 'JJ\\. ?OO\\.', 'p\\. ?ej\\.', 'P\\. ?ej\\.'];
const lower = [
  'e\\.g\\.',
  'E\\.g\\.',
  'i\\.e\\.',
  'I\\.e\\.',
  '[ap]\\. ?m\\.',
  'a\\. ?C\\.',
  'd\\. ?C\\.',
  'Ph\\.D\\.',
  'S\\.[AL]\\.U?\\.?',
];
const initials = '(?:\\p{Lu}\\.){2,8}';
const ambiguousWords = 'No no art est min max ed cap vol fig Fig Mar Co D St ago ene Gen Col'.split(' ');
const ambiguous = `(?:${ambiguousWords.join('|')})\\.(?= ?[\\d\\p{Lu}])`;

const safe = (words: string): string =>
  listed(
    words
      .split(' ')
      .filter((word) => !ambiguousWords.includes(word))
      .join(' '),
  );

/** Source of a pattern for an abbreviation with its dot. */
export const abbreviationPattern = [
  ...dotted,
  ...lower,
  `(?:${safe(titles)})\\.(?![\\p{L}\\p{N}])`,
  `(?:${safe(others)})\\.(?![\\p{L}\\p{N}])`,
  ambiguous,
  initials,
].join('|');

const beforeDot = new Set(`${titles} ${others} EE RR FF CC JJ`.split(' '));

/** Whether an abbreviation may begin with a word of two letters or more and a dot behind. */
export const mayAbbreviate = (word: string): boolean => beforeDot.has(word) || ambiguousWords.includes(word);

const neverLast = new Set(titles.split(' ').map((word) => `${word.toLowerCase()}.`));
for (const word of ['e.g.', 'i.e.', 'p. ej.', 'p.ej.']) neverLast.add(word);

/** Whether the dot of this abbreviation never ends a sentence. */
export function neverEndsSentence(folded: string): boolean {
  return neverLast.has(folded);
}
