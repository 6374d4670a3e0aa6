/** A longer collection is estimated from this many members. */
const sampleSize = 48;
/** Maximum number of objects visited; the rest count with their slots only. */
const maxVisits = 4_000;

/**
 * Estimates the heap size of a value: V8 headers and slots, one or two bytes per character. For budgets, not exact.
 *
 * @returns bytes, at least 8
 */
export function sizeOf(value: unknown): number {
  return Math.max(8, Math.ceil(weigh(value, { visits: maxVisits, seen: new Set() })));
}

interface SizeWalk {
  visits: number;
  readonly seen: Set<object>;
}

function weigh(value: unknown, walk: SizeWalk): number {
  if (typeof value === 'string') return 16 + value.length * bytesPerCharacter(value);
  if (typeof value === 'bigint') return 24;
  if (typeof value !== 'object' || value === null || walk.seen.has(value) || walk.visits-- <= 0) return 0;
  walk.seen.add(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 96 + value.byteLength;
  if (Array.isArray(value)) return 32 + weighMembers(value, 8, walk);
  if (value instanceof Set) return 48 + weighMembers([...value], 24, walk);
  if (value instanceof Map) return 48 + weighMembers([...value.keys()], 16, walk) + weighMembers([...value.values()], 16, walk);
  return 32 + weighMembers(Object.values(value), 8, walk);
}

function weighMembers(members: readonly unknown[], slotBytes: number, walk: SizeWalk): number {
  const stride = Math.max(1, Math.ceil(members.length / sampleSize));
  let sampled = 0;
  let bytes = 0;
  for (let index = 0; index < members.length; index += stride) {
    bytes += weigh(members[index], walk);
    sampled += 1;
  }
  return members.length * (slotBytes + (sampled === 0 ? 0 : bytes / sampled));
}

/** V8 stores Latin-1 strings with one byte per character; detected from a sample of characters. */
function bytesPerCharacter(text: string): 1 | 2 {
  const stride = Math.max(1, text.length >> 4);
  for (let index = 0; index < text.length; index += stride) if (text.charCodeAt(index) > 255) return 2;
  return 1;
}
