/** The lines that a noun adds to files that are there. Biome puts imports into order afterwards. */
import type { Names } from './names.ts';

/** @returns by path, what makes the new text of the file out of its present one */
export function editsOf(names: Names): ReadonlyMap<string, (text: string) => string> {
  const { service, noun, nouns, camel, camels, Pascals } = names;
  return new Map([
    ['libs/contracts/src/index.ts', (text) => `${text}export * from './${noun}.ts';\nexport * as ${camels} from './${noun}.ts';\n`],
    [
      'libs/contracts/src/failure-codes.ts',
      (text) =>
        before(withImport(text, `import { ${camel}Failures } from './${noun}.ts';`), '} as const satisfies', `  ...${camel}Failures,\n`),
    ],
    [
      'docs/problems.md',
      (text) =>
        `${text.trimEnd()}\n\n## ${noun}-not-found\n\nYour account has no such ${names.words}. It may have been deleted, or belong to another account.\n`,
    ],
    [
      'apps/gateway/src/routes.ts',
      (text) => addToFeatures(withImport(text, `import * as ${camels} from './${nouns}/${nouns}.endpoints.ts';`), camels),
    ],
    [
      `apps/${service}/src/${service}.module.ts`,
      (text) => addModule(withImport(text, `import { ${Pascals}Module } from './${nouns}/${nouns}.module.ts';`), `${Pascals}Module`),
    ],
  ]);
}

/** @throws RangeError when the file has no such text any more: then this generator has to follow it */
function before(text: string, anchor: string, line: string): string {
  const at = text.indexOf(anchor);
  if (at < 0) throw new RangeError(`There is no "${anchor}" in a file that would have to be changed.`);
  return text.slice(0, at) + line + text.slice(at);
}

/** Behind the first import: a comment at the head of the file stays where it is. */
const withImport = (text: string, line: string) => text.replace(/^import [^;]*;\n/m, (first) => `${first}${line}\n`);

/** Keeps the list in alphabetical order. */
function addToFeatures(text: string, name: string): string {
  return text.replace(/(const features: readonly object\[\] = \[\n)([^\]]*)\]/, (_, head: string, list: string) => {
    const lines = [...list.split('\n').filter(Boolean), `  ${name},`];
    return `${head}${lines.sort().join('\n')}\n]`;
  });
}

/** Puts the module behind `PlatformModule.forApp({ … })` and makes sure that the service runs jobs. */
export function addModule(text: string, name: string): string {
  const begin = text.indexOf('PlatformModule.forApp(');
  if (begin < 0) throw new RangeError(`${name} has no place: the module of the service does not call PlatformModule.forApp.`);
  const end = closingParenthesis(text, text.indexOf('(', begin));
  const call = text.slice(begin, end);
  const withJobs = /\bjobs: true\b/.test(call) ? call : call.replace(/,?\s*\}\s*$/, ',\njobs: true,\n}');
  return `${text.slice(0, begin)}${withJobs}), ${name}${text.slice(end + 1)}`;
}

function closingParenthesis(text: string, open: number): number {
  for (let at = open, depth = 0; at < text.length; at++) {
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
    if (depth === 0) return at;
  }
  throw new RangeError('A parenthesis is not closed.');
}
