/** A text that arrives in pieces: what of it can be shown already. Pure. */

/** Mark-up and placeholders may begin with these; a line with one is shown once it is whole. */
const opening = /[*_`<[]/;
const quoted = /^\s*["“«]/;

/** The beginning of what was received that the rest does not change: up to the last whole word, or to the opening of something. */
function settledPart(received: string): string {
  if (quoted.test(received)) return ''; // quotation marks around the whole are removed
  const lineStart = received.lastIndexOf('\n') + 1;
  const opens = received.slice(lineStart).search(opening);
  const end = opens < 0 ? received.length : lineStart + opens;
  for (let at = end; at > lineStart; at--) if (/\s/.test(received[at - 1]!)) return received.slice(0, at);
  return received.slice(0, lineStart);
}

export class GrowingAnswer {
  readonly #finish: (text: string) => string;
  #received = '';
  #shown = '';

  /** @param finish makes a text of what was received; applied to its beginning too */
  constructor(finish: (text: string) => string) {
    this.#finish = finish;
  }

  add(piece: string): void {
    this.#received += piece;
  }

  /** @returns what can be shown in addition to what was returned before; empty while nothing can */
  more(): string {
    const text = this.#finish(settledPart(this.#received));
    if (text.length <= this.#shown.length || !text.startsWith(this.#shown)) return '';
    const more = text.slice(this.#shown.length);
    this.#shown = text;
    return more;
  }
}
