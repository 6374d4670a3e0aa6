import { countGraphemes, unitsOfGraphemes } from './graphemes.ts';
import { openingsOf } from './phrase-openings.ts';
import { type FullLanguage, phraseList, type Span, standAt, type TextDocument, type Token } from './text-document.ts';
import { tokenize } from './tokenize.ts';

/** Where LinkedIn folds a post: about this many characters are shown before "see more". */
export const foldGraphemes = 210;

export interface Found extends Span {
  readonly text: string;
  readonly confidence: number;
}

export interface Structure {
  /** What is shown before the fold, without the white space around it. */
  readonly hook: Found & { readonly graphemes: number; readonly folded: boolean };
  /** First line that is not empty; null for a blank text. */
  readonly firstLine: (Span & { readonly graphemes: number }) | null;
  readonly utf16Units: number;
  readonly graphemes: number;
  readonly words: number;
  readonly sentences: number;
  /** Blocks between blank lines. */
  readonly paragraphs: readonly Span[];
  readonly hashtags: readonly Found[];
  readonly mentions: readonly Found[];
  readonly links: readonly Found[];
  readonly emoji: readonly Found[];
  readonly questions: readonly Found[];
  readonly callsToAction: readonly Found[];
}

const maxFound = 500;
const calls: Readonly<Record<FullLanguage, string>> = {
  en: `click, tap, sign up, register, subscribe, join us, join me, apply, download, book a, book your, follow me, follow us, follow for, share this, share your, share it,
    comment below, leave a comment, drop a comment, let me know, let us know, tell me, tell us, dm me, send me, message me, message us, contact us, contact me, get in touch, learn more,
    read more, find out more, check out, check it out, try it, try our, get your, save this, repost, tag a, tag someone, link in, swipe, reach out, visit, watch the, listen to, buy now,
    order now, start your, reserve your, vote, what do you think, what would you, like and share, don't miss, see the link, come and, come say`,
  es: `haz clic, haz click, pulsa, regístrate, inscríbete, apúntate, suscríbete, únete, descarga, descárgate, reserva tu, reserva ya, sígueme, síguenos, comparte, compártelo,
    déjame, déjanos, deja tu, deja un, coméntame, comenta, cuéntame, cuéntanos, contadme, contadnos, dime, dinos, escríbeme, escríbenos, contáctanos, contacta con, ponte en contacto, más información, lee más,
    descubre, échale un vistazo, echa un vistazo, pruébalo, prueba nuestra, prueba nuestro, consigue tu, guarda este, guarda esta, etiqueta a, enlace en, link en, visita, mira el, escucha, compra ya, envía tu, envíame, envíanos,
    vota, qué opinas, qué opináis, qué opinan, qué te parece, qué os parece, no te pierdas, no te lo pierdas, ven a, participa, solicita, infórmate, pídelo, llámanos, aprovecha`,
};
/** By first word, the longest first. */
const callsFrom: Readonly<Record<FullLanguage, ReadonlyMap<string, readonly (readonly string[])[]>>> = {
  en: byFirstWord(calls.en),
  es: byFirstWord(calls.es),
};
const opensCall = { en: openingsOf([...callsFrom.en.values()].flat()), es: openingsOf([...callsFrom.es.values()].flat()) };

/**
 * The parts of a post that decide how it is read: what stands before the fold, length, paragraphs, links, questions, calls to action.
 *
 * @param languages whose calls to action are looked for
 */
export function describeStructure(document: TextDocument, languages: readonly FullLanguage[]): Structure {
  const { text, tokens } = document;
  const graphemes = countGraphemes(text);
  const listed: Record<Listed, Found[]> = { hashtag: [], mention: [], url: [], emoji: [] };
  for (const { kind, start, end, text: own } of tokens) {
    if (kind === 'word' || kind === 'mark') continue;
    const found = listed[kind as Listed] as Found[] | undefined;
    if (found && found.length < maxFound) found.push({ start, end, text: own, confidence: 1 });
  }
  return {
    hook: hookOf(text, graphemes),
    firstLine: firstLineOf(text),
    utf16Units: text.length,
    graphemes,
    words: document.words.length,
    sentences: document.sentences.length,
    paragraphs: paragraphsOf(text),
    hashtags: listed.hashtag,
    mentions: listed.mention,
    links: listed.url,
    emoji: listed.emoji,
    questions: questionsOf(document),
    callsToAction: callsOf(document, languages),
  };
}

