import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { compileCache, root } from '../setup/paths.ts';
import type { DemoUser } from './demo.ts';

const program = join(root, 'dist/apps/gateway/src/cli/operator.js');
const timeoutMs = 60_000;
/** The command line's exit code for an address that has an account. */
const isTaken = 3;

/**
 * Creates an account with the operator's command line: registration may be closed, and nobody becomes an operator by registering.
 *
 * @returns false when the address has an account already
 * @throws Error with what the command line says
 */
export async function createAccount(databaseUrl: string, { email, password }: DemoUser, isOperator: boolean): Promise<boolean> {
  const args = [program, 'create', ...(isOperator ? [] : ['--user']), '--password-stdin', email];
  const env = { ...process.env, DATABASE_URL: databaseUrl, NODE_COMPILE_CACHE: compileCache };
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'ignore', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' });
  child.stdin.on('error', () => undefined); // the program ended early; its exit code says why
  child.stdin.end(password);
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  if (code === 0 || code === isTaken) return code === 0;
  throw new Error(`The account ${email} could not be created: ${said.trim().slice(0, 500) || `exit code ${code}`}`);
}
