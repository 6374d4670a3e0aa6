import { describe, expect, it } from '@jest/globals';
import { findKeywords } from './keywords.ts';
import { readDocument } from './read-document.ts';
import type { FullLanguage } from './text-document.ts';

const keywordsOf = (text: string, language: FullLanguage) => findKeywords(readDocument(text), language).map((keyword) => keyword.text);

describe('the keywords of a text', () => {
  it.each([
    ['en', 'The parcels arrive late. Our drivers draw their delivery routes by hand.', 'delivery routes'],
    ['en', 'Open source pays the rent of nobody.', 'open source'],
    ['es', 'Medimos la calidad del aire en cada aula.', 'calidad del aire'],
    ['es', 'Las ventas en línea crecen cada invierno.', 'ventas en línea'],
    ['es', 'La deuda técnica se paga con intereses.', 'deuda técnica'],
  ] as const)('hold the noun phrase of %s text: %s', (language, text, phrase) => expect(keywordsOf(text, language)).toContain(phrase));

  it.each([
    ['en', 'The council closed the bridge and the drivers blame the rain.', 'closed'],
    ['en', 'A good week helps nobody.', 'week'],
    ['es', 'El taller repara bicicletas y las vendemos en mayo.', 'vendemos'],
    ['es', 'La cosa no mejora de un día para otro.', 'cosa'],
  ] as const)('leave out verbs and generic nouns of %s text: %s', (language, text, word) =>
    expect(keywordsOf(text, language).slice(0, 2)).not.toContain(word),
  );

  it('count singular and plural as one word, in the form that stands most often', () => {
    const [first] = findKeywords(readDocument('Batteries age. A battery in a warm room ages faster. Batteries need rest.'), 'en');
    expect(first).toMatchObject({ text: 'batteries', score: 1 });
    expect(first!.spans).toHaveLength(3);
  });

  it('rank what returns before what stands once', () => {
    expect(keywordsOf('We sell lamps and chairs. Chairs sell in May. Chairs need oak.', 'en')[0]).toBe('chairs');
  });

  it.each(['en', 'es'] as const)('of a long %s text without marks take linear time', (language) => {
    expect(keywordsOf('solar panel de energía '.repeat(2_000), language).length).toBeGreaterThan(0);
  });
});
