import { constructions, kindStems } from './data/sentiment-constructions.ts';
import { englishVerb, spanishVerb } from './inflect.ts';
import type { Hit } from './sentiment-context.ts';
import { compilePhrases, findPhrase, type Phrases } from './sentiment-phrases.ts';
import { type FullLanguage, isWord, type Sentence, type Token, wordSet } from './text-document.ts';

const phrases: Readonly<Record<FullLanguage, Phrases>> = {
  en: compilePhrases(constructions.en, englishVerb),
  es: compilePhrases(constructions.es, spanishVerb),
};
const kind: Readonly<Record<FullLanguage, ReadonlySet<string>>> = { en: wordSet(kindStems.en), es: wordSet(kindStems.es) };

/**
 * What the construction of a sentence says where none of its words has a valence: "no training, no equipment", "they changed our brief", "if this is
 * progress, …". A question says nothing.
 *
 * @returns one weak hit at most, in [-1.6, 1.6]
 */
export function constructionHits(tokens: readonly Token[], sentence: Sentence, language: FullLanguage): Hit[] {
  if (tokens[sentence.last - 1]?.text[0] === '?') return [];
  for (let at = sentence.first; at < sentence.last; at++) {
    const found = isWord(tokens[at]!) ? findPhrase(phrases[language], tokens, at, sentence.last) : undefined;
    if (found) return [hitOf(tokens, at, found.last, found.weight)];
  }
  const { first } = sentence;
  if (isBareSeries(tokens, sentence, language)) return [hitOf(tokens, first, first, -1.6)];
  if (isRefutation(tokens, sentence)) return [hitOf(tokens, first, first + 1, -1.5)];
  const suffered = sufferedAt(tokens, sentence, language);
  if (suffered >= 0) return [hitOf(tokens, suffered, suffered, -1)];
  const nobody = nobodyAt(tokens, sentence);
  return nobody >= 0 ? [hitOf(tokens, nobody, nobody, -1.2)] : [];
}

const hitOf = (tokens: readonly Token[], first: number, last: number, weight: number): Hit => ({
  start: tokens[first]!.start,
  end: tokens[last]!.end,
  token: first,
  weight,
  negated: false,
});

/** "Ni formación, ni material", "No training, no equipment", "All slogan, no chair": a series of what is missing. */
function isBareSeries(tokens: readonly Token[], { first, last }: Sentence, language: FullLanguage): boolean {
  const missing = language === 'es' ? /^ni$/ : /^no$/;
  const opens = language === 'es' ? /^(?:ni|mucho|mucha|puro|pura)$/ : /^(?:no|all|plenty)$/;
  if (!opens.test(tokens[first]!.folded)) return false;
  for (let at = first + 2; at + 1 < Math.min(last, first + 7); at++)
    if (tokens[at]!.text === ',' && (missing.test(tokens[at + 1]!.folded) || (language === 'es' && tokens[at + 1]!.folded === 'cero')))
      return true;
  return false;
}

/** "If this is innovation, …", "Esto no es teletrabajo, es …": a word that somebody used is refused. */
function isRefutation(tokens: readonly Token[], { first, last }: Sentence): boolean {
  const opening = [0, 1, 2, 3].map((offset) => tokens[first + offset]?.folded ?? '').join(' ');
  if (!/^(?:if (?:this|that) is |si (?:esto|eso) es |(?:esto|eso) no es |(?:this|that) (?:isn't|is not) )/.test(`${opening} `))
    return false;
  for (let at = first + 3; at < Math.min(last, first + 8); at++) if (tokens[at]!.text === ',') return true;
  return false;
}

/** Index of a verb in the plural that others do to "me" or "us", unless it is a kindness; -1 without. */
function sufferedAt(tokens: readonly Token[], { first, last }: Sentence, language: FullLanguage): number {
  for (let at = first; at + 1 < last; at++) {
    const [word, next] = [tokens[at]!.folded, tokens[at + 1]!.folded];
    if (language === 'es') {
      const stem = /^(me|nos)$/.test(word) ? /^(.{1,24}?)(?:ieron|aron|jeron|yeron)$/.exec(next)?.[1] : undefined;
      if (stem !== undefined && ![...kind.es].some((known) => stem === known || (known.length > 2 && stem.startsWith(known))))
        return at + 1;
    } else if (/^(?:they|company|bank|platform|airline|landlord|app)$/.test(word) && next.length < 25 && next.endsWith('ed')) {
      const object = tokens.slice(at + 2, Math.min(last, at + 4)).some(({ folded }) => /^(?:me|us|our|my)$/.test(folded));
      if (object && ![...kind.en].some((known) => next.startsWith(known))) return at + 1;
    }
  }
  return -1;
}

/** Index of a subject "nobody" whose verb is no permission: "nobody can register after Friday" is a rule; -1 without. */
function nobodyAt(tokens: readonly Token[], { first, last }: Sentence): number {
  for (let at = first; at + 1 < last; at++) {
    const { folded } = tokens[at]!;
    const two = folded === 'no' && tokens[at + 1]!.folded === 'one';
    if (folded !== 'nobody' && folded !== 'nadie' && !two) continue;
    const next = tokens[at + (two ? 2 : 1)]?.folded ?? '';
    if (!/^(?:can|may|must|should|is|will|needs|has|puede|podrá|debe|deberá|tiene|está|más|else|under|menor)$/.test(next)) return at;
  }
  return -1;
}
