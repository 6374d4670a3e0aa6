/** How a variant tells the bench where it listens, and how it leaves. */
export function sayReady(url: string, close: () => unknown): void {
  process.stdout.write(`${JSON.stringify({ url })}\n`);
  process.once('SIGTERM', async () => {
    await close();
    process.exit(0);
  });
}
