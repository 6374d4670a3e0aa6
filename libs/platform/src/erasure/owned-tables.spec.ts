import { describe, expect, it } from '@jest/globals';
import { deletionOrder } from './owned-tables.ts';

const table = (name: string, ...refersTo: string[]) => ({ name, refersTo });
const orderOf = (...tables: ReturnType<typeof table>[]) => deletionOrder(tables).map(({ name }) => name);

describe('the order in which owned tables are emptied', () => {
  it('has a table before those that it refers to', () => {
    expect(orderOf(table('a'), table('b', 'a'), table('c', 'b', 'a'))).toEqual(['c', 'b', 'a']);
  });
  it('keeps every table, also those that refer to each other or to themselves', () => {
    expect(orderOf(table('a', 'b'), table('b', 'a'), table('c', 'c')).sort()).toEqual(['a', 'b', 'c']);
  });
});
