/** Problem pages as HTML: no scripts, no styles from elsewhere. */
import { escapeHtml, pageStyle } from '../http/html.ts';
import type { ProblemPage } from './problem-pages.ts';

const inline = (text: string) => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** Supports paragraphs, bullet lists and inline code, the subset that docs/problems.md uses. */
function blockOf(block: string): string {
  const lines = block.split('\n');
  if (!lines.every((line) => /^(- |\s)/.test(line))) return `<p>${inline(lines.join(' '))}</p>`;
  const items = block.split(/^- /m).slice(1);
  return `<ul>${items.map((item) => `<li>${inline(item.replace(/\s+/g, ' ').trim())}</li>`).join('')}</ul>`;
}

export function problemHtml({ code, status, title, explanation }: ProblemPage): string {
  const blocks = explanation.split(/\n{2,}/).map(blockOf);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Ráfaga</title><style>${pageStyle}</style></head>
<body><main><small>${status} <code>${code}</code></small><h1>${escapeHtml(title)}</h1>
${blocks.join('\n')}
</main></body></html>
`;
}
