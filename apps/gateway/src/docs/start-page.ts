/** The page at `/` for browsers, and its icon: no scripts, nothing from elsewhere. */

export interface StartLinks {
  readonly version: string;
  /** Absent where the gateway serves no console. */
  readonly console?: string;
}

const style =
  'body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}' +
  '@media (prefers-color-scheme:dark){body{color:#e7e7e7;background:#111}a{color:#8ab4f8}}';

const item = (path: string, name: string, text: string) => `<li><a href="${path}">${name}</a>: ${text}</li>`;

export function startPage({ version, console }: StartLinks): string {
  const items = [
    item('/docs', 'Documentation', 'every route, with examples'),
    item('/openapi.json', 'OpenAPI document', 'for code generators'),
    item('/asyncapi.json', 'AsyncAPI document', 'the messages of events and webhooks'),
    item('/v1/status', 'Status', 'which services are available'),
    ...(console ? [item(console, 'Console', 'uploads, jobs and settings in the browser')] : []),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ráfaga</title><link rel="icon" href="/favicon.ico" type="image/svg+xml"><style>${style}</style></head>
<body><main><h1>Ráfaga</h1>
<p>The API of a platform for people who publish audio, video and posts. Version ${version}.</p>
<ul>
${items.join('\n')}
</ul>
</main></body></html>
`;
}

/** Three bars of a level meter. */
export const favicon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1b4f9c"/>' +
  '<path d="M4 12V8M8 12V4m4 8V6" stroke="#fff" stroke-width="2" stroke-linecap="round"/></svg>';
