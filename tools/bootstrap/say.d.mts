export function speakOnStderr(): void;
export function say(text?: string): void;
export function step(topic: string, text: string, work: () => Promise<string | undefined> | Promise<void>): Promise<void>;
