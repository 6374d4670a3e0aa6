/** What a browser shows that a provider has sent back. Pure. */
import type { PublisherConfirmation } from '#contracts';
import { escapeHtml, pageStyle } from '../http/html.ts';

export function confirmationPage({ publisher, state, confirmation, expiresAt }: PublisherConfirmation): string {
  const shown = (value: string) => `<code>${escapeHtml(value)}</code>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Confirm the connection – Ráfaga</title><style>${pageStyle}code{overflow-wrap:anywhere}</style></head>
<body><main><h1>Nothing is connected yet</h1>
<p>If you began this connection yourself, give these values to the program in which you began it. It sends them with
${shown(`POST /v1/publishers/${publisher}/connections`)}. They work once, until ${shown(expiresAt)}.</p>
<ul>
<li>state: ${shown(state)}</li>
<li>confirmation: ${shown(confirmation)}</li>
</ul>
<p>If somebody else sent you the address, close this page and give the values to nobody: with them, that person could publish in your name. Without them
nothing is connected, and what you have permitted is removed here after ten minutes.</p>
</main></body></html>
`;
}
