const diskFaults: Readonly<Record<string, string>> = {
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EROFS: 'nothing can be written there',
  ENOTDIR: 'there is a file where a folder should be',
  EEXIST: 'there is a file where a folder should be',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full for this account',
};

/** The message for an error that ended a start; for file system errors it says what to do. */
export function startupError(error: unknown): string {
  const { message, code, path } = error as NodeJS.ErrnoException;
  const why = diskFaults[code ?? ''];
  if (!why) return message;
  return `${path ?? 'The data folder'}: ${why} (${code}).\nData, logs and the build need .rafaga/, dist/ and node_modules/ to be writable, and some 500 MB of room.`;
}
