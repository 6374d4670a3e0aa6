import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { fromText } from './wire-form.ts';

/** Reads one field as an endpoint does: converted first, then checked. */
const reader = (field: z.ZodType) => {
  const schema = z.strictObject({ field });
  const convert = fromText(schema);
  return (text: unknown) => schema.safeParse(convert(text === undefined ? {} : { field: text }));
};
const accepted = (field: z.ZodType, text: unknown) => reader(field)(text).data?.field;
const isRefused = (field: z.ZodType, text: unknown) => !reader(field)(text).success;

const limit = z.number().int().min(1).max(100).default(20);

describe('fromText', () => {
  it.each([
    ['1', 1],
    ['100', 100],
    [undefined, 20],
  ])('reads %j as the integer %j', (text, value) => expect(accepted(limit, text)).toBe(value));

  it.each(['1e1', '0x10', ' 5', '5 ', '+5', '05', '1.5', '', '101', 'five', '99999999999999999999'])('refuses %j as an integer', (text) =>
    expect(isRefused(limit, text)).toBe(true),
  );

  it.each(['1e3', 'Infinity', '.5', '5.', 'NaN'])('refuses %j as a number', (text) => expect(isRefused(z.number(), text)).toBe(true));

  it('reads a number with decimals', () => expect(accepted(z.number(), '-0.25')).toBe(-0.25));

  it('reads booleans by their names alone', () => {
    const flag = z.boolean().optional();
    expect([accepted(flag, 'true'), accepted(flag, 'false'), accepted(flag, undefined)]).toEqual([true, false, undefined]);
    expect(isRefused(flag, '1')).toBe(true);
  });

  it('reads a name that is given once, or repeated, as a list', () => {
    const years = z.array(z.number().int()).max(3);
    expect(accepted(years, '1999')).toEqual([1999]);
    expect(accepted(years, ['1999', '2000'])).toEqual([1999, 2000]);
    expect(isRefused(years, ['1999', 'MM'])).toBe(true);
  });

  it('refuses a repeated name where one value is wanted', () => expect(isRefused(limit, ['1', '2'])).toBe(true));

  it('leaves text that looks like a number alone', () => expect(accepted(z.string(), '007')).toBe('007'));

  it('reads names of a closed set separated by commas, repeated, or both', () => {
    const fields = z.array(z.enum(['analysis', 'fileTags', 'cues']));
    expect(accepted(fields, 'analysis,fileTags')).toEqual(['analysis', 'fileTags']);
    expect(accepted(fields, ['analysis', 'fileTags,cues'])).toEqual(['analysis', 'fileTags', 'cues']);
    expect(isRefused(fields, 'analysis,')).toBe(true);
  });

  it('leaves the commas of free text alone', () => expect(accepted(z.array(z.string()), 'drum, bass')).toEqual(['drum, bass']));

  describe('reads name[key]=value as a record', () => {
    const schema = z.strictObject({ metadata: z.record(z.string().regex(/^\w+$/), z.string()).optional(), limit: z.number().optional() });
    const read = (raw: Record<string, unknown>) => schema.safeParse(fromText(schema)(raw));

    it('with every key that is given', () =>
      expect(read({ 'metadata[project]': 'spring', 'metadata[draft]': 'no', limit: '5' }).data).toEqual({
        metadata: { project: 'spring', draft: 'no' },
        limit: 5,
      }));

    it.each([
      { metadata: 'spring' },
      { 'metadata[]': 'spring' },
      { 'metadata[a][b]': 'spring' },
      { 'metadata[project]': ['spring', 'summer'] },
      { 'metadata[__proto__]': 'x' },
      { 'metadata[constructor]': 'x' },
      { 'other[project]': 'spring' },
    ])('and refuses %j', (raw) => expect(read(raw).success).toBe(false));
  });
});
