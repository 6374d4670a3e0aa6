/** How a contract file declares its failures: `export const clipFailures = { 'clip-not-found': { … } } as const satisfies FailureTable`. */

export interface FailureDeclaration {
  /** HTTP status. */
  readonly status: number;
  readonly title: string;
  /** The page at `/problems/{code}`, in Markdown: paragraphs, lists and `code` only. docs/problems.md has the same text under the code. */
  readonly page: string;
}

/** By code: lower case, words joined by hyphens. */
export type FailureTable = Readonly<Record<string, FailureDeclaration>>;
