import type { FullLanguage, TextDocument } from '../text-document.ts';
import { agreementRules } from './english-agreement.ts';
import { confusionRules } from './english-confusions.ts';
import { findEnglishSpelling } from './english-spelling.ts';
import { englishClasses } from './english-words.ts';
import { applyRules, compileRules, type GrammarFinding } from './grammar-rule.ts';
import { findMechanics } from './mechanics.ts';
import { checkSpanish } from './spanish-grammar.ts';

const english = compileRules([...confusionRules, ...agreementRules], englishClasses);
const maxFindings = 1_000;

/**
 * Checks grammar and spelling by rules of our own, which prefer to miss an error over flagging a correct word.
 *
 * Linear in the length of the text: a pattern looks at a fixed number of words.
 *
 * @returns in the order of the text, without overlaps, at most 1,000
 */
export function checkGrammar(document: TextDocument, language: FullLanguage): GrammarFinding[] {
  const found = language === 'en' ? [...applyRules(english, document), ...findEnglishSpelling(document)] : checkSpanish(document);
  return withoutOverlaps([...findMechanics(document, language), ...found]).slice(0, maxFindings);
}

/** Of findings that overlap the surest stays; of equally sure ones the first. */
function withoutOverlaps(found: readonly GrammarFinding[]): GrammarFinding[] {
  const order = [...found.entries()].sort(([at, a], [other, b]) => a.start - b.start || b.confidence - a.confidence || at - other);
  const kept: GrammarFinding[] = [];
  for (const [, finding] of order) {
    const last = kept.at(-1);
    if (!last || finding.start >= last.end) kept.push(finding);
    else if (finding.confidence > last.confidence) kept[kept.length - 1] = finding;
  }
  return kept;
}
