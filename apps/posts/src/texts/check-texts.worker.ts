/** Analyses texts whose grammar is checked too; its word lists load on a thread with the first such text, and nowhere else. */
import { checkGrammar } from '../analysis/grammar/check-grammar.ts';
import analyzeTexts, { type TextsInput, type TextsOutput } from './analyze-texts.worker.ts';

export default (input: TextsInput): TextsOutput => analyzeTexts(input, { checkGrammar });
