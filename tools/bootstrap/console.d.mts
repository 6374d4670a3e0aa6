export function printToStderr(): void;
export function print(text?: string): void;
export function step(topic: string, text: string, work: () => Promise<string | undefined> | Promise<void>): Promise<void>;
