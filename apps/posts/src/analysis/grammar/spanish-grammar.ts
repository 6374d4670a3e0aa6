import type { TextDocument } from '../text-document.ts';
import { applyRules, compileRules, type GrammarFinding } from './grammar-rule.ts';
import { findSpanishAgreement } from './spanish-agreement.ts';
import { findSpanishPasts } from './spanish-pasts.ts';
import { findSpanishPunctuation } from './spanish-punctuation.ts';
import { spanishRules } from './spanish-rules.ts';
import { findSpanishSpelling } from './spanish-spelling.ts';
import { spanishUsage } from './spanish-usage.ts';
import { spanishClasses } from './spanish-words.ts';

const rules = compileRules([...spanishRules, ...spanishUsage], spanishClasses);

/** Every finding about a Spanish text; they may overlap. */
export const checkSpanish = (document: TextDocument): GrammarFinding[] => [
  ...applyRules(rules, document),
  ...findSpanishAgreement(document),
  ...findSpanishPasts(document),
  ...findSpanishSpelling(document),
  ...findSpanishPunctuation(document),
];
