/** Markup inside cues: what WebVTT knows stays, everything else becomes plain text. @see https://www.w3.org/TR/webvtt1/#webvtt-cue-text-parsing-rules */

export interface CleanMarkup {
  /** Cue text of WebVTT: every `<` and `&` that is left is markup. */
  readonly text: string;
  /** Markup that WebVTT does not know was taken out. */
  readonly isChanged: boolean;
}

/** SubRip has `font` besides; its text stays. */
const spanTags: ReadonlySet<string> = new Set(['b', 'i', 'u', 'c', 'ruby', 'rt', 'v', 'lang']);
/** Adjacent parts share no characters, so that a failed match takes linear time. */
const tagPattern = /<(\/?)([A-Za-z]+)((?:\.[^\s.<>&/]{1,64})*)((?:[ \t/][^<>]{0,200})?)>/y;
const timePattern = /<(\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}>/y;
const plainPattern = /[^<>&]+/y;
const entityPattern = /&(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#x[0-9a-f]{1,6});/iy;
/** Position and style overrides of SubStation Alpha, which SubRip files hold too: `{\an8}`. */
const overridePattern = /\{\\[^{}]{0,200}\}/g;

/** @param source one cue, its lines joined by line feeds */
export function cleanMarkup(source: string): CleanMarkup {
  const text = source.replace(overridePattern, '');
  const open: string[] = [];
  let clean = '';
  let isChanged = text !== source;
  for (let at = 0; at < text.length; ) {
    const piece = pieceAt(text, at, open);
    clean += piece.text;
    isChanged ||= piece.isChanged;
    at += piece.length;
  }
  for (const name of open.reverse()) clean += `</${name}>`;
  return { text: withoutEmptyLines(clean), isChanged };
}

/** An empty line would end the cue. */
const withoutEmptyLines = (text: string) => text.replace(/(?:^|\n)[^\S\n]*(?=\n|$)/g, '').replace(/^\n/, '');

interface Piece extends CleanMarkup {
  readonly length: number;
}

/** @param open names of tags that are open, changed by tags */
function pieceAt(text: string, at: number, open: string[]): Piece {
  const plain = matchAt(plainPattern, text, at, ([run]) => ({ text: run, isChanged: false }));
  if (plain) return plain;
  const character = text[at]!;
  if (character === '&') return matchAt(entityPattern, text, at, keepEntity) ?? { text: '&amp;', length: 1, isChanged: false };
  if (character === '>') return { text: '&gt;', length: 1, isChanged: false };
  return (
    matchAt(timePattern, text, at, ([time]) => ({ text: time, isChanged: false })) ??
    matchAt(tagPattern, text, at, (tag) => keepTag(tag, open)) ?? { text: '&lt;', length: 1, isChanged: false }
  );
}

function matchAt(pattern: RegExp, text: string, at: number, keep: (match: RegExpExecArray) => CleanMarkup): Piece | null {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match && { ...keep(match), length: match[0].length };
}

/** Of numbered characters, only those that text may hold. */
function keepEntity([entity]: RegExpExecArray): CleanMarkup {
  const number = /^&#(x?)([0-9a-f]+);$/i.exec(entity);
  if (!number) return { text: entity.toLowerCase(), isChanged: false };
  const code = Number.parseInt(number[2]!, number[1] ? 16 : 10);
  const isText = code >= 0x20 && code <= 0x10ffff && !(code >= 0x7f && code <= 0x9f) && !(code >= 0xd800 && code <= 0xdfff);
  return isText ? { text: escaped(String.fromCodePoint(code)), isChanged: false } : { text: '', isChanged: true };
}

function keepTag([, slash, tag, classes, rest]: RegExpExecArray, open: string[]): CleanMarkup {
  const name = tag!.toLowerCase();
  if (!spanTags.has(name)) return { text: '', isChanged: true };
  if (!slash) {
    open.push(name);
    const annotation = rest!.replace(/\/$/, '').trim();
    const said = (name === 'v' || name === 'lang') && annotation ? ` ${escaped(annotation)}` : '';
    return { text: `<${name}${classes}${said}>`, isChanged: false };
  }
  const place = open.lastIndexOf(name);
  if (place < 0) return { text: '', isChanged: true };
  // Tags that were opened inside end with it.
  const closed = open.splice(place).reverse();
  return { text: closed.map((each) => `</${each}>`).join(''), isChanged: closed.length > 1 };
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', nbsp: '\u00a0', lrm: '\u200e', rlm: '\u200f' };

/** The cue text as SubRip has it: bold, italic and underlined stay, the rest becomes plain text, in which nothing ends the cue or looks like a line of times. @param clean what {@link cleanMarkup} gave */
export const subRipText = (clean: string): string => withoutEmptyLines(plainText(clean)).replace(/(?<!-)-{2,}>/g, '->');

const plainText = (clean: string): string =>
  clean
    .replace(/<(\/?)([a-z]*)[^<>]*>/g, (_, slash: string, name: string) => (/^[biu]$/.test(name) ? `<${slash}${name}>` : ''))
    .replace(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (_, name: string) => characters[name]!);
