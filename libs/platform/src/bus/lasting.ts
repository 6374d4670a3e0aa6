/**
 * Values that are shared and will never change, so that what was once made of one holds as long as it does: a resource of a row, the text of
 * an answer. It hangs on the value itself and goes with it; nothing here keeps a value alive.
 */
const things = Symbol('what was made of this');

type Lasting = object & { readonly [things]?: Map<unknown, object> };

/** What was made of a value that lasts, by whoever made it; undefined for one that may change. */
export const madeOf = (value: unknown): Map<unknown, object> | undefined =>
  typeof value === 'object' && value !== null ? (value as Lasting)[things] : undefined;

export const isLasting = (value: unknown): value is object => madeOf(value) !== undefined;

/** Freezes a value of JSON, all the way down, and remembers that it lasts. @returns the value */
export function makeLasting<T extends object>(value: T): T {
  if (!isLasting(value)) Object.defineProperty(value, things, { value: new Map() });
  freeze(value);
  return value;
}

/** @param make pure @returns makes each thing once of a value that lasts, and lets it last as well; of others anew each time */
export function onceForLasting<From extends object, To extends object>(make: (from: From) => To): (from: From) => To {
  return (from) => {
    const made = madeOf(from);
    if (!made) return make(from);
    const known = made.get(make);
    if (known) return known as To;
    const fresh = makeLasting(make(from));
    made.set(make, fresh);
    return fresh;
  };
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
