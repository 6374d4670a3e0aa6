import { baseOf, baseOfThird, englishClasses, isVerb, singularOf } from './grammar/english-words.ts';
import { isVerbForm, verbForms } from './grammar/spanish-verbs.ts';
import { adjectiveForm, nounForm } from './grammar/spanish-words.ts';
import type { FullLanguage, Token } from './text-document.ts';

/** What a word most likely is; `unknown` words are names and nouns more often than anything else. */
export type WordKind = 'noun' | 'adjective' | 'verb' | 'unknown';

const maxCached = 20_000;
const caches: Readonly<Record<FullLanguage, Map<string, WordKind>>> = { en: new Map(), es: new Map() };

/** The kind of a word from word lists and endings, without its sentence; remembers up to 20,000 words a language. */
export function kindOf(token: Token, language: FullLanguage): WordKind {
  const cache = caches[language];
  const known = cache.get(token.folded);
  if (known) return known;
  const kind = language === 'en' ? englishKind(token) : spanishKind(token.folded);
  if (cache.size >= maxCached) cache.clear();
  cache.set(token.folded, kind);
  return kind;
}

function englishKind(token: Token): WordKind {
  const word = token.folded.replace(/'s$/, '');
  const is = (name: string) => englishClasses[name]!(word, token);
  if (is('noun') || is('uncountable') || singularOf(word) || is('plural'))
    return is('purenoun') || is('pureplural') || !is('adj') ? 'noun' : 'adjective';
  if (is('adj') || is('comparative')) return 'adjective';
  if (isVerb(word) || baseOfThird(word) || baseOf(word)) return 'verb';
  if (/ing$/.test(word) && (isVerb(word.slice(0, -3)) || isVerb(`${word.slice(0, -3)}e`))) return 'verb';
  return 'unknown';
}

function spanishKind(word: string): WordKind {
  if (nounForm(word)) return 'noun';
  if (isVerbForm(word)) return verbForms(word).every((form) => form === 'part') || adjectiveForm(word) ? 'adjective' : 'verb';
  if (/(?:r(?:lo|la|los|las|se|le|les|me|nos)|ndo(?:lo|la|se)?)$/.test(word) && word.length > 5) return 'verb';
  return adjectiveForm(word) ? 'adjective' : 'unknown';
}
