import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { failures } from '#contracts';
import { problemHtml } from './problem-html.ts';
import { readProblemPages, sectionsOf } from './problem-pages.ts';

const handbook = sectionsOf(readFileSync(join(import.meta.dirname, '../../../../docs/problems.md'), 'utf8'));

const declaredPages = Object.entries(failures).flatMap(([code, failure]) => ('page' in failure ? [[code, failure.page] as const] : []));
/** docs/problems.md breaks lines where it likes; paragraphs and lists count. */
const oneLine = (markdown: string) => markdown.replace(/(?<!\n)\n(?![\n-])/g, ' ').trim();

describe('docs/problems.md', () => {
  it('explains every code of the catalogue and no other', () => {
    expect([...handbook.keys()].sort()).toEqual(Object.keys(failures).sort());
  });
  it.each(declaredPages)('says of %s what is declared beside its contracts: copy the page there to the section here', (code, page) =>
    expect(oneLine(handbook.get(code) ?? '')).toBe(oneLine(page)),
  );
  it.each([...handbook])('has something to say about %s', (_code, text) => expect(text.length).toBeGreaterThan(40));
});

describe('a problem page', () => {
  it('carries title, status and explanation', () => {
    const page = readProblemPages().get('token-reused')!;
    expect(page).toMatchObject({ status: 401, title: failures['token-reused'].title });
    expect(problemHtml(page)).toContain('<h1>This refresh token was already used</h1>');
  });
  it('escapes what it shows', () => {
    const html = problemHtml({ code: 'internal', status: 500, title: '<script>', explanation: 'a `<b>` & "c"\n\n- one\n- two' });
    expect(html).not.toContain('<script>');
    expect(html).toContain('<code>&lt;b&gt;</code> &amp; &quot;c&quot;');
    expect(html).toContain('<ul><li>one</li><li>two</li></ul>');
  });
});
