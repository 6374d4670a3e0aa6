/** The forms of a noun that its files use. */

/** Services that have a database and may run jobs. */
export const services = ['audio', 'video', 'posts', 'cache'] as const;
export type Service = (typeof services)[number];

export interface Names {
  readonly service: Service;
  /** `score-run`: files, subjects, failure codes. */
  readonly noun: string;
  /** `score-runs`: folders, the path. */
  readonly nouns: string;
  /** `scoreRun`: values. */
  readonly camel: string;
  readonly camels: string;
  /** `ScoreRun`: types and classes. */
  readonly Pascal: string;
  readonly Pascals: string;
  /** `score_run`: the table. */
  readonly table: string;
  /** `score run`: sentences. */
  readonly words: string;
  readonly wordsPlural: string;
  /** `Score runs`: the tag of the endpoints. */
  readonly Heading: string;
}

/** @throws RangeError one sentence that says what a name would have to be */
export function namesOf(service: string, noun: string): Names {
  if (!isService(service)) throw new RangeError(`Unknown service ${service || '(none)'}: use one of ${services.join(', ')}.`);
  if (!/^[a-z]+(-[a-z]+)*$/.test(noun) || noun.length > 30)
    throw new RangeError(
      `Bad noun ${noun || '(none)'}: use lower-case words joined by hyphens, at most 30 characters, e.g. bookmark or score-run.`,
    );
  if (reserved.has(noun)) throw new RangeError(`${noun} already has a meaning in TypeScript or in the generated files: use another noun.`);
  const nouns = pluralOf(noun);
  const Pascal = pascal(noun);
  const wordsPlural = nouns.replaceAll('-', ' ');
  return {
    ...{ service, noun, nouns, Pascal, Pascals: pascal(nouns), camel: uncapitalized(Pascal), camels: uncapitalized(pascal(nouns)) },
    ...{ table: noun.replaceAll('-', '_'), words: noun.replaceAll('-', ' '), wordsPlural, Heading: capitalized(wordsPlural) },
  };
}

const isService = (name: string): name is Service => (services as readonly string[]).includes(name);

const reserved: ReadonlySet<string> = new Set(
  (
    'base database path service ' +
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if ' +
    'implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof ' +
    'undefined var void while with yield'
  ).split(' '),
);

/** Regular plurals only: clip → clips, story → stories, batch → batches. */
function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const uncapitalized = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
const pascal = (kebab: string) => kebab.split('-').map(capitalized).join('');
