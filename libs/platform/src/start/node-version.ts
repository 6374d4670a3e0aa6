/** Ends a service that was started by hand on an old Node with a sentence; loaded before anything that needs what an old Node does not have. */
const oldestMajor = 24;

/** @returns what to tell; undefined when this version will do */
export function nodeFault(version: string): string | undefined {
  if (Number(version.split('.')[0]) >= oldestMajor) return undefined;
  return `Ráfaga's services need Node ${oldestMajor} or newer; this is Node ${version}. \`npm start\` brings its own.`;
}

const fault = nodeFault(process.versions.node);
if (fault) {
  process.stderr.write(`${fault}\n`);
  process.exit(1);
}
