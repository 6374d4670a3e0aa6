/** Replaces what identifies people in texts by placeholders, and puts it back into an answer. Pure; every pattern is linear. */

export interface Redaction {
  /** In the order of the given texts. */
  readonly texts: readonly string[];
  /** What stands for what: `[EMAIL_1]` → `ana@example.org`. */
  readonly originals: ReadonlyMap<string, string>;
}

type Kind = 'EMAIL' | 'IBAN' | 'CARD' | 'ID' | 'PHONE';

interface Pattern {
  readonly kind: Kind;
  readonly expression: RegExp;
  /** Whether a match is meant; the expressions match more than that. */
  readonly isMeant?: (match: string) => boolean;
}

const digitsOf = (text: string) => text.replace(/\D/g, '');

/** ISO and written dates, numbers with separators of thousands, and decimals are left to the model. */
const isPlainNumber = (match: string): boolean =>
  /^\d{4}[-.]\d{1,2}[-.]\d{1,2}$|^\d{1,2}[-.]\d{1,2}[-.]\d{4}$|^\d{1,3}(?:[., ]\d{3})+$|^\d+[.,]\d+$|^\d{4} ?- ?\d{4}$/.test(match);

/**
 * At least 7 digits; two numbers in a row are one run. Nine digits that begin as numbers of Spanish telephones do are hidden also where dots or blanks
 * group them as thousands, and so are longer runs. Digits that are no number of a telephone are hidden with them: the model does not need them.
 */
function isPhone(match: string): boolean {
  const digits = digitsOf(match);
  const isLongRun = digits.length > 9 && match.includes(' ');
  return digits.length >= 7 && (match.startsWith('+') || isLongRun || /^[6-9]\d{8}$/.test(digits) || !isPlainNumber(match));
}

const checkLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** As identity documents print it, or in another spelling with the right check letter (Real Decreto 1553/2005, art. 11). */
function isIdentity(match: string): boolean {
  if (/^[\dA-Z-]+$/.test(match)) return true;
  const plain = match.toUpperCase().replace(/[ .-]/g, '');
  const number = Number(plain.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter))));
  return plain.at(-1) === checkLetters[number % 23];
}

/** The check digit of card numbers (ISO/IEC 7812-1). */
function isCard(match: string): boolean {
  const digits = [...digitsOf(match)].toReversed().map(Number);
  if (digits.length < 13 || digits.length > 19) return false;
  const sum = digits.reduce((total, digit, at) => total + (at % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit), 0);
  return sum % 10 === 0;
}

/** In this order: what one has taken, the next ones do not see. A run of digits has at most 40 characters. */
const patterns: readonly Pattern[] = [
  { kind: 'EMAIL', expression: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu },
  { kind: 'IBAN', expression: /\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b/g },
  { kind: 'IBAN', expression: /\b[a-z]{2}\d{2}(?:[ -]?\d{4}){3,7}(?:[ -]?\d{1,3})?\b/gi },
  { kind: 'CARD', expression: /(?<![\d+])\d(?:[ -]?\d){12,18}(?!\d)/g, isMeant: isCard },
  {
    kind: 'ID',
    expression: /\b(?:\d{2}\.?\d{3}\.?\d{3}[ -]?[A-Z]|[XYZ][ -]?\d{7}[ -]?[A-Z]|\d{3}-\d{2}-\d{4})\b/gi,
    isMeant: isIdentity,
  },
  { kind: 'PHONE', expression: /(?<![\p{L}\d])(?:\+|\(\+?)?\d[\d ().\u00a0-]{5,38}\d(?![\p{L}\d])/gu, isMeant: isPhone },
];

/** The same original has the same placeholder in all texts; placeholders that a text holds already are not used. */
export function redact(texts: readonly string[]): Redaction {
  const originals = new Map<string, string>();
  const placeholders = new Map<string, string>();
  const taken = texts.join('\n');
  const placeholderOf = (kind: Kind, original: string): string => {
    const known = placeholders.get(original);
    if (known) return known;
    let number = placeholders.size + 1;
    while (taken.includes(`[${kind}_${number}]`)) number += 1_000;
    const placeholder = `[${kind}_${number}]`;
    placeholders.set(original, placeholder);
    originals.set(placeholder, original);
    return placeholder;
  };
  const hidden = texts.map((text) =>
    patterns.reduce(
      (rest, { kind, expression, isMeant }) =>
        rest.replace(expression, (match) => (!isMeant || isMeant(match) ? placeholderOf(kind, match) : match)),
      text,
    ),
  );
  return { texts: hidden, originals };
}

const placeholder = /\[ ?(EMAIL|IBAN|CARD|ID|PHONE)_(\d{1,6}) ?\]/gi;

/** Placeholders that stand for nothing stay. */
export const restore = (text: string, originals: Redaction['originals']): string =>
  text.replace(placeholder, (match, kind: string, number: string) => originals.get(`[${kind.toUpperCase()}_${number}]`) ?? match);
