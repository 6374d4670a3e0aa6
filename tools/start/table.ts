import type { RunState } from './run-file.ts';

/** What people read at the end of a start. */
export function table(state: RunState, tokenPath: string, samplePath: string): string {
  const rows: (readonly [string, string])[] = [];
  if (state.gatewayUrl) rows.push(['API', `${state.gatewayUrl}/v1`], ['API docs', state.docsUrl ?? '']);
  for (const [name, { probeUrl, metricsUrl }] of Object.entries(state.services)) rows.push([name, `${probeUrl}   ${metricsUrl}`]);
  for (const [name, url] of Object.entries(state.observers ?? {})) rows.push([name, url]);
  if (state.demo) rows.push(['demo user', `${state.demo.email}   password ${state.demo.password}`], ['token', state.demo.token]);
  if (state.operator) rows.push(['operator', `${state.operator.email}   password ${state.operator.password}`]);
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}${value}`);
  const upload =
    state.demo && state.gatewayUrl
      ? [
          '',
          'Upload the sample track (paste it as it is, the token is kept fresh):',
          '',
          uploadCommand(state.gatewayUrl, tokenPath, samplePath),
        ]
      : [];
  return ['', ...lines, ...upload, '', 'Ctrl-C stops everything. Logs are in .rafaga/logs/', ''].join('\n');
}

/** One line for a POSIX shell that works from any folder. */
export function uploadCommand(gatewayUrl: string, tokenPath: string, samplePath: string): string {
  const authorization = `"Authorization: Bearer $(cat ${quoted(tokenPath)})"`;
  return `curl -sS -H ${authorization} -F ${quoted(`file=@${samplePath}`)} '${gatewayUrl}/v1/tracks?wait=30'`;
}

const quoted = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
