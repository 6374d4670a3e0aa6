export function tryLock(file: string): { release: () => void; holder?: undefined } | { release?: undefined; holder: number };
export function lock(file: string, onWait: (holder: number) => void): Promise<() => void>;
export function startOf(pid: number): string | undefined;
