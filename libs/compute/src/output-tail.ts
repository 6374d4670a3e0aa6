/** Keeps the last lines of a text stream in bounded memory: at most `lines` lines of at most `columns` characters, control characters removed. */
export class OutputTail {
  readonly #lines: number;
  readonly #columns: number;
  readonly #kept: string[] = [];
  #unfinished = '';

  constructor(lines: number, columns = 400) {
    this.#lines = lines;
    this.#columns = columns;
  }

  /** A carriage return ends a line too, because progress meters redraw their line with it. */
  push(text: string): void {
    const parts = text.split(/\r\n|\n|\r/);
    this.#unfinished = `${this.#unfinished}${parts[0]}`.slice(0, this.#columns);
    for (const part of parts.slice(1)) {
      this.#endLine();
      this.#unfinished = part.slice(0, this.#columns);
    }
  }

  /** Oldest first, including a last line without a line break. */
  lines(): string[] {
    return [...this.#kept, clean(this.#unfinished)].filter((line) => line !== '').slice(-this.#lines);
  }

  #endLine(): void {
    const line = clean(this.#unfinished);
    if (line !== '') this.#kept.push(line);
    if (this.#kept.length > this.#lines) this.#kept.shift();
  }
}

const clean = (line: string) => line.replace(/\p{Cc}/gu, '').trimEnd();
