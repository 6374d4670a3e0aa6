/** A task is a worker file whose default export is a function of one structured-cloneable input. */

export interface Task<Input, Output> {
  /** The file's name without its ending, e.g. `tempo` for `./tempo.worker`: a closed set, so it may be a metric label. */
  readonly name: string;
  /** The file that a thread loads, as a `file:` URL. */
  readonly url: string;
  /** Never set: carries the types only. */
  readonly shape?: (input: Input) => Output;
}

/**
 * Declares the task of a worker file: the `.ts` file when the caller runs from source (Node strips the types, in threads too), else the `.js` file.
 *
 * @param path relative and without an ending, e.g. `./tempo.worker`
 * @param baseUrl `import.meta.url` of the caller
 * @throws RangeError when the path is not a relative path to a `*.worker` file
 */
export function task<Input, Output>(path: string, baseUrl: string): Task<Input, Awaited<Output>> {
  const name = /^\.{1,2}\/(?:[^/]+\/)*([a-z0-9-]+)\.worker$/.exec(path)?.[1];
  if (name === undefined) throw new RangeError(`the path of a task must read ./name.worker, not ${path}`);
  return Object.freeze({ name, url: new URL(`${path}${runsFromSource(baseUrl) ? '.ts' : '.js'}`, baseUrl).href });
}

/** Whether a module runs from its TypeScript source rather than from a build. */
export const runsFromSource = (moduleUrl: string): boolean => new URL(moduleUrl).pathname.endsWith('.ts');
