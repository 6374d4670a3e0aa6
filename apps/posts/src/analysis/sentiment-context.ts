import type { SentimentLexicon } from './sentiment-lexicon.ts';
import { isWord, type Sentence, type Span, type Token } from './text-document.ts';

/** A word or phrase with its valence, as it stands in its clause. */
export interface Hit extends Span {
  readonly token: number;
  readonly weight: number;
  readonly negated: boolean;
}

/**
 * What the place of a word in its sentence does to its valence: what is conceded counts less ("after a rocky start, …"), what used to be is over, what
 * would be without somebody is not ("without you I would be lost"), a condition is not a report ("if it fails, …"), praise that waits for an "if" is
 * missing, and praise before "another" is irony.
 */
export function placeHits(hits: readonly Hit[], tokens: readonly Token[], sentence: Sentence, lexicon: SentimentLexicon): Hit[] {
  const conceded = concessionEnd(tokens, sentence, lexicon);
  const past = pastHabit(tokens, sentence);
  const unreal = isUnreal(tokens, sentence);
  const ironic = isIronicOpening(tokens, sentence, lexicon);
  const asks = isPlainQuestion(tokens, sentence);
  const boast = boastAt(tokens, sentence);
  const [condition, wanted] = [conditionEnd(tokens, sentence), wantedUntil(tokens, sentence)];
  const thanks = mockingThanks(hits, tokens, sentence);
  const regretted = lexicon.regrets.has(tokens[sentence.first]!.folded);
  return hits.map((hit) => {
    let { weight } = hit;
    if (hit.token < conceded) weight *= 0.3;
    if (past >= 0 && hit.token > past) weight *= weight > 0 ? -0.6 : -0.5;
    if (unreal && weight < 0) weight *= -0.8;
    if (ironic && weight > 0) weight *= -0.8;
    if (hit.token < condition) weight *= weight < 0 ? 0.15 : 0.5;
    if (wanted >= 0 && hit.token < wanted && weight > 0) weight *= -0.6;
    if (thanks >= 0 && hit.token >= thanks && weight > 0) weight *= -0.7;
    if (asks) weight *= weight > 0 ? 0.1 : 0.4;
    if (regretted && weight > 0) weight *= 0.15;
    if (boast >= 0 && hit.token > boast && hit.token <= boast + 4 && weight > 0) weight *= -0.7;
    return { ...hit, weight };
  });
}

/** Index of the comma behind a condition at the start of a sentence: "if it fails, restart it"; -1 without. */
function conditionEnd(tokens: readonly Token[], { first, last }: Sentence): number {
  if (!/^(?:if|si|when|whenever|cuando)$/.test(tokens[first]?.folded ?? '')) return -1;
  for (let at = first + 1; at < last; at++) if (tokens[at]!.text === ',') return at;
  return -1;
}

const wishing = new Set(['would', 'could', 'sería', 'serían', 'estaría', 'estarían']);

/** Index of the "if" that tells what praise is waiting for: "it would be great if it worked", "sería útil si funcionara"; -1 without. */
function wantedUntil(tokens: readonly Token[], { first, last }: Sentence): number {
  let open = false;
  for (let at = first; at + 1 < last; at++) {
    const { folded } = tokens[at]!;
    if (wishing.has(folded)) open = true;
    if (!open || (folded !== 'if' && folded !== 'si')) continue;
    const [next, after] = [tokens[at + 1]!.folded, tokens[at + 2]?.folded ?? ''];
    if (folded === 'if' && /^(?:it|they|he|she|the|only|someone|somebody)$/.test(next)) return at;
    if (folded === 'si' && [next, after].some((word) => word.length < 24 && /[ai]era[ns]?$|[aeo]ra[ns]?$/.test(word))) return at;
  }
  return -1;
}

