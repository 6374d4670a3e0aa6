import { deserialize, serialize } from 'node:v8';

/**
 * Encodes values losslessly: JSON where it round-trips (nearly always), raw for buffers, the structured clone for the rest (dates, maps, typed
 * arrays, bigints), so that a reader gets the same value from every tier.
 */
export const valueKinds = { json: 0, bytes: 1, clone: 2 } as const;
export type ValueKind = keyof typeof valueKinds;

/** @throws DataCloneError for values that cannot be serialised: functions, sockets */
export function toBytes(value: unknown): { kind: ValueKind; bytes: Buffer } {
  if (Buffer.isBuffer(value)) return { kind: 'bytes', bytes: value };
  if (isFaithfulInJson(value, 0)) return { kind: 'json', bytes: Buffer.from(JSON.stringify(value)) };
  return { kind: 'clone', bytes: serialize(value) };
}

export function fromBytes(kind: ValueKind, bytes: Buffer): unknown {
  if (kind === 'bytes') return bytes;
  return kind === 'json' ? JSON.parse(bytes.toString('utf8')) : deserialize(bytes);
}

/** Deeper values use the structured clone, which supports cycles. */
const maxDepth = 64;

function isFaithfulInJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'boolean':
      return true;
    case 'string':
      return value.isWellFormed(); // a lone surrogate does not survive UTF-8
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || (depth < maxDepth && isFaithfulObject(value, depth + 1));
    default:
      return false;
  }
}

function isFaithfulObject(value: object, depth: number): boolean {
  if (Array.isArray(value)) return isDense(value) && value.every((item) => isFaithfulInJson(item, depth));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'toJSON' || key === '__proto__' || !key.isWellFormed() || !isFaithfulInJson(item, depth)) return false;
  }
  return true;
}

const isDense = (list: readonly unknown[]) => {
  for (let index = 0; index < list.length; index++) if (!(index in list)) return false;
  return true;
};
