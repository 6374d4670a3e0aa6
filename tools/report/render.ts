/** A report as Markdown and as an HTML page without scripts. */

export interface Section {
  readonly title: string;
  readonly note?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Report {
  readonly source: string;
  readonly sections: readonly Section[];
}

export function toMarkdown({ source, sections }: Report, title: string): string {
  const table = ({ title: heading, note, columns, rows }: Section) =>
    [
      `## ${heading}`,
      ...(note ? ['', note] : []),
      '',
      ...(rows.length > 0
        ? [line(columns), line(columns.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)]
        : ['Nothing was measured.']),
    ].join('\n');
  return `${[`# ${title}`, '', source, '', sections.map(table).join('\n\n')].join('\n')}\n`;
}

const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1b1b;background:#fff}' +
  'table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{border-bottom:1px solid #ccc;padding:.25rem .75rem;text-align:right}' +
  'th:first-child,td:first-child{text-align:left}.missed{color:#a00;font-weight:600}div{overflow-x:auto}';

export function toHtml({ source, sections }: Report, title: string): string {
  const cell = (text: string) => `<td${text === 'MISSED' ? ' class="missed"' : ''}>${escapeHtml(text)}</td>`;
  const row = (cells: readonly string[]) => `<tr>${cells.map(cell).join('')}</tr>`;
  const table = ({ title: heading, note, columns, rows }: Section) =>
    `<h2>${escapeHtml(heading)}</h2>\n${note ? `<p>${escapeHtml(note)}</p>\n` : ''}${
      rows.length > 0
        ? `<div><table><thead><tr>${columns.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('')}</tr></thead>\n<tbody>${rows.map(row).join('\n')}</tbody></table></div>`
        : '<p>Nothing was measured.</p>'
    }`;
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}</style>`;
  const body = `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(source)}</p>\n${sections.map(table).join('\n')}`;
  return `<!doctype html>\n<html lang="en"><head>${head}</head>\n<body>\n${body}\n</body></html>\n`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string) => text.replaceAll(/[&<>"]/g, (char) => entities[char]!);
