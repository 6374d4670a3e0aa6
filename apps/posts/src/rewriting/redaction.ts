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

/** ISO and written dates, numbers with one kind of separator of thousands, and decimals are left to the model. */
const isPlainNumber = (match: string): boolean =>
  /^\d{4}[-.]\d{1,2}[-.]\d{1,2}$|^\d{1,2}[-.]\d{1,2}[-.]\d{4}$|^\d{1,3}([., ])\d{3}(?:\1\d{3})*$|^\d+[.,]\d+$|^\d{4} ?- ?\d{4}$/.test(
    match,
  );

/** Nine digits, as telephone numbers are written in Spain, also with the country code: `612.345.678` is one, although it may be read as a number. */
const isNational = (digits: string): boolean => /^(?:(?:00)?34)?[6-9]\d{8}$/.test(digits);

/** 7 digits or more; more than 15 are several numbers (E.164). Other digits are hidden with them: the model does not need them. */
function isPhone(match: string): boolean {
  const digits = digitsOf(match);
  return digits.length >= 7 && (match.startsWith('+') || digits.length > 15 || isNational(digits) || !isPlainNumber(match));
}

/** A Spanish DNI or NIE has the letter that its digits give; a social security number of the USA has none. */
function isId(match: string): boolean {
  const [, first = '', digits, letter] = /^([XYZ]?)(\d+)([A-Z])$/.exec(match.toUpperCase().replace(/[^A-Z\d]/g, '')) ?? [];
  if (digits === undefined) return true;
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(`${first && 'XYZ'.indexOf(first)}${digits}`) % 23] === letter;
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
  // in small letters every group after the bank's that stands apart has a digit, so that words which follow are left
  {
    kind: 'IBAN',
    expression:
      /\b[A-Z]{2}\d{2}[ -]?[A-Z0-9]{4}(?:[A-Z0-9]{4}|[ -](?=[A-Z]{0,3}\d)[A-Z0-9]{4}){1,6}(?:[A-Z0-9]{1,3}|[ -](?=[A-Z]{0,2}\d)[A-Z0-9]{1,3})?\b/gi,
  },
  { kind: 'CARD', expression: /(?<![\d+])\d(?:[ -]?\d){12,18}(?!\d)/g, isMeant: isCard },
  { kind: 'ID', expression: /\b(?:\d{2}\.?\d{3}\.?\d{3}[ -]?[A-Z]|[XYZ][ -]?\d{7}[ -]?[A-Z]|\d{3}-\d{2}-\d{4})\b/gi, isMeant: isId },
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
