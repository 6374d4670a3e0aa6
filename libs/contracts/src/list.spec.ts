import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { list, range } from './list.ts';
import { resource } from './resource.ts';

const clip = resource('clip', { widthPx: z.number(), curve: z.array(z.number()) });
const clips = list({
  item: clip,
  filters: { ...range('widthPx', 'Width'), state: clip.shape.state.optional() },
  sorts: ['createdAt', 'title'],
  searches: 'the title',
  fields: ['curve'],
});

describe('the request of a list', () => {
  it('has a page size and an order unless told', () => {
    expect(clips.request.parse({})).toEqual({ limit: 20, sort: '-createdAt' });
  });

  it('takes what the noun declares', () => {
    const request = {
      widthPxMin: 100,
      widthPxMax: 200,
      state: 'ready',
      q: 'björk',
      fields: ['curve'],
      sort: 'title',
      tag: ['live'],
      limit: 20,
    };
    expect(clips.request.parse(request)).toEqual(request);
    expect(clips.request.parse({ metadata: { project: 'spring' } }).metadata).toEqual({ project: 'spring' });
  });

  it.each([{ sort: 'widthPx' }, { fields: ['other'] }, { heightPxMin: 1 }, { limit: 101 }])(
    'refuses what it does not declare: %j',
    (value) => {
      expect(clips.request.safeParse(value).success).toBe(false);
    },
  );

  it('has no text search and no fields where none is declared', () => {
    const plain = list({ item: clip, sorts: ['createdAt'] });
    expect(plain.request.safeParse({ q: 'x' }).success).toBe(false);
    expect(plain.request.safeParse({ fields: ['curve'] }).success).toBe(false);
  });
});

describe('the reply of a list', () => {
  it('has summaries: the fields that grow with the medium may be absent', () => {
    const { items } = clips.reply.shape;
    expect(Object.keys(items.element.shape)).toEqual(Object.keys(clip.shape));
    expect(items.element.shape.curve.safeParse(undefined).success).toBe(true);
    expect(items.element.shape.widthPx.safeParse(undefined).success).toBe(false);
  });
});
