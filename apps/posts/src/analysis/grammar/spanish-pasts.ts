import type { Sentence, TextDocument, Token } from '../text-document.ts';
import { findingOf, type GrammarFinding } from './grammar-rule.ts';
import { hasForm } from './spanish-verbs.ts';
import { adjectiveForm, nounForm } from './spanish-words.ts';

const past = /^(?:ayer|anoche|anteayer|antier|anteanoche)$/;
const spans = /^(?:año|mes|verano|invierno|otoño|semana|primavera|lunes|martes|miércoles|jueves|viernes|sábado|domingo)$/;
const between = /^(?:no|yo|ya|me|te|se|le|les|nos|lo|la|los|las|también|solo)$/;

/** Verbs in the present behind a word of the past, which lack the accent of the past: "ayer hable con ella", "el año pasado trabaje allí". */
export const findSpanishPasts = (document: TextDocument): GrammarFinding[] =>
  document.sentences.flatMap((sentence) => {
    const found: GrammarFinding[] = [];
    for (let at = sentence.first; at < sentence.last; at++) {
      if (!tellsPast(document.tokens, at)) continue;
      const verb = verbBehind(document.tokens, at + 1, sentence);
      const right = verb === undefined ? undefined : accentedPast(document.tokens[verb]!.folded);
      const finding = right && findingOf(document, verb!, verb! + 1, right, { rule: 'accent', confidence: 0.88 });
      if (finding) found.push(finding);
    }
    return found;
  });

function tellsPast(tokens: readonly Token[], at: number): boolean {
  const { folded } = tokens[at]!;
  if (/^(?:años?|mes|meses|semanas?|días?|horas?)$/.test(folded))
    return [2, 3].some((words) => tokens[at - words]?.folded === 'hace') && tokens[at + 1]?.folded !== 'que';
  return past.test(folded) || (/^pasad[oa]$/.test(folded) && spans.test(tokens[at - 1]?.folded ?? ''));
}

function verbBehind(tokens: readonly Token[], from: number, { last }: Sentence): number | undefined {
  let at = tokens[from]?.text === ',' ? from + 1 : from;
  for (let skipped = 0; skipped < 3 && at < last && between.test(tokens[at]!.folded); skipped++) at++;
  return at < last && tokens[at]!.kind === 'word' && !/^\p{Lu}/u.test(tokens[at]!.text) ? at : undefined;
}

/** The first person of verbs in -ar, which without its accent is a subjunctive: "hable", "busque". What is a noun or an adjective too stands as it is. */
function accentedPast(word: string): string | undefined {
  if (!/[^aeiou]e$|[gq]ue$/.test(word) || word.length < 4 || nounForm(word) || adjectiveForm(word)) return undefined;
  const right = word.replace(/e$/, 'é');
  return hasForm(word, '3s') && hasForm(right, '1s') && !hasForm(word.slice(0, -1), 'inf') ? right : undefined;
}
