import type { Sentence, Token } from '../text-document.ts';
import { hasForm, isVerbForm } from './spanish-verbs.ts';
import { adjectiveForm, nounForm } from './spanish-words.ts';

/** Nouns of quantity: with "de los alumnos" behind, the verb takes either number. */
export const quantity: ReadonlySet<string> = new Set(
  'mayoría minoría parte mitad tercio cuarto resto grupo conjunto serie número cantidad multitud montón par docena decena centena centenar millar infinidad tipo clase variedad suma total porcentaje'.split(
    ' ',
  ),
);
const article = /^(?:el|la|los|las|un|una|unos|unas|mi|mis|tu|tus|su|sus|nuestro|nuestra|nuestros|nuestras|este|esta|estos|estas)$/;

const isNoun = (token: Token | undefined): boolean =>
  token?.kind === 'word' && (nounForm(token.folded) !== undefined || (!isVerbForm(token.folded) && !adjectiveForm(token.folded)));

/** The index after an adjective and one "de" phrase behind a noun: "los trabajadores | de la planta |". */
export function afterComplement(tokens: readonly Token[], from: number, { last }: Sentence, verbs: ReadonlyMap<string, string>): number {
  const describes = (at: number) =>
    at < last && tokens[at]!.kind === 'word' && adjectiveForm(tokens[at]!.folded) !== undefined && !verbs.has(tokens[at]!.folded);
  let at = describes(from) ? from + 1 : from;
  if (at + 1 >= last || !/^(?:de|del)$/.test(tokens[at]!.folded)) return at;
  const noun = tokens[at]!.folded === 'de' && article.test(tokens[at + 1]!.folded) ? at + 2 : at + 1;
  if (noun >= last || tokens[noun]!.kind !== 'word' || (noun === at + 1 && !isNoun(tokens[noun]))) return at;
  at = noun + 1;
  return describes(at) ? at + 1 : at;
}

/** The index after "y" and a second noun phrase with its article, or undefined: "los médicos y las enfermeras". */
export function secondSubject(tokens: readonly Token[], at: number, { last }: Sentence): number | undefined {
  if (at + 2 >= last || !/^[ye]$/.test(tokens[at]!.folded) || !article.test(tokens[at + 1]!.folded)) return undefined;
  return nounForm(tokens[at + 2]!.folded)?.listed ? at + 3 : undefined;
}

/** The third person plural of a verb in the singular; undefined for a word that can be something else. */
export function pluralVerb(word: string): string | undefined {
  if (!hasForm(word, '3s') || hasForm(word, '3p', '1s', 'part', 'inf') || nounForm(word) || adjectiveForm(word)) return undefined;
  const endings = word.endsWith('ó') ? [word.replace(/ó$/, 'aron'), word.replace(/i?ó$/, 'ieron')] : [`${word}n`];
  return endings.find((form) => hasForm(form, '3p'));
}

/** The past behind a subject in the plural, of a first person that lacks an accent too: "las cajas llego". */
export function pluralPast(word: string): string | undefined {
  const past = word.replace(/o$/, 'ó');
  return /[^aeiou]o$/.test(word) && hasForm(word, '1s') && hasForm(past, '3s') && !nounForm(word) && !adjectiveForm(word)
    ? pluralVerb(past)
    : undefined;
}

/** "El jefe pregunto por ti": the first person where the third of the past is meant; what can be a noun needs an object behind. */
export function unaccentedPast(tokens: readonly Token[], at: number, { last }: Sentence): string | undefined {
  const { folded } = tokens[at]!;
  const past = folded.replace(/o$/, 'ó');
  if (!folded.endsWith('o') || folded.length < 5 || !hasForm(folded, '1s') || !hasForm(past, '3s') || adjectiveForm(folded))
    return undefined;
  const next = at + 1 < last ? tokens[at + 1]!.folded : '';
  if (nounForm(folded) && !/^(?:el|la|los|las|un|una|a|al|por|muy|que|su|sus)$/.test(next)) return undefined;
  return tokens[at - 1]?.folded === 'que' ? undefined : past;
}
