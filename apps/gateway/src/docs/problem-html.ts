/** Problem pages as HTML: no scripts, no styles from elsewhere. */
import { type ProblemPage } from './problem-pages.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character]!);
const inline = (text: string) => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** Supports paragraphs, bullet lists and inline code, the subset that docs/problems.md uses. */
function blockOf(block: string): string {
  const lines = block.split('\n');
  if (!lines.every((line) => /^(- |\s)/.test(line))) return `<p>${inline(lines.join(' '))}</p>`;
  const items = block.split(/^- /m).slice(1);
  return `<ul>${items.map((item) => `<li>${inline(item.replace(/\s+/g, ' ').trim())}</li>`).join('')}</ul>`;
}

const style =
  'body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}' +
  'code{font:0.9em ui-monospace,monospace;background:#f0f0f0;padding:.1em .3em;border-radius:3px}h1{font-size:1.6rem}small{color:#666}' +
  '@media (prefers-color-scheme:dark){body{color:#e7e7e7;background:#111}code{background:#222}small{color:#aaa}}';

export function problemHtml({ code, status, title, explanation }: ProblemPage): string {
  const blocks = explanation.split(/\n{2,}/).map(blockOf);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Ráfaga</title><style>${style}</style></head>
<body><main><small>${status} <code>${code}</code></small><h1>${escapeHtml(title)}</h1>
${blocks.join('\n')}
</main></body></html>
`;
}
