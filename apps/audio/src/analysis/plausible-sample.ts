/** Samples of broken float files: not a number, infinite, or larger than any recording. One of them would spoil every result that it reaches. */

/** +36 dB over full scale. Float recordings exceed full scale by some decibels, never by this much. */
const maxMagnitude = 64;

/** The sample itself, or silence in place of one that cannot be sound. */
export const plausibleSample = (sample: number): number => (sample > -maxMagnitude && sample < maxMagnitude ? sample : 0);
