/** Every pattern of the analysis on texts that make a careless one try everything again at every character. */
import { describe, expect, it } from '@jest/globals';
import { type AnalyzeOptions, analyzeText, engineTasks } from './analyze-text.ts';
import { checkGrammar } from './grammar/check-grammar.ts';

/** Openings without an end, by the pattern that they are for. */
const units = [
  ...['a', 'A', 'aA', 'á', 'a ', 'A ', 'a\n', '\n', ' ', '\u200b', '\ud800', '\udc00', 'e\u0301', '\u202e', '\0', '<b>', '漢字'], // letters and blanks
  ...['a.', 'a@', 'a@b.', 'www.', 'http://', 'http://a)', 'https://a.b/?', '#', '#a', '@', '@a.', '@_'], // addresses
  ...['1', '1.', '1,', '1.000', '1.000,', '$', '$1', '€ ', '1 mil ', 'US$', 'million ', 'S. A. ', 'S/.1'], // figures and amounts
  ...['3 de mayo de ', '3 de ', '12/12/', '2024-01-', 'May ', 'Monday, ', 'the first half of ', 'próximo ', 'mañana ', 'verano de '], // dates
  ...['Ana de ', 'Ana y ', 'Bank of ', 'European ', 'Dr. ', 'Ana-', "O'", 'EE. ', 'EE UU ', 'e.g.', 'J. '], // names and abbreviations
  ...['!', '?', '¿', '¡', '...', '".', '(', '«', '"a ', ':-', ':)', '<3', '^_', '#️⃣', '👨‍👩‍👧', '🇪🇸', '👏🏽', '👍 ', '❤️'], // marks and emoji
  ...['jaja', 'looo', 'not ', 'no ', 'nunca ', 'never so ', 'but ', 'pero ', 'ni a, ', 'no a, ', 'they ', 'nobody ', 'me ', 'nos '], // sentiment
  ...['turn into the ', 'para que ', 'if this is ', 'hoy; ', 'now; ', '9/', '9 out of ', 'used to ', 'without '], // phrases
  ...['la casa de ', 'el el ', 'a ver ', 'hay que ', 'se vende ', 'hace ', 'por que ', 'the nurses ', 'its ', 'hech', 'un problemas '], // grammar
  ...['supercalifragilistic', 'iónes', 'isimo', 'a-', 'aeiou', 'y', 'eio', "n't", 'ing ', 'ly ', '-', '·', '_'], // syllables and endings
];
const shortUnits = 3_000;
const growth = 5;

const cost = (unit: string, size: number, options: AnalyzeOptions): number => {
  const text = unit.repeat(Math.ceil(size / unit.length));
  const before = process.cpuUsage();
  for (const language of ['en', 'es']) analyzeText(text, { ...options, language });
  analyzeText(text, options);
  const { user, system } = process.cpuUsage(before);
  return user + system;
};

describe('the analysis', () => {
  it.each(units)('takes time that grows with the text, not with its square: %j', (unit) => {
    const options: AnalyzeOptions = { tasks: [...engineTasks, 'grammar', 'embedding'], checkGrammar };
    const short = Math.max(30_000, cost(unit, shortUnits, options));
    // Garbage collection and compilation fall into one measurement or another; a pattern that backtracks is slow in each of them.
    let long = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 3 && long >= 2.5 * growth * short; tries++) long = Math.min(long, cost(unit, growth * shortUnits, options));
    expect(long).toBeLessThan(2.5 * growth * short);
  });
});
