/** The pages behind `type` in problem documents: one per code, from docs/problems.md. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FailureCode, failures } from '#contracts';

export interface ProblemPage {
  readonly code: FailureCode;
  readonly status: number;
  readonly title: string;
  /** Markdown: paragraphs, lists and `code` only. */
  readonly explanation: string;
}

/** Searches parent folders for docs/problems.md, because sources and build have different depths. @throws Error when it is missing */
function findHandbook(from: string): string {
  const path = join(from, 'docs', 'problems.md');
  if (existsSync(path)) return path;
  if (dirname(from) === from) throw new Error('docs/problems.md is missing');
  return findHandbook(dirname(from));
}

/** @returns the section under each `## code` heading */
export function sectionsOf(markdown: string): Map<string, string> {
  const sections = markdown.split(/^## /m).slice(1);
  return new Map(sections.map((section) => [section.split('\n', 1)[0]!.trim(), section.slice(section.indexOf('\n') + 1).trim()]));
}

/** Reads docs/problems.md once. @returns a page for every code of the catalogue; without a section it contains only the title */
export function readProblemPages(from: string = import.meta.dirname): ReadonlyMap<string, ProblemPage> {
  const sections = sectionsOf(readFileSync(findHandbook(from), 'utf8'));
  const pages = Object.entries(failures).map(([code, { status, title }]): [string, ProblemPage] => [
    code,
    { code: code as FailureCode, status, title, explanation: sections.get(code) ?? `${title}.` },
  ]);
  return new Map(pages);
}
