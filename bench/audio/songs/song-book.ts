import { bandStyles } from './band-styles.ts';
import { danceStyles } from './dance-styles.ts';
import type { Style } from './style.ts';

/** Kinds of music that are written down with one beat a quarter (dotted in six-eight), so that their tempo is no matter of taste. */
export const styles: readonly Style[] = [...bandStyles, ...danceStyles];
