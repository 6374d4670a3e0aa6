import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Options of a server. Without a data folder it gets a temporary one, which is removed when it stops. */
export interface ServerOptions {
  readonly dataDir?: string;
  readonly logFile?: string;
  readonly port?: number;
  /** called with the pid after every start and restart */
  readonly onSpawn?: (pid: number) => void;
  /** faster, but a power failure can lose data; default: true for temporary data */
  readonly skipFsync?: boolean;
}

export function tempDir(name: string, { dataDir, logFile }: ServerOptions) {
  if (dataDir) return { dataDir, logFile: logFile ?? join(dataDir, '..', `${name}.log`), remove: () => {} };
  const folder = mkdtempSync(join(tmpdir(), `rafaga-${name}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { dataDir: join(folder, 'data'), logFile: logFile ?? join(folder, `${name}.log`), remove };
}
