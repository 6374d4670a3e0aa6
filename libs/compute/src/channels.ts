/** Tells whoever traces which work runs on threads and in child processes; costs nothing without a subscriber (node:diagnostics_channel). */
import { tracingChannel } from 'node:diagnostics_channel';

export interface ComputeWork {
  /** The file of a task or the program of a child process, without its folder. */
  readonly name: string;
}

export const taskChannel = tracingChannel<unknown, ComputeWork>('rafaga:task');
export const toolChannel = tracingChannel<unknown, ComputeWork>('rafaga:tool');
