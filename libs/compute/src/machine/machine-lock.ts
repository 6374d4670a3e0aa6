/**
 * A lock that the kernel takes back when its holder dies. Node has no call for one; SQLite locks its files with POSIX record locks, so an open exclusive
 * transaction on an empty database is one. Nothing is ever written to the file.
 */

const sqliteBusy = 5;

/** @returns how to let go; undefined while somebody else holds it. @throws Error when there can be no lock in such a place */
export async function takeLock(path: string): Promise<(() => void) | undefined> {
  const { DatabaseSync } = await import('node:sqlite');
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return () => file.close();
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return undefined;
    throw error;
  }
}
