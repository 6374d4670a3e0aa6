export const root: string;
export function install(): Promise<void>;
interface LockFile {
  packages: Record<string, { version?: string; optional?: boolean; os?: string | string[]; cpu?: string | string[] }>;
}
export function isComplete(lockFile: LockFile, installed: LockFile | undefined, exists?: (path: string) => boolean): boolean;
