import { describe, expect, it } from '@jest/globals';
import { textAnalysis } from '#contracts';
import { analyzeText } from './analyze-text.ts';
import { detectLanguage } from './detect-language.ts';
import { maxTextUnits, readDocument } from './read-document.ts';

const entitiesOf = (text: string) => analyzeText(text, { tasks: ['entities'] }).entities!.map(({ type, text: own }) => `${type} ${own}`);
const languageOf = (text: string) => analyzeText(text, { tasks: ['language'] }).language;
const spokenIn = (text: string) => detectLanguage(readDocument(text));

describe('language', () => {
  it.each([
    ['Great job!', 'en'],
    ['Estamos contratando', 'es'],
    ['Buenos días', 'es'],
    ['Bonjour à tous, nous sommes contents', 'fr'],
    ['Olá a todos, estamos muito felizes', 'pt'],
    ['Привет мир', 'ru'],
    ['https://example.com', 'und'],
    ['🎉🎉 @ana #2024a', 'und'],
    ['', 'und'],
  ])('of %j is %s', (text, language) => expect(languageOf(text)).toBe(language));

  it('tells the languages of a mixed text by sentence', () => {
    const found = spokenIn('We are hiring for the new team. Estamos contratando en Madrid para el nuevo equipo.');
    expect(found.sentences).toEqual(['en', 'es']);
    expect(found.shares.map(({ language }) => language).sort()).toEqual(['en', 'es']);
  });
});

describe('entities', () => {
  it.each([
    [
      'Dr. Smith met María José de la Cruz in Madrid on 3 May 2025.',
      ['PERSON Smith', 'PERSON María José de la Cruz', 'PLACE Madrid', 'DATE 3 May 2025'],
    ],
    [
      'El 3 de mayo, Ana y Luis gastaron 1.200,50 € en EE. UU.',
      ['DATE 3 de mayo', 'PERSON Ana', 'PERSON Luis', 'MONEY 1.200,50 €', 'PLACE EE. UU.'],
    ],
    ['They paid $1.2M to Acme Robotics.', ['MONEY $1.2M', 'ORG Acme Robotics']],
    ['Thanks @miller.john and Laura García from Telefónica!', ['MENTION @miller.john', 'PERSON Laura García', 'ORG Telefónica']],
    ['Visité la Universidad de Salamanca.', ['ORG Universidad de Salamanca']],
    ['See https://a.io/2024-01-02, ana@b.es #Data.', ['URL https://a.io/2024-01-02', 'EMAIL ana@b.es', 'HASHTAG #Data']],
    ['This may work tomorrow.', ['DATE tomorrow']],
    ["Aula3 prepares Monday's talk.", ['DATE Monday']], // a figure inside of a word
  ])('of %j', (text, expected) => expect(entitiesOf(text)).toEqual(expected));
});

describe('keywords', () => {
  it('ranks what returns and carries its places', () => {
    const text = 'Queue workers need limits. A queue without limits grows. We measured queue limits for a week.';
    const [best, ...rest] = analyzeText(text, { tasks: ['keywords'] }).keywords!;
    expect(best!.text).toMatch(/queue|limits/);
    expect(best!.score).toBe(1);
    expect(text.slice(best!.start, best!.end).toLowerCase()).toBe(best!.text.toLowerCase());
    expect(rest.map(({ score }) => score)).toEqual([...rest.map(({ score }) => score)].sort((a, b) => b - a));
  });
});

describe('the embedding', () => {
  it('is a unit vector that depends on the text alone, where it was asked for', () => {
    const [one, same, other] = ['Golden hour mixes', 'Golden hour mixes', 'Una carta de ayer'].map(
      (text) => analyzeText(text, { tasks: ['embedding'] }).embedding!,
    );
    expect([one, analyzeText('Golden hour mixes').embedding]).toEqual([same, null]);
    expect(one!.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 3);
    expect(other).not.toEqual(one);
  });
});

