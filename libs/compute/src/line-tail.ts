/** The last lines of a stream of text, in bounded memory: at most `lines` lines of at most `columns` characters, control characters removed. */
export class LineTail {
  readonly #lines: number;
  readonly #columns: number;
  readonly #kept: string[] = [];
  #open = '';

  constructor(lines: number, columns = 400) {
    this.#lines = lines;
    this.#columns = columns;
  }

  /** A carriage return ends a line too: that is how progress meters write. */
  push(text: string): void {
    const parts = text.split(/\r\n|\n|\r/);
    this.#open = `${this.#open}${parts[0]}`.slice(0, this.#columns);
    for (const part of parts.slice(1)) {
      this.#close();
      this.#open = part.slice(0, this.#columns);
    }
  }

  /** Oldest first; a last line without its end counts. */
  lines(): string[] {
    return [...this.#kept, clean(this.#open)].filter((line) => line !== '').slice(-this.#lines);
  }

  #close(): void {
    const line = clean(this.#open);
    if (line !== '') this.#kept.push(line);
    if (this.#kept.length > this.#lines) this.#kept.shift();
  }
}

const clean = (line: string) => line.replace(/\p{Cc}/gu, '').trimEnd();