/** Index of a thanks that closes a complaint: "delayed again, thanks @airline"; -1 without. */
function mockingThanks(hits: readonly Hit[], tokens: readonly Token[], { first, last }: Sentence): number {
  for (let at = Math.max(first + 1, last - 5); at < last; at++)
    if (/^(?:thanks|gracias|bravo)$/.test(tokens[at]!.folded) && tokens[at - 1]!.text === ',')
      return hits.some(({ token, weight }) => token < at && weight < 0) && !hits.some(({ token, weight }) => token < at && weight > 0)
        ? at
        : -1;
  return -1;
}

const boasting =
  /^(?:hablan|presumen|venden|predican|pregonan|dicen|alardean|llaman|claim|claims|preach|brag|boast|advertise|supposedly|so-called|supuesto|supuesta)$/;

/** Index of a verb with which others praise themselves: "they talk about talent", "if this is progress"; -1 without. */
function boastAt(tokens: readonly Token[], { first, last }: Sentence): number {
  const opening = [0, 1, 2].map((offset) => tokens[first + offset]?.folded).join(' ');
  if (/^(?:if (?:this|that) is|si (?:esto|eso) es)$/.test(opening)) return first + 2;
  for (let at = first; at < Math.min(last, first + 6); at++) {
    const { folded } = tokens[at]!;
    if (boasting.test(folded)) return at;
    if (/^(?:they|you)$/.test(folded) && /^(?:talk|call|say|sell)$/.test(tokens[at + 1]?.folded ?? '')) return at + 1;
  }
  return -1;
}

/** Index of the comma that ends a concession at the start of the sentence, or of the fourth word behind without a comma; -1 without. */
function concessionEnd(tokens: readonly Token[], { first, last }: Sentence, lexicon: SentimentLexicon): number {
  if (![first, first + 1].some((at) => at < last && lexicon.concessions.has(tokens[at]!.folded))) return -1;
  for (let at = first + 1; at < last; at++) if (tokens[at]!.text === ',') return at;
  return last - first > 6 ? first + 4 : -1;
}

const isBe = (word: string | undefined): boolean => /^(?:am|is|are|was|were|be|been|get|got|i'm|we're|they're|you're)$/.test(word ?? '');

const isImperfect = ({ folded }: Token): boolean =>
  folded.length < 24 && /(?:[^l]aba[ns]?|ábamos|[^i]ía[ns]?|íamos|^era[ns]?|^éramos|^iba[ns]?)$/.test(folded);

/** Index of "used to", "solía" or "antes era", which tell of what is over; -1 without. */
function pastHabit(tokens: readonly Token[], { first, last }: Sentence): number {
  for (let at = first; at < last; at++) {
    const { folded } = tokens[at]!;
    if (folded.startsWith('solía') || (folded === 'used' && tokens[at + 1]?.folded === 'to' && !isBe(tokens[at - 1]?.folded))) return at;
    if (folded === 'antes' && tokens.slice(at + 1, Math.min(last, at + 4)).some(isImperfect)) return at;
  }
  return -1;
}

