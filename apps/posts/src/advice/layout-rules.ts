/** Rules about length and layout: what fits, what is shown before the fold, how long a block is. */
import { linkedinMaxUnits } from '#contracts';
import { foldGraphemes } from '../analysis/structure.ts';
import { counted, evidenceOf, falling, improvement, linesOf, problem, type Rule } from './advice-rule.ts';

const shortGraphemes = 150;
const longLineGraphemes = 140;
const longBlockGraphemes = 400;

const length: Rule = {
  name: 'length',
  weight: 3,
  judge({ text }) {
    const measured = counted(text.length, 'character');
    if (text.length > linkedinMaxUnits) {
      const rest = evidenceOf(text, [{ start: linkedinMaxUnits, end: text.length }]);
      const message = `The text has ${counted(text.length, 'character')}; LinkedIn takes ${counted(linkedinMaxUnits, 'character')}.`;
      return { score: 0, measured, suggestion: problem(message, rest) };
    }
    if (text.trim().length >= shortGraphemes) return { score: 1, measured };
    const message = `The text has ${counted(text.trim().length, 'character')}: there is room for what happened, to whom, and why it matters.`;
    return { score: 0.4 + (0.6 * text.trim().length) / shortGraphemes, measured, suggestion: improvement(message) };
  },
};

const firstLine: Rule = {
  name: 'first-line',
  weight: 3,
  judge({ text }) {
    const [line] = linesOf(text);
    if (!line) return { score: 0, measured: 'no line', suggestion: problem('The text is blank.') };
    const measured = counted(line.graphemes, 'character');
    const score = falling(line.graphemes, longLineGraphemes, foldGraphemes);
    if (line.graphemes <= longLineGraphemes) return { score, measured };
    const message = `The first line has ${measured}; LinkedIn folds near ${foldGraphemes}.`;
    return { score, measured, suggestion: improvement(message, evidenceOf(text, [line])) };
  },
};

const paragraphs: Rule = {
  name: 'paragraphs',
  weight: 2,
  judge({ text }) {
    const lines = linesOf(text);
    const longest = lines.reduce((most, line) => (line.graphemes > most.graphemes ? line : most), { start: 0, end: 0, graphemes: 0 });
    const measured = `longest block of ${counted(longest.graphemes, 'character')}`;
    const score = falling(longest.graphemes, longBlockGraphemes, 3 * longBlockGraphemes);
    if (score === 1) return { score, measured };
    const message = `A block has ${counted(longest.graphemes, 'character')} without a line break; over ${longBlockGraphemes} it fills the screen of a telephone.`;
    return { score, measured, suggestion: improvement(message, evidenceOf(text, [longest])) };
  },
};

export const layoutRules = { length, firstLine, paragraphs };
