export function exceptLoopbackFromProxy(environment?: Record<string, string | undefined>): void;
