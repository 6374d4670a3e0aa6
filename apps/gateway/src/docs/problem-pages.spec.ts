import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { failures } from '#contracts';
import { problemHtml } from './problem-html.ts';
import { readProblemPages, sectionsOf } from './problem-pages.ts';

const handbook = sectionsOf(readFileSync(join(import.meta.dirname, '../../../../docs/problems.md'), 'utf8'));

describe('docs/problems.md', () => {
  it('explains exactly the codes of the catalogue', () => {
    expect([...handbook.keys()].sort()).toEqual(Object.keys(failures).sort());
  });
  it.each([...handbook])('has an explanation of %s', (_code, text) => expect(text.length).toBeGreaterThan(40));
});

describe('a problem page', () => {
  it('contains title, status and explanation', () => {
    const page = readProblemPages().get('token-reused')!;
    expect(page).toMatchObject({ status: 401, title: failures['token-reused'].title });
    expect(problemHtml(page)).toContain('<h1>This refresh token was already used</h1>');
  });
  it('escapes its content', () => {
    const html = problemHtml({ code: 'internal', status: 500, title: '<script>', explanation: 'a `<b>` & "c"\n\n- one\n- two' });
    expect(html).not.toContain('<script>');
    expect(html).toContain('<code>&lt;b&gt;</code> &amp; &quot;c&quot;');
    expect(html).toContain('<ul><li>one</li><li>two</li></ul>');
  });
});
