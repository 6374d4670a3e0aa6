/** The secret that encrypts the sensitive data of a service in its database: configured, or generated once and stored in a private file. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface KeySecretSource {
  /** 32 bytes in base64. */
  readonly given: string | undefined;
  /** Absolute; used when no secret is configured. */
  readonly path: string | undefined;
}

/**
 * @returns undefined when the file does not exist
 * @throws Error when the file does not contain 32 bytes in base64
 */
export async function readKeySecret({ given, path }: KeySecretSource): Promise<Buffer | undefined> {
  if (given) return Buffer.from(given, 'base64');
  const text = path && (await readIfThere(path));
  return text ? secretIn(text) : undefined;
}

/** Creates the file if it does not exist. @throws Error as above */
export async function readOrMakeKeySecret(source: KeySecretSource): Promise<Buffer> {
  const secret = await readKeySecret(source);
  if (secret) return secret;
  if (!source.path) throw new Error('neither a key secret nor a path for one is configured');
  return secretIn(await make(source.path));
}

function secretIn(text: string): Buffer {
  const secret = Buffer.from(text.trim(), 'base64');
  if (secret.length !== 32) throw new Error('the key file does not contain 32 bytes in base64');
  return secret;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written to a temporary file and linked into place, so that concurrent instances never read a partial file. */
async function make(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  return readFile(path, 'utf8');
}
