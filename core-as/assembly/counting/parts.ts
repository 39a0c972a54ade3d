/**
 * Counting one array in several calls, a block of it at a time: `parts` says whether a call is the first, which clears the
 * counters, and whether it is the last, which adds them to the cells.
 */
export const FIRST: i32 = 1;
export const LAST: i32 = 2;