type Listed = 'hashtag' | 'mention' | 'url' | 'emoji';

function hookOf(text: string, graphemes: number): Structure['hook'] {
  const start = text.length - text.trimStart().length;
  const end = graphemes <= foldGraphemes ? text.trimEnd().length : unitsOfGraphemes(text, foldGraphemes);
  const shown = text.slice(start, Math.max(start, end)).trimEnd();
  return {
    start,
    end: start + shown.length,
    text: shown,
    graphemes: countGraphemes(shown),
    folded: graphemes > foldGraphemes,
    confidence: 0.9,
  };
}

function firstLineOf(text: string): Structure['firstLine'] {
  const start = text.length - text.trimStart().length;
  if (start === text.length) return null;
  const lineBreak = text.indexOf('\n', start);
  const line = text.slice(start, lineBreak < 0 ? undefined : lineBreak).trimEnd();
  return { start, end: start + line.length, graphemes: countGraphemes(line) };
}

function paragraphsOf(text: string): Span[] {
  const paragraphs: Span[] = [];
  let start = -1;
  let end = 0;
  let at = 0;
  for (const line of text.split('\n')) {
    const own = line.trim();
    if (own) {
      if (start < 0) start = at + line.indexOf(own);
      end = at + line.indexOf(own) + own.length;
    } else if (start >= 0) {
      paragraphs.push({ start, end });
      start = -1;
    }
    at += line.length + 1;
  }
  if (start >= 0) paragraphs.push({ start, end });
  return paragraphs.slice(0, 2 * maxFound);
}

function questionsOf({ text, tokens, sentences }: TextDocument): Found[] {
  const found: Found[] = [];
  for (const { start, end, first, last } of sentences) {
    if (found.length === maxFound) break;
    let mark = last - 1;
    while (mark >= Math.max(first, last - 4) && !asks(tokens[mark]!)) mark--;
    const isQuestion = mark >= Math.max(first, last - 4);
    if (isQuestion && last - first > 1) found.push({ start, end, text: text.slice(start, end), confidence: 0.95 });
  }
  return found;
}

const asks = ({ kind, text }: Token): boolean => kind === 'mark' && (text[0] === '?' || text[0] === '？');

function callsOf({ text, tokens }: TextDocument, languages: readonly FullLanguage[]): Found[] {
  const found: Found[] = [];
  for (let at = 0; at < tokens.length && found.length < maxFound; at++) {
    const words = callAt(tokens, at, languages);
    if (!words || isReported(tokens, at)) continue;
    const [{ start }, { end }] = [tokens[at]!, tokens[at + words.length - 1]!];
    found.push({ start, end, text: text.slice(start, end), confidence: words.length > 1 ? 0.85 : 0.7 });
    at += words.length - 1;
  }
  return found;
}

function callAt(tokens: readonly Token[], at: number, languages: readonly FullLanguage[]): readonly string[] | undefined {
  for (const language of languages) {
    if (!opensCall[language](tokens, at, tokens.length)) continue;
    const found = callIn(language, tokens, at);
    if (found) return found;
  }
  return undefined;
}

const callIn = (language: FullLanguage, tokens: readonly Token[], at: number): readonly string[] | undefined =>
  callsFrom[language].get(tokens[at]!.folded)?.find((phrase) => standAt(phrase, tokens, at, tokens.length));

/** "I subscribe", "to register", "they vote", "la reserva": the word tells or names, it asks for nothing. */
function isReported(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return (
    before?.kind === 'word' &&
    /^(?:to|i|we|they|who|the|a|an|my|our|la|el|una|un|se|que|me|nos|su|lo|will|did|does|can't|not)$/.test(before.folded)
  );
}

function byFirstWord(list: string): Map<string, string[][]> {
  const found = new Map<string, string[][]>();
  for (const phrase of phraseList(list)) {
    const words = tokenize(phrase).map(({ folded }) => folded);
    found.set(
      words[0]!,
      [...(found.get(words[0]!) ?? []), words].sort((a, b) => b.length - a.length),
    );
  }
  return found;
}
