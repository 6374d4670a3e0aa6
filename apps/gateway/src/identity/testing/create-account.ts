/** Creates an account in the database, where registration is not open. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { hashPassword } from '../password-hash.ts';

/** @returns the id of the account */
export async function createAccount(databaseUrl: string, email: string, password: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const id = randomUUID();
    const sql = `INSERT INTO identity.users (id, email, password_hash, roles) VALUES ($1, $2, $3, ARRAY['user'])`;
    await client.query(sql, [id, email, await hashPassword(password)]);
    return id;
  } finally {
    await client.end();
  }
}
