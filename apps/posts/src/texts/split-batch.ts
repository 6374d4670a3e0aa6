/** Cuts a batch of texts into parts for the threads. */

export interface BatchLimits {
  readonly texts: number;
  /** UTF-16 units of all texts of a part together; one longer text is a part of its own. */
  readonly units: number;
}

/** @returns the texts in their order, in parts within the limits */
export function splitBatch(texts: readonly string[], limits: BatchLimits): string[][] {
  const parts: string[][] = [];
  let part: string[] = [];
  let units = 0;
  for (const text of texts) {
    if (part.length > 0 && (part.length === limits.texts || units + text.length > limits.units)) {
      parts.push(part);
      part = [];
      units = 0;
    }
    part.push(text);
    units += text.length;
  }
  return part.length > 0 ? [...parts, part] : parts;
}
