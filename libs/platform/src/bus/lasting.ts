/**
 * Values that are shared and will never change, so that what was once made of one holds as long as it does: a resource of a row, the text of
 * an answer. Nothing here keeps a value alive.
 */
const lasting = new WeakSet<object>();

export const isLasting = (value: unknown): value is object => typeof value === 'object' && value !== null && lasting.has(value);

/** Freezes a value of JSON, all the way down, and remembers that it lasts. @returns the value */
export function makeLasting<T extends object>(value: T): T {
  freeze(value);
  lasting.add(value);
  return value;
}

/** @param make pure @returns makes each thing once of a value that lasts, and lets it last as well; of others anew each time */
export function onceForLasting<From extends object, To extends object>(make: (from: From) => To): (from: From) => To {
  const made = new WeakMap<From, To>();
  return (from) => {
    if (!lasting.has(from)) return make(from);
    const known = made.get(from);
    if (known) return known;
    const fresh = makeLasting(make(from));
    made.set(from, fresh);
    return fresh;
  };
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
