/** `npm run verify -- --url URL --token T`: checks any installation from outside and prints a table. */
import { parseArgs } from 'node:util';
import { type Check, checks } from './checks.ts';
import { Client, Deviation } from './client.ts';

const usage = `npm run verify -- --url URL --token TOKEN

Checks an installation through its API: errors, ETag, Range, idempotency, tus, server-sent events. It makes a playlist and a track of the user of the
token, and removes them. TOKEN is an access token or an API key. Exit code 1 when something deviates.
`;

export interface Verdict {
  readonly name: string;
  readonly durationMs: number;
  /** What deviates; undefined when the check passed. */
  readonly deviation: string | undefined;
}

export async function verify(client: Client, all: readonly Check[] = checks): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { name, run } of all) {
    const startedAt = performance.now();
    const deviation = await run(client).then(() => undefined, sentenceOf);
    verdicts.push({ name, durationMs: performance.now() - startedAt, deviation });
  }
  return verdicts;
}

function sentenceOf(error: unknown): string {
  if (error instanceof Deviation) return error.message;
  const { message, cause } = error as Error;
  return `no answer: ${cause instanceof Error ? cause.message : message}`;
}

export function verdictTable(verdicts: readonly Verdict[]): string {
  const width = Math.max(...verdicts.map(({ name }) => name.length));
  const line = ({ name, durationMs, deviation }: Verdict) =>
    `${deviation ? 'FAIL' : 'ok  '}  ${name.padEnd(width)}  ${String(Math.round(durationMs)).padStart(6)} ms${deviation ? `  ${deviation}` : ''}`;
  const failed = verdicts.filter(({ deviation }) => deviation).length;
  return `${verdicts.map(line).join('\n')}\n\n${failed === 0 ? `All ${verdicts.length} checks passed.` : `${failed} of ${verdicts.length} checks failed.`}\n`;
}

if (import.meta.main) {
  const options = { url: { type: 'string' }, token: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options });
  if (!values.url || !values.token || !URL.canParse(values.url)) {
    process.stderr.write(usage);
    process.exitCode = values.help ? 0 : 2;
  } else {
    const verdicts = await verify(new Client(values.url, values.token));
    process.stdout.write(verdictTable(verdicts));
    process.exitCode = verdicts.some(({ deviation }) => deviation) ? 1 : 0;
  }
}
