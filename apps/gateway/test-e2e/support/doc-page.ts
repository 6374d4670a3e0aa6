/** Parses a page of documentation: commands, and the output that is shown below each. */

export interface Step {
  readonly command: string;
  /** Output that the page shows; undefined if it shows none. */
  readonly output: { readonly kind: 'json' | 'text'; readonly text: string } | undefined;
}

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

/**
 * @param page Markdown; ```sh blocks are commands, a ```json or ```text block after one is its output
 * @throws RangeError when a block is not closed: its command would not run
 */
export function stepsOf(page: string): Step[] {
  const fences = page.split('\n').filter((line) => line.startsWith('```'));
  const unclosed = fences.findIndex((line, index) => index % 2 === 1 && line !== '```');
  if (unclosed >= 0) throw new RangeError(`the block before ${fences[unclosed]} is not closed`);
  if (fences.length % 2 === 1) throw new RangeError('the last block is not closed');
  const blocks = [...page.matchAll(fence)].map(([, language = '', text = '']) => ({ language, text: text.trimEnd() }));
  return blocks.flatMap(({ language, text }, index) => {
    if (language !== 'sh') return [];
    const next = blocks[index + 1];
    const output = next?.language === 'json' || next?.language === 'text' ? ({ kind: next.language, text: next.text } as const) : undefined;
    return [{ command: text, output }];
  });
}

/**
 * Compares the shape of an output with the documented one: the same fields with the same types (null matches any type), and the first item of each list.
 * Values are compared only for fields that have the same value in every run.
 *
 * @returns a description of each difference, with its path
 */
export function shapeDifferences(expected: unknown, actual: unknown, path = '$'): string[] {
  if (actual === null || expected === null) return [];
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [`${path} is not a list`];
    return expected.length > 0 && actual.length > 0 ? shapeDifferences(expected[0], actual[0], `${path}[0]`) : [];
  }
  if (typeof expected !== typeof actual) return [`${path} is a ${typeof actual}, not a ${typeof expected}`];
  if (typeof expected !== 'object') return isConstant(path) && expected !== actual ? [`${path} is ${actual}, not ${expected}`] : [];
  return Object.entries(expected as object).flatMap(([key, value]) =>
    key in (actual as object)
      ? shapeDifferences(value, (actual as Record<string, unknown>)[key], `${path}.${key}`)
      : [`${path}.${key} is missing`],
  );
}

/** Fields whose value is the same in every run. */
const isConstant = (path: string) => /\.(code|status|state|kind|type|title|grade|fileName|contentType|version)$/.test(path);
