/** Reads a page of documentation as what it promises: commands, and below each what it answers. */

export interface Step {
  readonly command: string;
  /** What the page says comes back; nothing where it shows none. */
  readonly answer: { readonly kind: 'json' | 'text'; readonly text: string } | undefined;
}

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** @param page Markdown; ```sh blocks are commands, a ```json or ```text block after one is its answer */
export function stepsOf(page: string): Step[] {
  const blocks = [...page.matchAll(fence)].map(([, language = '', text = '']) => ({ language, text: text.trimEnd() }));
  return blocks.flatMap(({ language, text }, index) => {
    if (language !== 'sh') return [];
    const next = blocks[index + 1];
    const answer = next?.language === 'json' || next?.language === 'text' ? ({ kind: next.language, text: next.text } as const) : undefined;
    return [{ command: text, answer }];
  });
}

/**
 * Whether an answer is like the one on the page: the same fields of the same kinds (null may stand for anything), the first item of each list.
 * Values differ from run to run, except those that are words of the API.
 *
 * @returns what is not as promised, as paths
 */
export function unlike(promised: unknown, given: unknown, path = '$'): string[] {
  if (given === null || promised === null) return [];
  if (Array.isArray(promised)) {
    if (!Array.isArray(given)) return [`${path} is no list`];
    return promised.length > 0 && given.length > 0 ? unlike(promised[0], given[0], `${path}[0]`) : [];
  }
  if (typeof promised !== typeof given) return [`${path} is a ${typeof given}, not a ${typeof promised}`];
  if (typeof promised !== 'object') return isWord(path) && promised !== given ? [`${path} is ${given}, not ${promised}`] : [];
  return Object.entries(promised as object).flatMap(([key, value]) =>
    key in (given as object) ? unlike(value, (given as Record<string, unknown>)[key], `${path}.${key}`) : [`${path}.${key} is missing`],
  );
}

/** Fields whose value is the same in every run. */
const isWord = (path: string) => /\.(code|status|state|kind|type|title|grade|fileName|contentType|version)$/.test(path);
