import type { TextDocument } from '../text-document.ts';
import type { GrammarFinding } from './grammar-rule.ts';

export const checkSpanish = (_: TextDocument): GrammarFinding[] => [];
