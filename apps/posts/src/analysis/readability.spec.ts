import { describe, expect, it } from '@jest/globals';
import { readDocument } from './read-document.ts';
import { measureReadability, readabilityScores } from './readability.ts';
import { countSyllables } from './syllables.ts';

const english: Readonly<Record<number, string>> = {
  1: 'the cat jumped walked makes time home love lives eyes queue through world called named',
  2: "table people over being going didn't cities little wanted needed homework sometimes careful today focus started quiet poem lion business science",
  3: 'beautiful family anything everyone important animal employee radio video idea area happiest creative computer example energy industry',
  4: 'information technology experience community everybody reliable graduation january independent education',
  5: 'university opportunity organization',
};
const spanish: Readonly<Record<number, string>> = {
  1: 'el buey rey muy pan bien seis guion y',
  2: 'día casa país aún ahí causa pingüe cuanto queso',
  3: 'ahora ciudades teatro pingüino paraguay situación veintiuno camino prohíbo',
  4: 'aéreo poesía energía universo',
  5: 'universidad oportunidad comunicación',
};
const cases = (lists: Readonly<Record<number, string>>) =>
  Object.entries(lists).flatMap(([count, words]) => words.split(' ').map((word) => [word, Number(count)] as const));

describe('countSyllables', () => {
  it.each(cases(english))('en: %s has %d', (word, count) => expect(countSyllables(word, 'en')).toBe(count));
  it.each(cases(spanish))('es: %s has %d', (word, count) => expect(countSyllables(word, 'es')).toBe(count));
});

describe('readabilityScores', () => {
  const counts = { sentences: 5, words: 100, syllables: 150, characters: 450, polysyllables: 10, complexWords: 8 };

  it('computes every formula from the counts', () => {
    expect(readabilityScores(counts)).toEqual({
      flesch: 59.64, // 206.835 - 20.3 - 126.9
      fleschKincaidGrade: 9.91, // 7.8 + 17.7 - 15.59
      smog: 11.21, // 1.043 √60 + 3.1291
      ari: 9.77, // 21.195 + 10 - 21.43
      colemanLiau: 9.18, // 26.46 - 1.48 - 15.8
      gunningFog: 11.2, // 0.4 (20 + 8)
      fernandezHuerta: 96.44, // 206.84 - 90 - 20.4
      szigrisztPazos: 93.39, // 206.835 - 93.45 - 20
      inflesz: 'very-easy',
    });
  });
});

describe('measureReadability', () => {
  it('counts sentences, words with addresses and figures, and syllables of what has letters only', () => {
    const found = measureReadability(readDocument('The cat sat. It saw 12 animals at https://a.io!'), 'en');
    expect(found).toMatchObject({ sentences: 2, words: 9, syllables: 9, characters: 25, polysyllables: 1 });
  });
  it('has nothing to say about a text without words', () => expect(measureReadability(readDocument('🎉 12'), 'en')).toBeNull());
});
