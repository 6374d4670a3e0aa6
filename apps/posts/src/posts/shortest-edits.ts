/** The shortest way from one stretch of tokens to another, as far as it is worth looking for. */
/** Tokens from `fromStart` to `fromEnd` of one text have become those from `toStart` to `toEnd` of the other. */
export interface Hunk {
  readonly fromStart: number;
  readonly fromEnd: number;
  readonly toStart: number;
  readonly toEnd: number;
}

/** Tokens that are removed and added together; a stretch that needs more is one change. It bounds time and memory: 256 steps over 256 diagonals. */
const maxEdits = 256;

/** @see Myers 1986, "An O(ND) Difference Algorithm and Its Variations": greedy, with the furthest points of each step kept */
export function shortestEdits(from: readonly number[], to: readonly number[], hunk: Hunk): Hunk[] {
  const { fromStart, fromEnd, toStart, toEnd } = hunk;
  const [n, m] = [fromEnd - fromStart, toEnd - toStart];
  if (Math.abs(n - m) > maxEdits) return [hunk];
  const reached = new Int32Array(2 * maxEdits + 3);
  const zero = maxEdits + 1;
  const steps: Int32Array[] = [];
  for (let edits = 0; edits <= maxEdits; edits++) {
    for (let k = -edits; k <= edits; k += 2) {
      let x = isDown(reached, zero, k, edits) ? reached[zero + k + 1]! : reached[zero + k - 1]! + 1;
      while (x < n && x - k < m && x - k >= 0 && from[fromStart + x] === to[toStart + x - k]) x++;
      reached[zero + k] = x;
      if (x >= n && x - k >= m) return pathOf(steps, n, m).map((step) => shifted(step, hunk));
    }
    steps.push(reached.slice(zero - edits - 1, zero + edits + 2));
  }
  return [hunk];
}

/** Whether the furthest way to a diagonal comes from the one above: a token is added. */
const isDown = (reached: Int32Array, zero: number, k: number, edits: number): boolean =>
  k === -edits || (k !== edits && reached[zero + k - 1]! < reached[zero + k + 1]!);

/** Walks the steps back from the end; neighbouring edits are one change. */
function pathOf(steps: readonly Int32Array[], n: number, m: number): Hunk[] {
  const hunks: Hunk[] = [];
  let [x, y] = [n, m];
  for (let edits = steps.length; edits > 0; edits--) {
    const reached = steps[edits - 1]!;
    const zero = edits; // the middle of what was kept
    const k = x - y;
    const down = isDown(reached, zero, k, edits);
    const startX = reached[zero + k + (down ? 1 : -1)]!;
    const startY = startX - (k + (down ? 1 : -1));
    const [endX, endY] = down ? [startX, startY + 1] : [startX + 1, startY];
    const last = hunks.at(-1);
    const edit = { fromStart: startX, fromEnd: endX, toStart: startY, toEnd: endY };
    if (last && last.fromStart === endX && last.toStart === endY) hunks[hunks.length - 1] = { ...last, fromStart: startX, toStart: startY };
    else hunks.push(edit);
    [x, y] = [startX, startY];
  }
  return hunks.reverse();
}

const shifted = (step: Hunk, { fromStart, toStart }: Hunk): Hunk => ({
  ...{ fromStart: step.fromStart + fromStart, fromEnd: step.fromEnd + fromStart },
  ...{ toStart: step.toStart + toStart, toEnd: step.toEnd + toStart },
});
