/** Rows of owners on a real PostgreSQL: creation, changes that race, and lists over 100,000 rows. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Column, type DataSource, Entity, type MigrationInterface, type QueryRunner } from 'typeorm';
import * as z from 'zod';
import { type Failure, list, range, resource } from '#contracts';
import { fillTables, queryPlans, type TestDatabase, testDatabase } from '#testing';
import { openPostgres } from './data-source.ts';
import { type ListDeclaration, loadList } from './load-list.ts';
import { deleteOwned, insertOwned, type OwnedKey, RowExists, updateOwned } from './owned-row.store.ts';
import { OwnedRow, ownedColumns, ownedIndexes } from './owned-row.ts';
import { searchText } from './search-text.ts';
import { inTransaction, queryRows } from './transaction.ts';

@Entity({ schema: 'notes', name: 'note' })
class NoteRow extends OwnedRow {
  @Column('float8', { nullable: true })
  score!: number | null;

  @Column('text')
  colour!: string;
}

class CreateNotes1763683200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE notes.note (${ownedColumns}, score float8, colour text NOT NULL)`);
    for (const index of ownedIndexes('notes.note')) await runner.query(index);
    await runner.query('CREATE INDEX note_score ON notes.note (owner_id, score, id)');
  }
  async down(): Promise<void> {}
}

const notes = list({
  item: resource('note', { score: z.number().nullable(), colour: z.string() }),
  filters: { ...range('score', 'Score'), colour: z.string().optional(), state: z.enum(['ready', 'failed']).optional() },
  sorts: ['createdAt', 'title', 'score'],
  searches: 'the title',
});
type NotesRequest = z.output<typeof notes.request>;

const declaration: ListDeclaration<NotesRequest> = {
  sorts: { score: { sql: 'note.score', type: 'number', nullable: true } },
  ranges: { score: 'note.score' },
  equals: { colour: 'note.colour', state: { ready: 'note.score IS NOT NULL', failed: 'note.score IS NULL' } },
};

let database: TestDatabase;
let source: DataSource;

const owned = (ownerId: string) => source.getRepository(NoteRow).createQueryBuilder('note').where({ ownerId });
const pageOf = (ownerId: string, request: z.input<typeof notes.request>) =>
  loadList(owned(ownerId), notes.request.parse(request), declaration);
const add = async (note: Partial<NoteRow> & { readonly ownerId: string }, searched: readonly string[] = []) => {
  const row = { id: randomUUID(), title: 'a note', score: null, colour: 'red', ...note };
  await inTransaction(source, (tx) => insertOwned(tx, NoteRow, row, searched));
  return row.id;
};
const change = (key: { id: string; ownerId: string }, changes: Parameters<typeof updateOwned>[3]) =>
  inTransaction(source, (tx) => updateOwned(tx, NoteRow, key, changes));
async function everyTitle(ownerId: string, request: z.input<typeof notes.request>, between = async () => {}): Promise<string[]> {
  const titles: string[] = [];
  for (let cursor: string | undefined; ; await between()) {
    const { items, nextCursor } = await pageOf(ownerId, { ...request, cursor });
    titles.push(...items.map(({ title }) => title));
    if (nextCursor === null) return titles;
    if (titles.length > 100) throw new Error('the pages do not end');
    cursor = nextCursor;
  }
}
const outcomes = async (work: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(work)).map((each) => (each.status === 'fulfilled' ? 'done' : (each.reason as { code: string }).code)).sort();

beforeAll(async () => {
  database = await testDatabase('owned');
  const migrations = [{ schema: 'notes', steps: [CreateNotes1763683200000] }];
  source = await openPostgres({
    ...{ url: database.url, schema: 'notes', applicationName: 'spec', poolSize: 4 },
    ...{ entities: [NoteRow], migrations },
  });
});
afterAll(async () => {
  await source?.destroy();
  await database?.drop();
});

describe('a new row', () => {
  it('with an id that is there is refused, and so is one with an externalId of the same owner', async () => {
    const ownerId = randomUUID();
    const id = await add({ ownerId, externalId: 'crm-1' });
    await expect(add({ ownerId, id, externalId: 'crm-1' })).rejects.toBeInstanceOf(RowExists);
    await expect(add({ ownerId, externalId: 'crm-1' })).rejects.toMatchObject({ code: 'external-id-taken' });
    await expect(add({ ownerId: randomUUID(), externalId: 'crm-1' })).resolves.toEqual(expect.any(String));
  });

  it('takes an externalId once, also when two are written at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const note = { ownerId: randomUUID(), externalId: 'crm-1' };
      expect(await outcomes([add(note), add(note)])).toEqual(['done', 'external-id-taken']);
    }
  });
});

describe('a change', () => {
  it('sets what it names, merges metadata, removes what is null, and counts', async () => {
    const ownerId = randomUUID();
    const id = await add({ ownerId, tags: ['old'], metadata: { project: 'spring', draft: 'yes' }, externalId: 'crm-1' });
    const row = await change({ id, ownerId }, { title: 'new', metadata: { draft: null, colour: 'red' }, externalId: null });
    const expected = { title: 'new', tags: ['old'], metadata: { project: 'spring', colour: 'red' }, externalId: null, revision: 2 };
    expect(row).toMatchObject(expected);
    const stored = await source.getRepository(NoteRow).findOneByOrFail({ id });
    expect(stored).toMatchObject(expected);
    expect(row?.updatedAt).toEqual(stored.updatedAt);
    expect(stored.updatedAt.getTime()).toBeGreaterThan(stored.createdAt.getTime());
  });

  it('of nothing, or of a row of somebody else, changes nothing', async () => {
    const ownerId = randomUUID();
    const id = await add({ ownerId });
    expect(await change({ id, ownerId }, {})).toMatchObject({ revision: 1 });
    expect(await change({ id, ownerId: randomUUID() }, { title: 'mine' })).toBeNull();
  });

  it('is refused when it is based on another revision, or takes an externalId that is taken, or makes too many pairs', async () => {
    const ownerId = randomUUID();
    const pairs = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`key-${at}`, 'value']));
    const [id] = await Promise.all([add({ ownerId, metadata: pairs }), add({ ownerId, externalId: 'crm-1' })]);
    const key = { id, ownerId };
    await expect(change(key, { ifRevision: 2, title: 'x' })).rejects.toMatchObject({ code: 'precondition-failed' });
    await expect(change(key, { externalId: 'crm-1' })).rejects.toMatchObject({ code: 'external-id-taken' });
    await expect(change(key, { metadata: { more: 'x' } })).rejects.toMatchObject({ code: 'metadata-too-large' });
    await expect(change(key, { ifRevision: 1, metadata: { more: 'x', 'key-0': null } })).resolves.toMatchObject({ revision: 2 });
  });

  it('loses against another one that is based on the same revision at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const ownerId = randomUUID();
      const id = await add({ ownerId });
      const both = ['first', 'second'].map((title) => change({ id, ownerId }, { ifRevision: 1, title }));
      expect(await outcomes(both)).toEqual(['done', 'precondition-failed']);
      expect(await source.getRepository(NoteRow).findOneByOrFail({ id })).toMatchObject({ revision: 2 });
    }
  });

  it('takes an externalId once, also when two rows want it at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const ownerId = randomUUID();
      const ids = await Promise.all([add({ ownerId }), add({ ownerId })]);
      expect(await outcomes(ids.map((id) => change({ id, ownerId }, { externalId: 'crm-1' })))).toEqual(['done', 'external-id-taken']);
    }
  });
});

describe('a deletion', () => {
  const remove = (key: OwnedKey, ifRevision?: number) => inTransaction(source, (tx) => deleteOwned(tx, NoteRow, key, ifRevision));

  it('is refused when the row has changed since it was read, and removes it otherwise', async () => {
    const ownerId = randomUUID();
    const id = await add({ ownerId });
    await change({ id, ownerId }, { title: 'newer' });
    expect(await outcomes([remove({ id, ownerId }, 1)])).toEqual(['precondition-failed']);
    expect(await remove({ id, ownerId: randomUUID() })).toBe(false);
    expect(await remove({ id, ownerId }, 2)).toBe(true);
    expect(await remove({ id, ownerId }, 2)).toBe(false);
  });

  it('and a change that are based on the same revision at the same time: one of them happens', async () => {
    for (let round = 0; round < 10; round++) {
      const ownerId = randomUUID();
      const id = await add({ ownerId });
      const changed = change({ id, ownerId }, { ifRevision: 1, title: 'newer' });
      const removed = remove({ id, ownerId }, 1).then(String, (failure: Failure) => failure.code);
      const row = await changed;
      expect(await removed).toBe(row ? 'precondition-failed' : 'true');
      expect(await source.getRepository(NoteRow).countBy({ id })).toBe(row ? 1 : 0);
    }
  });
});

describe('a list', () => {
  const ownerId = randomUUID();
  const titlesOf = async (request: z.input<typeof notes.request>) => (await everyTitle(ownerId, { limit: 2, ...request })).join(' ');

  beforeAll(async () => {
    await add({ ownerId, title: 'Björk', score: 2, tags: ['live', 'summer'], metadata: { project: 'spring' }, externalId: 'crm-7' });
    await add({ ownerId, title: 'abba', score: null, colour: 'blue' }, ['Dancing Queen', '100 % pop']);
    await add({ ownerId, title: 'Zola', score: 1, tags: ['live'] });
    await add({ ownerId, title: 'Émilie', score: 2 });
    await add({ ownerId, title: 'cher', score: null });
    await add({ ownerId: randomUUID(), title: 'of somebody else', score: 2 });
  });

  it.each([
    ['createdAt', 'Björk abba Zola Émilie cher'],
    ['-createdAt', 'cher Émilie Zola abba Björk'],
    ['title', 'abba Björk cher Émilie Zola'],
    ['-title', 'Zola Émilie cher Björk abba'],
  ])('sorted by %s has every row of its owner once', async (sort, titles) => expect(await titlesOf({ sort })).toBe(titles));

  it.each(['score', '-score'])('sorted by %s has the rows without a value last, whatever the size of a page', async (sort) => {
    const pages = await Promise.all([1, 2, 3, 5, 100].map((limit) => titlesOf({ sort, limit })));
    expect(new Set(pages).size).toBe(1);
    const titles = pages[0]?.split(' ') ?? [];
    expect(titles.indexOf('Zola')).toBe(sort === 'score' ? 0 : 2);
    expect(titles.slice(3).sort()).toEqual(['abba', 'cher']);
  });

  it.each<[z.input<typeof notes.request>, string]>([
    [{ tag: ['live'] }, 'Björk Zola'],
    [{ tag: ['live', 'summer'] }, 'Björk'],
    [{ metadata: { project: 'spring' } }, 'Björk'],
    [{ externalId: 'crm-7' }, 'Björk'],
    [{ scoreMin: 2 }, 'Björk Émilie'],
    [{ scoreMin: 1, scoreMax: 1.5 }, 'Zola'],
    [{ colour: 'blue' }, 'abba'],
    [{ state: 'failed' }, 'abba cher'],
    [{ q: 'bjork' }, 'Björk'],
    [{ q: 'BJÖ' }, 'Björk'],
    [{ q: 'e\u0301milie' }, 'Émilie'],
    [{ q: 'queen abba' }, 'abba'],
    [{ q: '0 %' }, 'abba'],
    [{ q: '%' }, 'abba'],
    [{ q: '_' }, ''],
    [{ q: '\\' }, ''],
    [{ q: "' OR 1=1 --" }, ''],
    [{ colour: 'blue', q: 'bjork' }, ''],
  ] as const)('%j has what fits', async (request, titles) => expect(await titlesOf({ sort: 'title', ...request })).toBe(titles));

  it('finds a row by its new title and by what else is searched once the title has changed', async () => {
    const owner = randomUUID();
    const id = await add({ ownerId: owner, title: 'before' }, ['Artist']);
    await change({ id, ownerId: owner }, { title: 'Après' });
    const found = (q: string) => everyTitle(owner, { q });
    expect(await Promise.all(['apres', 'artist', 'before'].map(found))).toEqual([['Après'], ['Après'], []]);
  });

  it('does not repeat or skip rows that were there while others are inserted', async () => {
    const owner = randomUUID();
    for (const title of ['b', 'd', 'f', 'h']) await add({ ownerId: owner, title });
    const between = async () => void (await Promise.all(['a', 'e', 'z'].map((title) => add({ ownerId: owner, title }))));
    const seen = await everyTitle(owner, { limit: 2, sort: 'title' }, between).then((titles) =>
      titles.filter((title) => 'bdfh'.includes(title)),
    );
    expect(seen).toEqual(['b', 'd', 'f', 'h']);
    expect((await everyTitle(owner, { limit: 2 }, between)).filter((title) => 'bdfh'.includes(title))).toEqual(['h', 'f', 'd', 'b']);
  });

  it('refuses a cursor of another order, and one that no list gave out', async () => {
    const { nextCursor } = await pageOf(ownerId, { sort: 'title', limit: 1 });
    const refused = { code: 'request-invalid', errors: [expect.objectContaining({ pointer: '/query/cursor' })] };
    for (const sort of ['-title', 'createdAt', 'score'])
      await expect(pageOf(ownerId, { sort, limit: 1, cursor: nextCursor! })).rejects.toMatchObject(refused);
    await expect(pageOf(ownerId, { cursor: 'aGVsbG8' })).rejects.toMatchObject(refused);
  });

  it('can be sorted by a title as long as titles may be', async () => {
    const owner = randomUUID();
    const titles = ['a', 'b', 'c'].map((first) => first + '\u{1F3B5}'.repeat(99));
    for (const title of titles) await add({ ownerId: owner, title });
    expect(await everyTitle(owner, { sort: 'title', limit: 1 })).toEqual(titles);
  });
});

describe('a list by time', () => {
  it('has what was created or changed from one moment to another, both included to the millisecond', async () => {
    const ownerId = randomUUID();
    const ids = await Promise.all(['first', 'second', 'third'].map((title) => add({ ownerId, title })));
    for (const [at, id] of ids.entries())
      await queryRows(
        source,
        `UPDATE notes.note SET created_at = timestamptz '2026-01-01T00:00:00.123456Z' + $2 * interval '1 hour',
           updated_at = timestamptz '2026-02-01T00:00:00.123456Z' - $2 * interval '1 hour' WHERE id = $1`,
        [id, at],
      );
    const titles = async (request: z.input<typeof notes.request>) => (await pageOf(ownerId, request)).items.map(({ title }) => title);
    expect(await titles({ createdAtMin: '2026-01-01T01:00:00.123Z', sort: 'createdAt' })).toEqual(['second', 'third']);
    expect(await titles({ createdAtMax: '2026-01-01T01:00:00.123Z', sort: 'createdAt' })).toEqual(['first', 'second']);
    expect(await titles({ updatedAtMax: '2026-01-31T23:00:00.123Z', sort: '-updatedAt' })).toEqual(['second', 'third']);
    expect(await titles({ updatedAtMin: '2026-01-31T23:00:00.124Z', sort: 'updatedAt' })).toEqual(['first']);
  });
});

describe('a list over 100,000 rows of 50 owners', () => {
  const ownerId = '00000000-0000-4000-8000-000000000007';
  const plansOf = (request: z.input<typeof notes.request>) => queryPlans(source, () => pageOf(ownerId, request));

  beforeAll(async () => {
    await fillTables(
      source,
      `INSERT INTO notes.note (id, owner_id, title, search_text, tags, metadata, external_id, score, colour, created_at)
       SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 50)::text, 12, '0'))::uuid, 'Note ' || i, $1 || i,
         ARRAY['tag' || i % 100], jsonb_build_object('project', 'p' || i % 100), 'id-' || i,
         CASE WHEN i % 10 = 0 THEN NULL ELSE (i * 7919) % 100000 END, 'colour ' || i % 20, now() - i * interval '1 second'
       FROM generate_series(1, 100000) AS i`,
      [searchText('Note x').slice(0, -1)],
    );
    await source.query('VACUUM ANALYZE notes.note');
  }, 60_000);

  it.each<z.input<typeof notes.request>>([
    ...['createdAt', 'updatedAt', 'title', 'score'].flatMap((sort) => [{ sort }, { sort: `-${sort}` }]),
    { tag: ['tag7'] },
    { metadata: { project: 'p7' } },
    { externalId: 'id-7' },
    { scoreMin: 100, scoreMax: 5_000 },
    { createdAtMin: '2026-01-01T00:00:00.000Z', createdAtMax: '2100-01-01T00:00:00.000Z' },
    { sort: '-updatedAt', updatedAtMin: '2026-01-01T00:00:00.000Z' },
    { sort: 'score', scoreMin: 50_000 },
    { colour: 'colour 7' },
    { q: 'note 777' },
    { state: 'failed', sort: '-score' },
  ])('reads an index of the owner: %j', async (request) => {
    const first = await pageOf(ownerId, { ...request, limit: 5 });
    const plans = await plansOf({ ...request, limit: 5, ...(first.nextCursor ? { cursor: first.nextCursor } : {}) });
    expect(plans).toMatch(/Index Cond: .*owner_id = /);
    expect(plans).not.toContain('Seq Scan');
  });

  it.each(['title', '-title', 'score', '-score', '-createdAt', '-updatedAt'])('sorts by %s in the order of an index', async (sort) =>
    expect(await plansOf({ sort, limit: 5 })).not.toContain('Sort Key'),
  );
});
