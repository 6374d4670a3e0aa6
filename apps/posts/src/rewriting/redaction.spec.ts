import { describe, expect, it } from '@jest/globals';
import { redact, restore } from './redaction.ts';

const hidden = (text: string) => redact([text]).texts[0];

describe('what identifies people', () => {
  it.each([
    ['Write to ana.ruiz+jobs@example.co.uk.', 'Write to [EMAIL_1].'],
    ['Escribe a maría@ejemplo.es o llama al +34 612 34 56 78', 'Escribe a [EMAIL_2] o llama al [PHONE_1]'],
    ['Call (555) 010-9999 or 555-0134 today', 'Call [PHONE_1] or [PHONE_2] today'],
    ['IBAN ES91 2100 0418 4502 0005 1332.', 'IBAN [IBAN_1].'],
    ['Card 4111 1111 1111 1111, please', 'Card [CARD_1], please'],
    ['Llama al 600 123 456 o al 612.345.678', 'Llama al [PHONE_1] o al [PHONE_2]'],
    ['Tel. 912 345 678 - 600 123 456', 'Tel. [PHONE_1]'],
    ['Tel. 600123456 600654321', 'Tel. [PHONE_1]'],
    ['DNI 12.345.678-Z o 12345678z', 'DNI [ID_1] o [ID_2]'],
    ['es9121000418450200051332 y ES91-2100-0418-4502-0005-1332 para ti', '[IBAN_1] y [IBAN_2] para ti'],
    ['DNI 12345678Z, NIE X1234567L, SSN 078-05-1120', 'DNI [ID_1], NIE [ID_2], SSN [ID_3]'],
    ['Call 600 123 456 or 612.345.678', 'Call [PHONE_1] or [PHONE_2]'],
    ['Call 34 600 123 456, 912 345 678 - 600 123 456', 'Call [PHONE_1], [PHONE_2]'],
    ['Call 600 123 456 612 345 678, now', 'Call [PHONE_1], now'],
    ['On 600 123 456 (2026-11-28)', 'On [PHONE_1])'],
    ['DNI 12.345.678-Z, 12345678z, 12345678 Z, NIE y-1234567-x', 'DNI [ID_1], [ID_2], [ID_3], NIE [ID_4]'],
    ['es9121000418450200051332 o ES91-2100-0418-4502-0005-1332', '[IBAN_1] o [IBAN_2]'],
    ['es91 2100 0418 4502 0005 1332 para ti', '[IBAN_1] para ti'],
  ])('is hidden: %s', (text, expected) => {
    const { texts, originals } = redact([text]);
    expect(texts[0]!.replace(/_\d/g, '')).toBe(expected.replace(/_\d/g, ''));
    expect(restore(texts[0]!, originals)).toBe(text);
  });

  it('is hidden where two numbers stand side by side, whatever the digits are taken for', () =>
    expect(hidden('Call 600123456 600654321')).toMatch(/^Call \[(?:PHONE|CARD)_1\]$/));

  it.each([
    'On 2026-11-28 we sold 1.200.000 units, 10 000 000 in all, for 3.14159265 each.',
    'From 2019-2024 @ana_dev wrote #100DaysOfCode at https://example.org/a?b=1',
    'Between 3 and 5 people, 45%, 1.200,50 € and v2.10.3',
    'Article 12.345.678 A and 12.345.678-A', // not the letter of an identity number
  ])('is not seen in %s', (text) => expect(hidden(text)).toBe(text));

  it('has one placeholder in all texts, and none that a text holds already', () => {
    const { texts, originals } = redact(['a@b.es, a@b.es and [EMAIL_1]', 'to a@b.es']);
    const [name] = originals.keys();
    expect(texts).toEqual([`${name}, ${name} and [EMAIL_1]`, `to ${name}`]);
    expect([name === '[EMAIL_1]', restore(texts.join('|'), originals)]).toEqual([false, 'a@b.es, a@b.es and [EMAIL_1]|to a@b.es']);
  });

  it('comes back from placeholders that a model has spelled its own way; invented ones stay', () => {
    const { originals } = redact(['a@b.es']);
    expect(restore('[email_1], [ EMAIL_1 ] and [EMAIL_7]', originals)).toBe('a@b.es, a@b.es and [EMAIL_7]');
  });

  it.each([
    'a'.repeat(20_000),
    '1 '.repeat(10_000),
    '+('.repeat(10_000),
    'A'.repeat(20_000),
    'a@'.repeat(10_000),
    `${'1.'.repeat(10_000)}x`,
    'es91 a1b2 '.repeat(2_000),
    'es91'.repeat(5_000),
  ])('is looked for in time linear in the text (%#)', (text) => {
    const before = process.cpuUsage();
    redact([text]);
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });
});
