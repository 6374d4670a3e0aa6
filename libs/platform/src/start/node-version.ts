/** Ends a service with a message on an old Node; loaded before any module that needs a newer one. */
const oldestMajor = 24;

/** @returns the error message; undefined for a supported version */
export function nodeVersionError(version: string): string | undefined {
  if (Number(version.split('.')[0]) >= oldestMajor) return undefined;
  return `Ráfaga's services need Node ${oldestMajor} or newer; this is Node ${version}. \`npm start\` installs a suitable one.`;
}

const error = nodeVersionError(process.versions.node);
if (error) {
  process.stderr.write(`${error}\n`);
  process.exit(1);
}
