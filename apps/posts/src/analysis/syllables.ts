import { syllableExceptions } from './data/syllable-exceptions.ts';
import type { FullLanguage } from './text-document.ts';

/**
 * Counts the syllables of a word, at least 1; hyphenated words part by part.
 *
 * @param word folded: lower case, NFC
 */
export function countSyllables(word: string, language: FullLanguage): number {
  return word.split(/[-·_]/).reduce((sum, part) => sum + (part ? countPart(part, language) : 0), 0) || 1;
}

const countPart = (part: string, language: FullLanguage): number => (language === 'en' ? englishSyllables(part) : spanishSyllables(part));

/** Each takes a syllable from the number of vowel groups: letters that are written and not spoken. */
const silent: readonly RegExp[] = [
  /(?:[^aeiouyl]|[aeiouy]l)e$/,
  /(?:[bdfkmnprtvw]|[aeiouy]l|[tp]h)es$/,
  /(?:[^aeiouytdl]|[aeiouy]l|ll)ed$/,
  /(?:[^aeiouyl]|[aeiouy]l)e(?:ly|less|lessly|ness|ful|fully|ments?)$/,
  /^(?:some|home|time|life|fore|white|stake|place|note|share|take|make|care|wide|side|safe|base|live|fire|code|data?base|name|space)(?:b|c|d[^s]|f|g|h|k|m[^e]|p|s[^$]|t|w|l[^ye])[a-z]+/,
  /[gq]ues?$/,
];

/** Each adds a syllable: two vowels that stand together and are spoken apart, and syllables without a vowel of their own. */
const spoken: readonly RegExp[] = [
  /[^aeiouy]isms?$|[^aeiouy]thms?$/,
  /[^ctsgxlnhaeiou]i(?:a(?!ge)|o|u)|(?:^|[^aeiou])(?:[clnt]iat(?!ive)|liabl|lianc)/,
  /[^ctsxfaeiou]ien(?!d)|iet(?:y|$|l|s)/,
  /[^aeiout]ie(?:rs?|st)$/,
  /(?:vid|ter|g|n|th|l)eo(?!u|p)/,
  /creat(?!ur)|realit|reali[sz]|idea|^area|react|theat|nausea/,
  /[^gq]ua[ltr]|[^gq]ue[nl]/,
  /[fr]ui[dn]|(?:t|n|ig)uit[iy]|genuin|[^q]uou|^duo/,
  /poe[mt]|^coe|ao|[aeiouy]ing(?:s|ly)?$/,
  /[aeou]y[aeou](?!d$|s$)/,
  /^coo(?:per|rd)|^rei(?:n[a-z]{3}|m)|^reun|^reus|^reel[a-z]|^reass|^pree|^deact/,
];

/** Vowel groups, less the silent ones, more the hiatuses. */
function englishSyllables(word: string): number {
  const latin = word.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  const own = /[dsz]n't$|t'll$/.test(latin) ? 1 : 0;
  const plain = latin
    .replace(/n't$/, 'n')
    .replace(/'[a-z]*$/, '')
    .replace(/[^a-z]/g, '');
  const known = syllableExceptions.get(plain) ?? (plain.endsWith('s') ? syllableExceptions.get(plain.slice(0, -1)) : undefined);
  if (known) return known + own;
  const groups = plain.match(/[aeiouy]+/g)?.length ?? 0;
  const matches = (patterns: readonly RegExp[]): number => patterns.filter((pattern) => pattern.test(plain)).length;
  return Math.max(1, groups - matches(silent) + matches(spoken)) + own;
}

const strong = 'aeoáéóíúàèò';

/**
 * Spanish syllables: a vowel group is one, a strong vowel beside a strong or an accented weak one divides; y counts as a vowel at the end of a
 * word, and the u of gue, gui, que, qui is silent.
 *
 * @see RAE, Ortografía de la lengua española (2010), diphthongs, triphthongs and hiatus
 */
function spanishSyllables(word: string): number {
  const plain = word
    .replace(/([gq])u(?=[eiéí])/g, '$1')
    .replace(/h/g, '')
    .replace(/y$/, 'i');
  let count = 0;
  let before = '';
  for (const letter of plain) {
    const vowel = /[aeiouáéíóúüïàèò]/.test(letter);
    const apart = letter === before || (strong.includes(letter) && strong.includes(before));
    if (vowel && (!before || apart)) count++;
    before = vowel ? letter : '';
  }
  return count || 1;
}
