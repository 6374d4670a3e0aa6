import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { newOwnerFields, ownerChanges, resource, rounded } from './resource.ts';

const changes = z.strictObject(ownerChanges);

describe('a resource', () => {
  it('has its fields in one order, its own between those of the owner and the job', () => {
    expect(Object.keys(resource('clip', { widthPx: z.number() }).shape)).toEqual([
      ...['id', 'kind', 'state', 'title', 'tags', 'metadata', 'externalId'],
      'widthPx',
      ...['job', 'problem', 'revision', 'createdAt', 'updatedAt'],
    ]);
  });
});

describe('the fields of an owner', () => {
  const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`key-${at}`, 'value']));

  it.each([
    { title: 'x'.repeat(201) },
    { title: 'two\nlines' },
    { tags: Array.from({ length: 51 }, (_, at) => `tag ${at}`) },
    { tags: ['live', 'live'] },
    { tags: [''] },
    { metadata: pairs(51) },
    { metadata: { 'no blanks': 'value' } },
    { metadata: { key: 'x'.repeat(501) } },
    { externalId: '' },
  ])('are bounded: %j', (value) => {
    expect(z.strictObject(newOwnerFields).safeParse(value).success).toBe(false);
    expect(changes.safeParse(value).success).toBe(false);
  });

  it('take null in a change where something can be removed, and nowhere else', () => {
    expect(changes.safeParse({ externalId: null, metadata: { draft: null } }).success).toBe(true);
    expect(changes.safeParse({ title: null }).success).toBe(false);
    expect(z.strictObject(newOwnerFields).safeParse({ externalId: null }).success).toBe(false);
  });
});

describe('a rounded number', () => {
  it.each([
    [2, 121.98432, 121.98],
    [2, 2.77e-6, 0],
    [2, -0.001, 0],
    [3, 24.00049, 24],
    [2, -14.255, -14.25],
  ])('has at most %d decimals: %d is %d', (decimals, value, expected) => {
    expect(Object.is(rounded(decimals).parse(value), expected)).toBe(true);
  });
});
