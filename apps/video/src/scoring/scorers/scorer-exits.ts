/** Ends of the program that runs a scorer, which it and its parent agree on, as exit codes. Node itself uses 1 for an error that nobody catches. */
export const scorerExits = { threw: 1, wrongCount: 3, notFinite: 4 } as const;
