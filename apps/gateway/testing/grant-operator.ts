/** Makes an account an operator, as `npm run operator -- grant` does: the role is in its tokens from the next login on. */
import pg from 'pg';

/** @throws Error when there is no such account */
export async function grantOperator(databaseUrl: string, email: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(`UPDATE identity.users SET roles = ARRAY['user', 'operator'] WHERE email = $1`, [email]);
    if (rowCount !== 1) throw new Error(`no account ${email}`);
  } finally {
    await client.end();
  }
}
