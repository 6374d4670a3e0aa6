/** A span for each task on a worker thread and for each child process (ffmpeg, ffprobe) of a call or of a job. */
import { type ComputeWork, taskChannel, toolChannel } from '#compute';
import { type OpenSpan, startLeaf } from './spans.ts';

export function traceCompute(): void {
  for (const [channel, label] of [
    [taskChannel, 'thread'],
    [toolChannel, 'process'],
  ] as const) {
    const open = new WeakMap<object, OpenSpan>();
    const start = (work: ComputeWork) => {
      const span = startLeaf(`${label} ${work.name}`, 'internal', { [`${label}.name`]: work.name });
      if (span) open.set(work, span);
    };
    const asyncEnd = (work: ComputeWork & { error?: unknown }) => open.get(work)?.end(work.error);
    const ignore = () => undefined;
    channel.subscribe({ start, asyncEnd, end: ignore, asyncStart: ignore, error: ignore });
  }
}
