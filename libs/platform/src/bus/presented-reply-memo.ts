/**
 * Remembers what is derived from a reply that arrives again byte for byte: the resource with its links, the checked response text. Only frozen
 * replies take part, because only they cannot change. The memo is keyed weakly by the reply and is collected with it.
 */
const derivedValues = new WeakMap<object, Map<unknown, object>>();

/** What has been derived from a frozen reply, by the function that derived it; undefined for a value that may change. */
export const derivedFrom = (value: unknown): Map<unknown, object> | undefined =>
  typeof value === 'object' && value !== null ? derivedValues.get(value) : undefined;

export const isFrozenReply = (value: unknown): value is object => derivedFrom(value) !== undefined;

/** Freezes a JSON value deeply and lets values derived from it be remembered. @returns the value */
export function freezeReply<T extends object>(value: T): T {
  if (!isFrozenReply(value)) derivedValues.set(value, new Map());
  freezeDeeply(value);
  return value;
}

/** @param derive pure @returns calls `derive` once for each frozen reply and freezes the result as well; for other values it calls it every time */
export function memoizePerReply<From extends object, To extends object>(derive: (from: From) => To): (from: From) => To {
  return (from) => {
    const derived = derivedFrom(from);
    if (!derived) return derive(from);
    const known = derived.get(derive);
    if (known) return known as To;
    const fresh = freezeReply(derive(from));
    derived.set(derive, fresh);
    return fresh;
  };
}

function freezeDeeply(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeDeeply(part);
}