describe('tone', () => {
  it.each([
    ['Dear colleagues, we are pleased to announce the appointment of the new committee. Kind regards', 'formal'],
    ['Hey folks, gonna grab a coffee, wanna hang out?', 'casual'],
    ['My cat walks into a bar, lol 😂 asking for a friend', 'casual'],
    ["So excited!!! Can't wait to start 🚀", 'enthusiastic'],
    ['According to the report, 45 percent of respondents increased spending in 2023.', 'informative'],
    ['Urgent: last chance, act now!', 'urgent'],
    ["I'm so sorry for your loss. You are not alone ❤️", 'empathetic'],
    ['Estimados señores: les comunicamos, en nombre de la dirección, el nombramiento. Atentamente', 'formal'],
    ['¡Qué ilusión! ¡No puedo esperar! 🎉', 'enthusiastic'],
    ['Lo siento mucho, no estás sola. Un abrazo', 'empathetic'],
  ])('of %j is %s', (text, tone) => expect(analyzeText(text, { tasks: ['tone'] }).tone!.label).toBe(tone));
});

describe('structure', () => {
  it('counts units and graphemes and finds the hook before the fold', () => {
    const text = `${'👨‍👩‍👧'.repeat(205)} hello there\n\nWhat do you think? Sign up: https://a.io #go`;
    const structure = analyzeText(text, { tasks: ['structure'] }).structure!;
    expect(structure.hook).toMatchObject({ start: 0, isFolded: true });
    expect(structure.lengthUnits).toBe(text.length);
    expect(structure.lengthGraphemes).toBe(205 + text.length - 205 * '👨‍👩‍👧'.length);
    expect(structure).toMatchObject({ paragraphs: 2, questions: 1, links: 1, hashtags: ['#go'] });
    expect(structure.callsToAction.map((found) => found.text)).toEqual(['What do you think', 'Sign up']);
  });
});

describe('analyzeText', () => {
  it('does only what is asked for', () => {
    const { sentiment, ...rest } = analyzeText('Hello there', { tasks: ['sentiment'] });
    expect(sentiment).not.toBeNull();
    expect(rest).toMatchObject({ tone: null, readability: null, structure: null, keywords: [], entities: [] });
  });
  it('answers in the shape of the contract', () => {
    const found = analyzeText('Nobody at Acme Inc. was happy on 3 May 2025 😞. Sign up at a.io! #go');
    expect(textAnalysis.strict().safeParse(found).error).toBeUndefined();
  });
  it('gives the formulas of the language of the text', () => {
    expect(analyzeText('The cat sleeps on the mat.').readability).toMatchObject({ flesch: expect.any(Number), szigrisztPazos: null });
    expect(analyzeText('El gato duerme en la casa.').readability).toMatchObject({ flesch: null, szigrisztPazos: expect.any(Number) });
  });
  it('says what another language does not get', () => {
    const found = analyzeText('Guten Morgen, wir suchen für das Team einen Koch.');
    expect(found).toMatchObject({ tone: null, readability: null, keywords: [], notes: [expect.stringContaining('Language de')] });
  });
  it('gives the same answer twice', () => {
    const text = 'I love Madrid, pero no me gusta el ruido 😞 $5';
    expect(analyzeText(text)).toEqual(analyzeText(text));
  });
  it.each(['', ' \n', '\0', '\ud800', '‏‎\u200b', '<b>hi</b>', '🎉'.repeat(500), 'a'.repeat(100_000), 'not good but '.repeat(5_000)])(
    'takes any text (case %#)',
    (text) => expect(analyzeText(text).notes).toBeInstanceOf(Array),
  );
  it('gives spans inside the text and confidences in [0, 1]', () => {
    const text = 'Nobody at Acme Inc. was happy on 3 May 2025 😞. ¿Qué opinas, José? Sign up at a.io!';
    const seen = JSON.stringify(analyzeText(text));
    for (const [, value] of seen.matchAll(/"confidence":([\d.]+)/g)) expect(Number(value)).toBeLessThanOrEqual(1);
    for (const [, end] of seen.matchAll(/"end":(\d+)/g)) expect(Number(end)).toBeLessThanOrEqual(text.length);
  });
  it('refuses a text above the limit', () => expect(() => analyzeText('a'.repeat(maxTextUnits + 1))).toThrow(RangeError));
});
