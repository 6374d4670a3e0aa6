export const root: string;
export function install(): Promise<void>;
interface LockFile {
  packages: Record<string, { version?: string; optional?: boolean }>;
}
export function isComplete(lockFile: LockFile, installed: LockFile | undefined): boolean;
