/**
 * Tracks beats by dynamic programming: maximises onset strength with a penalty for deviations from the tempo.
 *
 * @param onsets onset strength, shape [frames], root mean square about 1
 * @param periodFrames frames per beat, at least 2
 * @returns frames of the beats, ascending, fractional
 * @see Ellis 2007, "Beat Tracking by Dynamic Programming"
 */
export function trackBeats(onsets: Float32Array, periodFrames: number): number[] {
  if (!(periodFrames >= 2) || onsets.length < periodFrames) return [];
  const tightness = 100;
  const minLag = Math.max(1, Math.round(periodFrames / 2));
  const maxLag = Math.round(periodFrames * 2);
  const penalty = Float64Array.from({ length: maxLag + 1 }, (_, lag) => -tightness * Math.log(Math.max(lag, 1) / periodFrames) ** 2);
  const score = new Float64Array(onsets.length);
  const previous = new Int32Array(onsets.length).fill(-1);
  for (let i = 0; i < onsets.length; i++) {
    let best = 0;
    for (let lag = minLag; lag <= maxLag && lag <= i; lag++) {
      const candidate = score[i - lag]! + penalty[lag]!;
      if (candidate > best) {
        best = candidate;
        previous[i] = i - lag;
      }
    }
    score[i] = onsets[i]! + best;
  }
  return backtrack(score, previous, maxLag);
}

function backtrack(score: Float64Array, previous: Int32Array, reach: number): number[] {
  let last = score.length - 1;
  for (let i = Math.max(0, score.length - reach); i < score.length; i++) if (score[i]! > score[last]!) last = i;
  const beats: number[] = [];
  for (let at = last; at >= 0; at = previous[at]!) beats.push(at);
  return beats.reverse();
}
