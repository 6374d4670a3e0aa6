import { type TextAnalysis, toneLabels } from '#contracts';
import { analyzeText } from '../analysis/analyze-text.ts';

const engineVersion = 1;

/**
 * The analysis of a document in the shape of the contract: everything but grammar and the vector.
 *
 * @param text at most 1,048,576 UTF-16 units
 */
export function describeText(text: string): TextAnalysis {
  const { language, sentiment, tone, readability, keywords, entities, structure, notes } = analyzeText(text, { tones: toneLabels });
  return {
    language: language.language,
    languageConfidence: language.confidence,
    sentiment: sentiment
      ? { ...sentiment, words: sentiment.words.map(({ start, end, text: word, weight }) => ({ start, end, text: word, weight })) }
      : null,
    tone: tone
      ? {
          label: tone.label as (typeof toneLabels)[number],
          confidence: tone.confidence,
          scores: tone.scores as Record<string, number>,
          evidence: tone.evidence.map(({ start, end, text: words, confidence }) => ({ start, end, text: words, weight: confidence })),
        }
      : null,
    readability: readability
      ? { ...pickCounts(readability), readingSeconds: readability.readingTimeSeconds, ...gradesOf(readability, language.language) }
      : null,
    keywords: (keywords ?? []).map(({ text: words, score, spans: [first] }) => ({
      text: words,
      score,
      start: first?.start ?? 0,
      end: first?.end ?? 0,
    })),
    entities: (entities ?? []).map(({ type, start, end, text: words, confidence }) => ({ type, start, end, text: words, confidence })),
    structure: structure
      ? {
          hook: { start: structure.hook.start, end: structure.hook.end, isFolded: structure.hook.folded },
          lengthUnits: structure.utf16Units,
          lengthGraphemes: structure.graphemes,
          paragraphs: structure.paragraphs.length,
          questions: structure.questions.length,
          links: structure.links.length,
          hashtags: structure.hashtags.map(({ text: tag }) => tag),
          mentions: structure.mentions.map(({ text: mention }) => mention),
          emoji: structure.emoji.length,
          callsToAction: structure.callsToAction.map(({ start, end, text: words, confidence }) => ({
            start,
            end,
            text: words,
            confidence,
          })),
        }
      : null,
    grammar: null,
    embedding: null,
    notes: [...notes],
    engineVersion,
  };
}

type Measured = NonNullable<ReturnType<typeof analyzeText>['readability']>;

const pickCounts = ({ sentences, words, syllables }: Measured) => ({ sentences, words, syllables });

/** The formulas of the language; the others are null. */
function gradesOf(measured: Measured, language: string) {
  const { flesch, fleschKincaidGrade, smog, ari, colemanLiau, gunningFog, fernandezHuerta, szigrisztPazos } = measured;
  const isSpanish = language === 'es';
  const english = { flesch, fleschKincaidGrade, smog, ari, colemanLiau, gunningFog };
  const spanish = { fernandezHuerta, szigrisztPazos };
  return isSpanish ? { ...nulls(english), ...spanish } : { ...english, ...nulls(spanish) };
}

const nulls = <Grades extends object>(grades: Grades) =>
  Object.fromEntries(Object.keys(grades).map((name) => [name, null])) as Record<keyof Grades, null>;