/** Whether a sentence tells what would be without somebody. */
function isUnreal(tokens: readonly Token[], { first, last }: Sentence): boolean {
  if (!/^(?:without|sin)$/.test(tokens[first]?.folded ?? '')) return false;
  for (let at = first + 1; at < last; at++) {
    const { folded } = tokens[at]!;
    if (folded.length < 24 && /(?:^wouldn't|^would|^couldn't|'d|[aei]ría(?:n|mos|s)?)$/.test(folded)) return true;
  }
  return false;
}

/** Whether a sentence opens with praise and goes on with one thing more of a kind: "Great, another meeting." */
function isIronicOpening(tokens: readonly Token[], { first, last }: Sentence, lexicon: SentimentLexicon): boolean {
  let at = first;
  if (lexicon.degrees.has(tokens[at]?.folded ?? '')) at++;
  if (!lexicon.praise.has(tokens[at]?.folded ?? '')) return false;
  while (at + 1 < last && isWord(tokens[at + 1]!) && at - first < 3 && !lexicon.again.has(tokens[at + 1]!.folded)) at++;
  return at + 2 < last && /^(?:[,.…!]|\.\.\.)$/.test(tokens[at + 1]!.text) && lexicon.again.has(tokens[at + 2]!.folded);
}

const asking =
  /^(?:what|what's|which|who|where|when|how|does|do|did|is|are|has|have|anyone|any|can|could|should|would|qué|cuál|cuáles|quién|quiénes|dónde|cómo|cuándo|cuántos|cuántas|cuánto|alguien|hay|es|son|conoces|conocen|conocéis|tienes|tienen|tenéis|usan|usas|usáis|prefieres|prefieren|preferís|conviene|puedo|podemos|debo|debemos)$/;

/** Whether a sentence asks for information: praise in it is what somebody looks for. */
export function isPlainQuestion(tokens: readonly Token[], { first, last }: Sentence): boolean {
  if (tokens[last - 1]?.text[0] !== '?') return false;
  return [first, first + 1].some((at) => at < last && asking.test(tokens[at]!.folded));
}

/**
 * Whether a short sentence takes back what the one before it says: "It wasn't." "No lo fue."
 */
export function takesBack(tokens: readonly Token[], { first, last }: Sentence): boolean {
  if (last - first > 8) return false;
  const words = tokens.slice(first, last).filter(isWord);
  const said = words.map(({ folded }) => folded).join(' ');
  return (
    words.length <= 4 &&
    /^(?:(?:it|they|he|she|that|this) (?:isn't|wasn't|weren't|aren't|didn't|doesn't|hasn't|haven't|won't)|it was not|it is not|nope|not anymore|no lo (?:es|fue|era|son|fueron|hizo|hicieron)|(?:pues|pero) no|para nada|ya no|no fue así|no es así)$/.test(
      said,
    )
  );
}

/**
 * Turns over praise that follows a complaint: a last sentence such as "Well done, @telco 👏" after a text that is negative so far.
 */
export function turnMockery(
  hits: readonly Hit[],
  tokens: readonly Token[],
  sentences: readonly Sentence[],
  opens: (word: string) => boolean,
): readonly Hit[] {
  const last = sentences.at(-1);
  if (!last || sentences.length < 2 || sentences.length > 6 || last.last - last.first > 8) return hits;
  const before = hits.reduce((sum, hit) => (hit.token < last.first ? sum + hit.weight : sum), 0);
  const own = tokens.slice(last.first, last.last);
  const aimed = own.some(({ kind, text }) => kind === 'mention' || text.startsWith('👏'));
  const curt = own.filter(isWord).length <= 2;
  if (before > -1 || !(aimed || curt) || !own.slice(0, 2).some(({ folded }) => opens(folded))) return hits;
  return hits.map((hit) => (hit.token < last.first || hit.weight < 0 ? hit : { ...hit, weight: -hit.weight }));
}

/**
 * What stands before a sentence that begins with "now" is over. It counts little; where nothing of today has a valence, it turns over: "At first I
 * doubted. Now I use it every day."
 */
export function closePast(
  hits: readonly Hit[],
  tokens: readonly Token[],
  sentences: readonly Sentence[],
  isToday: (word: string) => boolean,
): readonly Hit[] {
  let turn = -1;
  for (let at = tokens.length - 1, clause = sentences.length - 1; at > 0 && turn < 0; at--) {
    while (clause > 0 && sentences[clause]!.first > at) clause--;
    const opens = sentences[clause]!.first === at || tokens[at - 1]!.text === ';';
    if (opens && isToday(tokens[at]!.folded)) turn = at;
  }
  if (turn < 0) return hits;
  const later = hits.some(({ token }) => token >= turn);
  const atFirst = tokens.some(({ folded }, at) => at < turn && /^(?:first|principio|initially|inicialmente)$/.test(folded));
  if (!later && !atFirst) return hits;
  return hits.map((hit) => (hit.token >= turn ? hit : { ...hit, weight: hit.weight * (later ? 0.3 : -0.8) }));
}
