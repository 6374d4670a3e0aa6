import { bandStyles } from './band-styles.ts';
import { danceStyles } from './dance-styles.ts';
import type { Style } from './style.ts';

/** Styles with an unambiguous tempo: one beat per quarter note (dotted in six-eight). */
export const styles: readonly Style[] = [...bandStyles, ...danceStyles];
