import { describe, expect, it } from '@jest/globals';
import { type Column, incompatibilities } from './schema-shape.ts';

const text: Column = { type: 'text', isRequired: false, hasDefault: false };
const required: Column = { ...text, isRequired: true };
const filled: Column = { ...required, hasDefault: true };
const older = { 'audio.track.id': required, 'audio.track.title': text };

describe('a newer schema', () => {
  it.each([
    ['has a new table', { ...older, 'audio.cue.id': required }],
    ['has a new column that may be empty', { ...older, 'audio.track.mood': text }],
    ['has a new column with a default', { ...older, 'audio.track.revision': filled }],
    ['fills a column itself', { ...older, 'audio.track.title': filled }],
    ['requires less', { ...older, 'audio.track.id': text }],
  ])('serves older services when it %s', (_what, newer) => expect(incompatibilities(older, newer)).toEqual([]));

  it.each([
    ['lacks a column', { 'audio.track.id': required }, 'audio.track.title is gone'],
    ['has another type', { ...older, 'audio.track.title': { ...text, type: 'jsonb' } }, 'audio.track.title was text and is jsonb'],
    ['requires more', { ...older, 'audio.track.title': required }, 'audio.track.title has become required'],
    [
      'has a new column that older services do not fill',
      { ...older, 'audio.track.owner': required },
      'audio.track.owner is new and required',
    ],
  ])('breaks older services when it %s', (_what, newer, fault) => expect(incompatibilities(older, newer)).toEqual([fault]));
});
