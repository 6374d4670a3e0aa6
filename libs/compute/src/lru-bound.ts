/**
 * Options that bound an `LRUCache` by its number of entries. Its own `max` reserves the memory of all of them at once: 0.4 MB for 10,000 entries, which an
 * idle process never has.
 */
export const atMostEntries = (count: number) => ({ maxSize: count, sizeCalculation: () => 1 });
