/** What people type after `npm run operator --`. */
import { parseArgs } from 'node:util';

export const usage = `Creates and changes accounts in the database, without the API.

  npm run operator -- create ADDRESS            a new operator; prints its password once
  npm run operator -- create --user ADDRESS     a new account without the role
  npm run operator -- reset-password ADDRESS    prints a one-time token that sets a new password within an hour
  npm run operator -- grant ADDRESS             makes an account an operator
  npm run operator -- revoke ADDRESS            takes the role away and ends the account's sessions
  npm run operator -- list                      operators and accounts, newest first

Options
  --password-stdin   create: read the password from standard input
  --help             this text

The database is DATABASE_URL, else the one of the running \`npm start\`. In a container:
  docker compose exec gateway node dist/apps/gateway/src/cli/operator.js create ana@example.org

Exit codes: 0 done, 1 refused, 2 not understood, 3 the address has an account already.
`;

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'list' }
  | { readonly name: 'create'; readonly email: string; readonly isOperator: boolean; readonly passwordFromStdin: boolean }
  | { readonly name: 'reset-password' | 'grant' | 'revoke'; readonly email: string };

const options = { help: { type: 'boolean', short: 'h' }, user: { type: 'boolean' }, 'password-stdin': { type: 'boolean' } } as const;

/** @throws RangeError, or TypeError for an unknown option, with one sentence */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [name, email, ...rest] = positionals;
  if (values.help || name === undefined || name === 'help') return { name: 'help' };
  const wanted = name === 'list' ? 0 : 1;
  if (positionals.length - 1 !== wanted || rest.length > 0)
    throw new RangeError(wanted === 0 ? 'list takes no address.' : `${name} takes one e-mail address.`);
  if (name === 'list') return { name };
  if (email === undefined) throw new RangeError(`${name} takes one e-mail address.`);
  return commandFor(name, email, values.user === true, values['password-stdin'] === true);
}

function commandFor(name: string, email: string, isUser: boolean, passwordFromStdin: boolean): Command {
  if (name === 'create') return { name, email, isOperator: !isUser, passwordFromStdin };
  if (isUser || passwordFromStdin) throw new RangeError(`${name} takes no options.`);
  if (name === 'reset-password' || name === 'grant' || name === 'revoke') return { name, email };
  throw new RangeError(`There is no command ${name}.`);
}
