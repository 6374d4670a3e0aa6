import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a server keeps its data. Without a folder it gets a temporary one, removed when it is stopped. */
export interface ServerOptions {
  readonly dataDir?: string;
  readonly logFile?: string;
  readonly port?: number;
  /** told about the process as soon as it exists, also when it is started again */
  readonly onSpawn?: (pid: number) => void;
  /** trades safety against a power cut for speed; the default where the data is temporary */
  readonly forgetful?: boolean;
}

export function tempDir(name: string, { dataDir, logFile }: ServerOptions) {
  if (dataDir) return { dataDir, logFile: logFile ?? join(dataDir, '..', `${name}.log`), remove: () => {} };
  const folder = mkdtempSync(join(tmpdir(), `rafaga-${name}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { dataDir: join(folder, 'data'), logFile: logFile ?? join(folder, `${name}.log`), remove };
}
