/** Replaces invalid samples of malformed float files: NaN, infinity and absurd magnitudes. One such sample would corrupt every measurement. */

/** 36 dB above full scale. Valid float recordings exceed full scale by a few decibels only. */
const maxMagnitude = 64;

/** The sample, or 0 in place of an invalid one. */
export const sanitizeSample = (sample: number): number => (sample > -maxMagnitude && sample < maxMagnitude ? sample : 0);
