/** What pages for browsers have in common: no scripts, no styles from elsewhere, in no frame of another page. */
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

export const htmlHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  vary: 'accept',
};

export const pageStyle =
  'body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}' +
  'code{font:0.9em ui-monospace,monospace;background:#f0f0f0;padding:.1em .3em;border-radius:3px}h1{font-size:1.6rem}small{color:#666}' +
  '@media (prefers-color-scheme:dark){body{color:#e7e7e7;background:#111}code{background:#222}small{color:#aaa}}';
