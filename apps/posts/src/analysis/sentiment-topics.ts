import { type TopicSource, topicSources } from './data/sentiment-topics.ts';
import { type Hit, isPlainQuestion } from './sentiment-context.ts';
import { type FullLanguage, type Sentence, type Token, wordSet } from './text-document.ts';

type Topics = Readonly<Record<keyof TopicSource, ReadonlySet<string>>>;

const compile = ({ subjects, openers, handlings, measures }: TopicSource): Topics => ({
  subjects: wordSet(subjects),
  openers: wordSet(openers),
  handlings: wordSet(handlings),
  measures: wordSet(measures),
});
const topics: Readonly<Record<FullLanguage, Topics>> = { en: compile(topicSources.en), es: compile(topicSources.es) };
/** What is left of the valence of a word that only names a subject. */
const rest = 0.05;
const reach = 8;

/**
 * Weakens words that name a subject and judge nothing: "a talk about crisis management", "evaluación de riesgos", "unemployment stood at 6.1%". A
 * sentence in which another word shows an attitude is left alone.
 */
export function weakenTopics(hits: readonly Hit[], tokens: readonly Token[], sentence: Sentence, language: FullLanguage): readonly Hit[] {
  if (hits.length === 0) return hits;
  const asks = isPlainQuestion(tokens, sentence);
  const isTopic = hits.map(
    ({ token }) => topics[language].subjects.has(tokens[token]!.folded) && (asks || namesTopic(tokens, token, sentence, language)),
  );
  return hits.map((hit, index) => (isTopic[index] ? { ...hit, weight: hit.weight * rest } : hit));
}

function namesTopic(tokens: readonly Token[], at: number, sentence: Sentence, language: FullLanguage): boolean {
  const { openers, handlings } = topics[language];
  if (language === 'en' && handlings.has(tokens[at + 1]?.folded ?? '')) return true;
  if (language === 'es' && isHandled(tokens, at, handlings)) return true;
  if (isMeasured(tokens, at, sentence, topics[language].measures)) return true;
  for (let before = at - 1; before >= Math.max(sentence.first, at - reach); before--) {
    const { folded, text } = tokens[before]!;
    if (/^[.;:!?]$/.test(text) || /^(?:my|our|their|your|mi|mis|nuestro|nuestra|su|sus|tu)$/.test(folded)) return false;
    if (openers.has(folded))
      return (
        !/^(?:they|you|out|hablan|hablas)$/.test(tokens[before - 1]?.folded ?? '') &&
        !/^(?:they|you)$/.test(tokens[before - 2]?.folded ?? '')
      );
  }
  return false;
}

/** "Gestión de crisis", "prevención de los riesgos". */
function isHandled(tokens: readonly Token[], at: number, handlings: ReadonlySet<string>): boolean {
  const article = /^(?:los|las|la|el)$/.test(tokens[at - 1]?.folded ?? '') ? 1 : 0;
  const before = tokens[at - 1 - article]?.folded ?? '';
  return /^(?:de|del|contra|y|e|ante|por)$/.test(before) && handlings.has(tokens[at - 2 - article]?.folded ?? '');
}

/** Whether a figure follows the verb behind the word: "el desempleo se situó en el 6,1 %". */
function isMeasured(tokens: readonly Token[], at: number, { last }: Sentence, measures: ReadonlySet<string>): boolean {
  const verb = [1, 2].map((step) => at + step).find((index) => index < last && measures.has(tokens[index]!.folded));
  if (verb === undefined) return false;
  for (let after = verb + 1; after < Math.min(last, verb + 5); after++) if (tokens[after]!.kind === 'number') return true;
  return false;
}
