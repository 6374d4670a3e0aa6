/** Makes plain text of what a language model writes. Pure and linear. */

const invisible = /[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]|(?![\n\t])\p{Cc}/gu;

/** A line of a post; the mark-up that Markdown and HTML give it is removed, its words stay. */
function plainLine(line: string): string {
  return line
    .replace(/^\s{0,3}#{1,6}\s+/, '')
    .replace(/^\s{0,3}>\s?/, '')
    .replace(/!?\[([^[\]\n]{1,300})\]\((https?:[^\s()]{1,500})\)/g, '$1 $2')
    .replace(/(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1/g, '$2')
    .replace(/(?<![\w*])\*(?=\S)([^*\n]{1,300})(?<=\S)\*(?![\w*])/g, '$1')
    .replace(/`([^`\n]{1,300})`/g, '$1')
    .replace(/<\/?[a-z][^<>\n]{0,200}>/gi, '')
    .trimEnd();
}

/**
 * Without fences, headings, emphasis, tags, links behind words, control and direction characters. Quotation marks around the whole are removed, and lines
 * that are empty more than twice.
 */
export function toPlainText(answer: string): string {
  const lines = answer
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(invisible, '')
    .split('\n')
    .filter((line) => !/^\s{0,3}(?:```|~~~)/.test(line))
    .map(plainLine);
  const text = lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const [, quoted] = /^["“«]([^"“”«»]+)["”»]$/.exec(text) ?? [];
  return (quoted ?? text).trim().normalize('NFC');
}
