/**
 * Full-text search in posts: a post is indexed by the stems of its language and by its words without marks. A question finds what it has in any form
 * (`corriendo` finds `corrió`), by the beginning of a word in any language, and whatever case and marks. Signs that are no words are compared as they
 * stand.
 */
import { searchPatterns, withoutMarks } from '#storage';

/** Configurations of PostgreSQL, by the language of the posts that are indexed with each. Other languages have words without stems. */
const stemmed = { en: 'english', es: 'spanish' } as const;
const maxWords = 10;
/** Scripts that put blanks between words. */
const word = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{M}\p{N}]+$/u;
const foldedWord = /^[\p{L}\p{N}]+$/u;

/** What parts words: signs of ASCII and Latin-1, punctuation, symbols, emoji. PostgreSQL takes those beyond ASCII for letters under the locale C. */
const signs = String.raw`[\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u303f\ufe00-\ufe0f\U0001f000-\U0001ffff]+`;

/** SQL of a function that makes the words of a post. `lower` knows only ASCII under the locale C. */
export const searchWordsFunction = `
  CREATE OR REPLACE FUNCTION posts.search_words(language text, content text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN (
    WITH forms AS (SELECT
      lower(translate(regexp_replace(content, '${signs}', ' ', 'g'), 'ÁÉÍÓÚÜÑ', 'áéíóúüñ')) AS written,
      lower(regexp_replace(regexp_replace(normalize(content, NFKD), '[\\u0300-\\u036f]+', '', 'g'), '${signs}', ' ', 'g')) AS folded)
    SELECT strip(to_tsvector('pg_catalog.simple'::regconfig, folded) || CASE language
      ${Object.entries(stemmed)
        .map(
          ([language, name]) =>
            `WHEN '${language}' THEN to_tsvector('pg_catalog.${name}'::regconfig, written) || to_tsvector('pg_catalog.${name}'::regconfig, folded)
               || array_to_tsvector(ARRAY['language=${language}'])`,
        )
        .join('\n      ')}
      ELSE ''::tsvector END) FROM forms)`;

/** SQL: what a post is found by. The owner is a word too, so that one index finds the matches of one owner. */
export const searchWordsOf = (post: string) =>
  `coalesce(posts.search_words(${post}.language, ${post}.title || ' ' || ${post}.text), ''::tsvector) || array_to_tsvector(ARRAY['owner=' || ${post}.owner_id::text])`;

/** SQL that keeps the words of each post with it. A generated column would be the same, but adding one writes the whole table behind a lock. */
export const searchTrigger = [
  `CREATE OR REPLACE FUNCTION posts.keep_search_words() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN NEW.search := ${searchWordsOf('NEW')}; RETURN NEW; END $$`,
  `CREATE OR REPLACE TRIGGER keep_search_words BEFORE INSERT OR UPDATE OF language, title, text, owner_id ON posts.post
   FOR EACH ROW EXECUTE FUNCTION posts.keep_search_words()`,
];

export interface Condition {
  readonly sql: string;
  readonly values: Readonly<Record<string, string>>;
}

/** @returns conditions on `post`, all of which hold for what the question finds; none for an empty question */
export function searchConditions(ownerId: string, question: string): Condition[] {
  const asked = question.normalize('NFC').toLowerCase().split(/\s+/u).filter(Boolean).slice(0, maxWords);
  const words = asked.filter(isWord);
  const signsAsked = asked.filter((one) => !isWord(one)).flatMap(searchPatterns);
  return [
    ...(words.length > 0 ? [indexed(ownerId, words)] : []),
    ...signsAsked.map((pattern, at) => ({ sql: `post.search_text LIKE :searchSign${at}`, values: { [`searchSign${at}`]: pattern } })),
  ];
}

const isWord = (text: string): boolean => word.test(text) && foldedWord.test(withoutMarks(text));

function indexed(ownerId: string, words: readonly string[]): Condition {
  const values: Record<string, string> = { searchOwner: `'owner=${ownerId}'` };
  const queries = words.map((each, at) => {
    values[`searchWord${at}`] = each;
    values[`searchFolded${at}`] = withoutMarks(each);
    values[`searchPrefix${at}`] = `'${withoutMarks(each)}':*`;
    return `(:searchPrefix${at}::tsquery || ${Object.entries(stemmed)
      .map(([language, name]) => inLanguage(language, name, at, words.length === 1))
      .join(' || ')})`;
  });
  return { sql: `post.search @@ (${[':searchOwner::tsquery', ...queries].join(' && ')})`, values };
}

/** The stems of a word among the posts of that language. A function word has none: it is left out of a question that asks for more. */
function inLanguage(language: string, name: string, at: number, isAlone: boolean): string {
  const stems = ['Word', 'Folded'].map((form) => `plainto_tsquery('pg_catalog.${name}', :search${form}${at})`).join(' || ');
  return `COALESCE('''language=${language}'''::tsquery && ${isAlone ? `NULLIF(${stems}, ''::tsquery)` : `(${stems})`}, ''::tsquery)`;
}
