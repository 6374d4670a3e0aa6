/** What the doctor says: one sentence, and the command that mends it. */
export interface Finding {
  readonly about: string;
  readonly verdict: 'ok' | 'warning' | 'fault';
  readonly sentence: string;
  /** A command or a setting. */
  readonly mend?: string;
}

export const ok = (about: string, sentence: string): Finding => ({ about, verdict: 'ok', sentence });
export const warning = (about: string, sentence: string, mend: string): Finding => ({ about, verdict: 'warning', sentence, mend });
export const fault = (about: string, sentence: string, mend: string): Finding => ({ about, verdict: 'fault', sentence, mend });

export const reasonOf = (error: unknown): string => {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === 'string'
    ? code
    : String(message ?? error)
        .split('\n')[0]!
        .slice(0, 200);
};
