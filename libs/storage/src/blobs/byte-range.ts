import { Failure } from '#contracts';
import type { ByteRange } from './blob-store.ts';

/** @throws Failure `range-not-satisfiable` when `start` lies at or after the end, below 0, or behind `end` */
export function clampRange({ start = 0, end = Number.MAX_SAFE_INTEGER }: ByteRange, sizeBytes: number): { start: number; end: number } {
  if (start > 0 && start >= sizeBytes) throw outside(sizeBytes);
  if (start < 0 || end < start) throw outside(sizeBytes);
  return { start, end: Math.min(end, sizeBytes - 1) };
}

const outside = (sizeBytes: number) => new Failure('range-not-satisfiable', `The file has ${sizeBytes} bytes.`);
