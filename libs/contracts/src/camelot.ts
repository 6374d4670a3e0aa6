/** Keys as DJs write them: a number on the circle of fifths, `A` for minor and `B` for major. Neighbours can be mixed. */

const codes = [
  ...['1A', '2A', '3A', '4A', '5A', '6A', '7A', '8A', '9A', '10A', '11A', '12A'],
  ...['1B', '2B', '3B', '4B', '5B', '6B', '7B', '8B', '9B', '10B', '11B', '12B'],
] as const;
export type CamelotCode = (typeof codes)[number];
export const camelotCodes: readonly [CamelotCode, ...CamelotCode[]] = codes;

export const keys = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'] as const;
export const modes = ['major', 'minor'] as const;
export type KeyName = (typeof keys)[number];
export type Mode = (typeof modes)[number];
/** C major is 8B, A minor is 8A; a fifth up is one more. */
const codeOfC = { major: 8, minor: 5 } as const;
const fifth = 7;

/** @returns null without a key */
export function camelotOf(key: string | null, mode: Mode | null): CamelotCode | null {
  const pitch = key === null ? -1 : (keys as readonly string[]).indexOf(key);
  if (pitch < 0 || mode === null) return null;
  const number = ((codeOfC[mode] - 1 + fifth * pitch) % 12) + 1;
  return `${number}${mode === 'major' ? 'B' : 'A'}` as CamelotCode;
}

/** The key of a code. */
export function keyOfCamelot(code: CamelotCode): { readonly key: KeyName; readonly mode: Mode } {
  const mode = code.endsWith('B') ? 'major' : 'minor';
  return { key: keys.find((key) => camelotOf(key, mode) === code)!, mode };
}

/** The code itself, one number up and down, and the other mode. */
export function harmonicNeighbours(code: CamelotCode): CamelotCode[] {
  const [number, letter] = [Number.parseInt(code, 10), code.at(-1)!];
  const around = [number, (number % 12) + 1, ((number + 10) % 12) + 1].map((each) => `${each}${letter}`);
  return [...around, `${number}${letter === 'A' ? 'B' : 'A'}`] as CamelotCode[];
}
