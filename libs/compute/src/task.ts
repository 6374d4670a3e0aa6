/** A task is a file and a plain value: a worker file whose default export is a function of one structured-cloneable input. */

export interface Task<Input, Output> {
  /** The file's name without its ending, e.g. `tempo` for `./tempo.worker`: a closed set, so it may be a metric label. */
  readonly name: string;
  /** The file that a thread loads, as a `file:` URL. */
  readonly url: string;
  /** Never called and never set: carries the types. */
  readonly shape?: (input: Input) => Output;
}

/**
 * Names a worker file. Beside TypeScript sources it is the `.ts` file (Node strips the types, in threads too), beside a build the `.js` file.
 *
 * @param path relative and without an ending, e.g. `./tempo.worker`
 * @param baseUrl `import.meta.url` of the caller
 * @throws RangeError when the path is not a relative path to a `*.worker` file
 */
export function task<Input, Output>(path: string, baseUrl: string): Task<Input, Awaited<Output>> {
  const name = /^\.{1,2}\/(?:[^/]+\/)*([a-z0-9-]+)\.worker$/.exec(path)?.[1];
  if (name === undefined) throw new RangeError(`not a path to a worker file: ${path}`);
  return Object.freeze({ name, url: new URL(`${path}${runsFromSource(baseUrl) ? '.ts' : '.js'}`, baseUrl).href });
}

/** Whether a module runs as the TypeScript file it was written in, rather than from a build. */
export const runsFromSource = (moduleUrl: string): boolean => new URL(moduleUrl).pathname.endsWith('.ts');
