import { baseOf, baseOfThird, englishClasses, isVerb, singularOf } from './grammar/english-words.ts';
import type { Token } from './text-document.ts';
import type { Word } from './vocabulary.ts';

/** What a word most likely is; `unknown` words are names and nouns more often than anything else. */
export type WordKind = 'noun' | 'adjective' | 'verb' | 'unknown';

/** The kind of an English word from word lists and endings, without its sentence. */
export function englishKind({ folded }: Word): WordKind {
  const word = folded.replace(/'s$/, '');
  const is = (name: string) => englishClasses[name]!(word, {} as Token);
  if (is('noun') || is('uncountable') || singularOf(word) || is('plural'))
    return is('purenoun') || is('pureplural') || !is('adj') ? 'noun' : 'adjective';
  if (is('adj') || is('comparative')) return 'adjective';
  if (isVerb(word) || baseOfThird(word) || baseOf(word)) return 'verb';
  if (/ing$/.test(word) && (isVerb(word.slice(0, -3)) || isVerb(`${word.slice(0, -3)}e`))) return 'verb';
  return 'unknown';
}
