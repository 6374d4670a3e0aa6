import { describe, expect, it } from '@jest/globals';
import { decimalInteger, exactText, headerText, integer, label, parseDecimal, text, timestamp, token } from './values.ts';

describe('texts', () => {
  const bounds = { min: 1, max: 10 };
  it.each([
    ['text', text(bounds)],
    ['exactText', exactText(bounds)],
    ['label', label(bounds)],
    ['token', token(bounds)],
    ['headerText', headerText(10)],
  ])('%s refuses NUL, lone surrogates and what is too long', (_, schema) => {
    for (const bad of ['a\u0000', '\ud800', 'x\udfff', 'x'.repeat(11), null, 5, ['a']]) expect(schema.safeParse(bad).success).toBe(false);
    expect(schema.parse('abc')).toBe('abc');
  });
  it('for people are kept in NFC, and may not become longer by that than allowed', () => {
    expect(text(bounds).parse('e\u0301')).toBe('é');
    expect(text({ max: 3 }).safeParse('\u0958\u0958\u0958').success).toBe(false); // each becomes two in NFC
  });
  it('that stand for themselves are left as they are', () => expect(exactText(bounds).parse('e\u0301')).toBe('e\u0301'));
  it('that name something have no blanks around them and no line breaks', () => {
    expect(label(bounds).parse('  a b ')).toBe('a b');
    for (const bad of ['   ', 'a\nb', 'a\u007f']) expect(label(bounds).safeParse(bad).success).toBe(false);
  });
});

describe('integers in decimal digits', () => {
  it.each(['1e1', '0x10', '0b1', ' 5 ', '+5', '05', '-0', '', '5.0', '٥', '1_000', '9007199254740993', 'NaN'])('are not %j', (digits) => {
    expect(parseDecimal(digits)).toBeUndefined();
    expect(decimalInteger({ min: -100, max: 100 }).safeParse(digits).success).toBe(false);
  });
  it.each([
    ['0', 0],
    ['42', 42],
    ['-7', -7],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('are %s', (digits, value) => expect(parseDecimal(digits)).toBe(value));
  it('keep their bounds, and a list of two is none', () => {
    const schema = decimalInteger({ min: 1, max: 10 });
    expect(schema.parse('10')).toBe(10);
    for (const bad of ['0', '11', ['1', '2'], undefined]) expect(schema.safeParse(bad).success).toBe(false);
    expect(schema.default(3).parse(undefined)).toBe(3);
  });
  it('in JSON are numbers', () => {
    expect(integer({ min: 0, max: 10 }).parse(10)).toBe(10);
    for (const bad of ['5', 1.5, 11, Number.NaN]) expect(integer({ min: 0, max: 10 }).safeParse(bad).success).toBe(false);
  });
});

describe('timestamp', () => {
  it.each([
    ['2030-01-01T00:00:00Z', '2030-01-01T00:00:00.000Z'],
    ['2030-01-01T02:00:00.123456+02:00', '2030-01-01T00:00:00.123Z'],
    ['9999-12-31T23:59:59.999999999Z', '9999-12-31T23:59:59.999Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ])('reads %s as UTC with milliseconds', (given, kept) => expect(timestamp().parse(given)).toBe(kept));
  it.each([
    '0000-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59-14:00',
    '+275760-09-13T00:00:00Z',
    '2030-02-30T00:00:00Z',
    '2030-01-01T24:00:00Z',
    '2030-01-01',
    'now',
    `2030-01-01T00:00:00.${'0'.repeat(100)}Z`,
    '2030-01-01T00:00:00Z\u0000',
  ])('refuses %s', (given) => expect(timestamp().safeParse(given).success).toBe(false));
});

describe('values with equal bounds', () => {
  it.each([text, exactText, label, token])('are one schema, and with others another', (of) => {
    expect(of({ max: 7 })).toBe(of({ max: 7 }));
    expect(of({ max: 7 })).not.toBe(of({ max: 8 }));
    expect(of({ max: 7 })).not.toBe(of({ min: 2, max: 7 }));
  });
  it('keep to themselves what is said of one of them', () => {
    integer({ min: 0, max: 7 }).meta({ description: 'Days.' });
    expect(integer({ min: 0, max: 7 }).meta()).toBeUndefined();
  });
});
