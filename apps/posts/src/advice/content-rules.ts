/** Rules about what a post says: its opening, what it asks the reader to do, hashtags and links. */
import { type AdviceInput, counted, evidenceOf, falling, improvement, linesOf, type Rule, type Verdict } from './advice-rule.ts';

const usualHashtags = { min: 1, max: 5 };
const manyHashtags = 15;
const manyLinks = 5;
const manyCalls = 3;

/** In the languages of the word lists: the reader is addressed. */
const addressesReader = /(?<!\p{L})(?:you|your|yours|tú|tu|tus|ti|te|usted|ustedes|vosotros|vuestro|vuestra|os|vos)(?!\p{L})/iu;
const figure = /\p{Nd}/u;
const question = /[?？¿]/u;

const hook: Rule = {
  name: 'hook',
  weight: 2,
  judge({ text, analysis: { structure } }) {
    const [line] = linesOf(text);
    const span = structure?.hook ?? line ?? { start: 0, end: 0 };
    const shown = text.slice(span.start, span.end);
    const found = [
      ...(question.test(shown) ? ['a question'] : []),
      ...(figure.test(shown) ? ['a figure'] : []),
      ...(addressesReader.test(shown) ? ['the reader addressed'] : []),
    ];
    if (found.length > 0) return { score: 1, measured: found.join(', ') };
    const message = 'What is shown before the fold asks nothing, names no figure and does not address the reader.';
    return { score: 0.4, measured: 'none of question, figure, address', suggestion: improvement(message, evidenceOf(text, [span])) };
  },
};

const callToAction: Rule = {
  name: 'call-to-action',
  weight: 2,
  judge({ text, analysis: { structure } }) {
    const calls = structure?.callsToAction ?? [];
    const asks = (structure?.questions ?? 0) > 0;
    const measured = counted(calls.length, 'call to action', 'calls to action');
    if (calls.length > manyCalls) {
      const message = `The text has ${measured}; with one or two the reader knows which to follow.`;
      return { score: 0.6, measured, suggestion: improvement(message, evidenceOf(text, calls)) };
    }
    if (calls.length > 0) return { score: 1, measured };
    const message = `Nothing asks the reader to do something${asks ? '; a question alone gets fewer answers' : ': ask, invite or link'}.`;
    return { score: asks ? 0.7 : 0.3, measured, suggestion: improvement(message) };
  },
};

const hashtags: Rule = {
  name: 'hashtags',
  weight: 1,
  judge(input) {
    const tags = spansOf(input, 'HASHTAG');
    const count = Math.max(tags.length, input.analysis.structure?.hashtags.length ?? 0);
    const measured = counted(count, 'hashtag');
    if (count < usualHashtags.min)
      return { score: 0.5, measured, suggestion: improvement('The text has no hashtag; one to five tell which subject it belongs to.') };
    if (count <= usualHashtags.max) return { score: 1, measured };
    const message = `The text has ${measured}; more than ${usualHashtags.max} read like spam.`;
    const evidence = evidenceOf(input.text, tags.slice(usualHashtags.max));
    return { score: falling(count, usualHashtags.max, manyHashtags), measured, suggestion: improvement(message, evidence) };
  },
};

const links: Rule = {
  name: 'links',
  weight: 1,
  judge(input): Verdict {
    const found = spansOf(input, 'URL');
    const count = Math.max(found.length, input.analysis.structure?.links ?? 0);
    const measured = counted(count, 'link');
    if (count <= 1) return { score: 1, measured };
    const message = `The text has ${measured}; LinkedIn shows a preview of one, and the others lead readers away.`;
    return { score: falling(count, 1, manyLinks), measured, suggestion: improvement(message, evidenceOf(input.text, found.slice(1))) };
  },
};

const spansOf = ({ analysis }: AdviceInput, type: TextEntity) => analysis.entities.filter((entity) => entity.type === type);
type TextEntity = AdviceInput['analysis']['entities'][number]['type'];

export const contentRules = { hook, callToAction, hashtags, links };
