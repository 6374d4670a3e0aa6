/** `npm run operator -- create|reset-password|grant|revoke|list`: accounts on the command line. Needs the database only. */
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { Failure } from '#contracts';
import { ConfigError, platformConfig, readConfig } from '#platform';
import { withAccounts } from './account-database.ts';
import { readCommand, usage } from './operator-arguments.ts';
import { perform } from './operator-commands.ts';

const operatorConfig = z.object({ DATABASE_URL: platformConfig.shape.DATABASE_URL });

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = readCommand(args);
    if (command.name === 'help') return say(usage);
    const { DATABASE_URL } = readConfig(operatorConfig);
    const password = command.name === 'create' && command.passwordFromStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined;
    return say(`${await withAccounts(DATABASE_URL, (services) => perform(command, services, password))}\n`);
  } catch (error) {
    return refuse(error);
  }
}

function say(sentence: string): number {
  process.stdout.write(sentence);
  return 0;
}

/** @returns the exit code */
function refuse(error: unknown): number {
  if (error instanceof RangeError || error instanceof TypeError) return tell(`${error.message} More: npm run operator -- --help`, 2);
  if (error instanceof ConfigError) return tell('DATABASE_URL is missing or not valid: set it, or start the platform with npm start.', 1);
  const failure = Failure.from(error);
  if (failure.code === 'internal') return tell(`Failed: ${String(failure.cause)}`, 1);
  return tell(failure.message, failure.code === 'email-taken' ? 3 : 1);
}

function tell(sentence: string, code: number): number {
  process.stderr.write(`${sentence}\n`);
  return code;
}
