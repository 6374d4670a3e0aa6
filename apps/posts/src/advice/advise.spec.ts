import { describe, expect, it } from '@jest/globals';
import { type AdviceRule, adviceRules } from '#contracts';
import { analyzeText } from '../analysis/analyze-text.ts';
import { advise, compareAdvice } from './advise.ts';

const adviceOn = (text: string) => advise({ text, analysis: analyzeText(text) });
const partOf = (text: string, rule: AdviceRule) => adviceOn(text).parts.find((part) => part.rule === rule)!;
const suggestionOf = (text: string, rule: AdviceRule) => adviceOn(text).suggestions.find((suggestion) => suggestion.rule === rule);

const words = (count: number) => 'a plain text about our work '.repeat(count).slice(0, count).trim();
const good = `What did 40 customers tell us about Madrid?

They want short deliveries, and they want a person to talk to. We listened, and we opened an office there last week.

Read more in our report, and tell us what you think. #madrid #logistics`;

describe('advice', () => {
  it('finds nothing to improve in a post that keeps every rule', () => {
    expect(adviceOn(good)).toMatchObject({ score: 100, suggestions: [], language: 'en', network: 'linkedin' });
  });

  it('has a part for every rule, in the order of the contract', () => {
    expect(adviceOn('x').parts.map(({ rule }) => rule)).toEqual([...adviceRules]);
  });

  it('says how long the first line is and where it folds, with the line as evidence', () => {
    const line = `${'word '.repeat(42)}is`;
    expect(suggestionOf(`\n  ${line}\nmore`, 'first-line')).toEqual({
      rule: 'first-line',
      severity: 'improvement',
      message: 'The first line has 212 characters; LinkedIn folds near 210.',
      evidence: [{ start: 3, end: 215, text: line.slice(0, 80) }],
    });
  });

  it('counts characters of a line as people do', () => {
    expect(partOf(`${'👩‍👩‍👧‍👦'.repeat(10)} family`, 'first-line').measured).toBe('17 characters');
  });

  it('calls a text above 3,000 UTF-16 units a problem, shows what is cut and puts it first', () => {
    const [first] = adviceOn(words(3_004)).suggestions;
    expect(first).toMatchObject({ rule: 'length', severity: 'problem', evidence: [{ start: 3_000 }] });
    expect(partOf(words(3_000), 'length').score).toBe(100);
  });

  it.each<[string, string, AdviceRule, string]>([
    ['a text of a few words', 'We opened.', 'length', 'The text has 10 characters'],
    ['an opening that says nothing to anybody', 'The office was opened.\n\nIt is blue.', 'hook', 'asks nothing, names no figure'],
    ['a block that fills the screen', words(500), 'paragraphs', 'without a line break'],
    ['a text that asks for nothing', 'The office was opened.', 'call-to-action', 'Nothing asks the reader'],
    ['a text without a hashtag', 'The office was opened.', 'hashtags', 'no hashtag'],
    ['too many hashtags', '#a1 #b2 #c3 #d4 #e5 #f6 #g7', 'hashtags', 'The text has 7 hashtags'],
    ['several links', 'See https://a.example and https://b.example', 'links', 'The text has 2 links'],
    ['more emoji than words carry', '🎉🎉🎉🎉🎉 Great news for our team', 'emoji', '5 emoji in 5 words'],
    ['shouting', 'THIS IS VERY IMPORTANT NEWS', 'capitals', '5 words in capitals'],
    [
      'long words',
      'Organisational transformation necessitates comprehensive interdepartmental communication methodologies.',
      'readability',
      'many words are long',
    ],
  ])('advises on %s', (_, text, rule, message) => {
    expect(suggestionOf(text, rule)?.message).toContain(message);
    expect(partOf(text, rule).score).toBeLessThan(100);
  });

  it('leaves names in capitals and hashtags alone', () =>
    expect(partOf('NASA and UNESCO met #LAUNCH for a GREAT day', 'capitals').score).toBe(100));

  it('asks for a hook in Spanish as in English', () => {
    expect(partOf('¿Qué opinas de Madrid?', 'hook').score).toBe(100);
    expect(partOf('Abrimos una oficina.', 'hook').score).toBe(40);
  });

  it('leaves readability out of the score where the language has no formula', () => {
    const { parts, score } = adviceOn('私たちはマドリードに新しい事務所を開きました。');
    expect(parts.find(({ rule }) => rule === 'readability')).toMatchObject({ score: null });
    expect(score).toBeGreaterThan(0);
  });

  it.each(['', ' \n ', '🎉', 'x\ud800', '#'.repeat(5_000), 'A'.repeat(20_000), '\u202e\u200b', `${'a '.repeat(9_000)}?`])(
    'gives a score for any text (%#)',
    (text) => {
      const { score, suggestions } = adviceOn(text);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
      for (const { evidence } of suggestions) expect(evidence.every((each) => each.text.isWellFormed())).toBe(true);
    },
  );
});

describe('a comparison', () => {
  it('names the best variant, and per rule those that stand out', () => {
    const found = compareAdvice([adviceOn('The office was opened.'), adviceOn(good), adviceOn('The office was opened.')]);
    expect(found.best).toBe(1);
    expect(found.bestByRule).toContainEqual({ rule: 'hashtags', variants: [1] });
    expect(found.bestByRule.map(({ rule }) => rule)).not.toContain('links');
  });
});
