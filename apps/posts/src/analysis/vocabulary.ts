/**
 * The words of the texts that this thread has read. A word is looked up once, when its text is split; whatever a task knows of it by itself (a flag, a
 * valence, syllables, the phrases that it opens) is found out at its first use and stays with it, so that texts cost no search in a list for each of
 * their words. All that depends on the place of a word in its text belongs to the tasks.
 */

/** A word, number or mark as it is written: one object for the same text, as long as it is remembered. */
export interface Word {
  readonly text: string;
  /** Lower case, NFC, straight apostrophes, no zero-width characters: the key for every word list. One string for the same key. */
  readonly folded: string;
  /** Whether it begins with a capital letter. */
  readonly isCapital: boolean;
  /** Whether it begins with a small letter. */
  readonly isSmall: boolean;
  /** By the number of `wordFact`. */
  readonly facts: unknown[];
}

/** More are forgotten together, and learnt again within a few texts: at most some 15 MB. */
const maxWords = 20_000;
/** In UTF-16 units; longer ones are not remembered. */
const longestWord = 40;
const words = new Map<string, Word>();

/** The word with this text. */
export function wordOf(text: string): Word {
  return words.get(text) ?? (text.length > longestWord ? newWord(text, foldWord(text)) : remember(copyOf(text)));
}

let facts = 0;

/**
 * Something that a word alone decides.
 *
 * @param compute must give the same for the same word, and never undefined
 * @returns reads it; computes at most once while the word is remembered
 */
export function wordFact<T extends NonNullable<unknown> | null>(compute: (word: Word) => T): (word: Word) => T {
  const index = facts++;
  return (word) => {
    const known = word.facts[index];
    return known === undefined ? learn(word, index, compute) : (known as T);
  };
}

/** As `wordFact`, for objects that many words share: equal ones are one, so that the few of them stay near at hand. They are not to be changed. */
export function sharedFact<T extends object>(compute: (word: Word) => T): (word: Word) => T {
  const shared = new Map<string, T>();
  return wordFact((word) => {
    const found = compute(word);
    const key = JSON.stringify(found);
    const known = shared.get(key);
    if (known !== undefined) return known;
    if (shared.size < maxShared) shared.set(key, found);
    return found;
  });
}
const maxShared = 2_000;

function learn<T>(word: Word, index: number, compute: (word: Word) => T): T {
  const found = compute(word);
  while (word.facts.length < index) word.facts.push(undefined); // without holes
  word.facts[index] = found;
  return found;
}

function remember(text: string): Word {
  if (words.size >= maxWords) words.clear();
  const folded = foldWord(text);
  const known = words.get(folded)?.folded;
  const word = newWord(text, known === folded ? known : folded); // the string that others have, where it is the same
  words.set(text, word);
  return word;
}

function newWord(text: string, folded: string): Word {
  return { text, folded, isCapital: /^\p{Lu}/u.test(text), isSmall: /^\p{Ll}/u.test(text), facts: [] };
}

/** A string of its own: a part of a text from 13 letters on keeps the whole text in memory. */
const copyOf = (word: string): string => (word.length > 12 ? Buffer.from(word, 'utf16le').toString('utf16le') : word);

const asciiOnly = /^[\0-\x7f]*$/;

function foldWord(word: string): string {
  if (asciiOnly.test(word)) return word.toLowerCase();
  return word
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u00AD\u200B-\u200D\u2060\uFEFF]/g, '')
    .replace(/’/g, "'");
}
