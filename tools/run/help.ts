/** `--help` of commands that would otherwise begin their work: the comment at the head of their file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of files that explain themselves in their first comment and have no help of their own. */
export const explainedByComment: ReadonlySet<string> = new Set([
  'deploy/compose/secrets.ts',
  'deploy/render.ts',
  'grafana/render.ts',
  'kong/e2e/run.ts',
  'kong/render.ts',
  'tools/doctor/main.ts',
  'tools/supply-chain/sbom.ts',
]);

/** @returns what to print; undefined where the file is to be run */
export function helpFor(root: string, file: string, args: readonly string[]): string | undefined {
  if (!explainedByComment.has(file) || !args.some((word) => word === '--help' || word === '-h')) return undefined;
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(join(root, file), 'utf8')) ?? [];
  return comment.replace(/\s*\n \* ?/g, '\n').trim();
}
