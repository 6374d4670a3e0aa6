/** What a network can carry, from what the client says of it and what the server has measured. Pure. */
import type { decidePlayback, PlaybackReason, RequestOf } from '#contracts';

export type NetworkHints = Pick<RequestOf<typeof decidePlayback>, 'kbps' | 'downlinkMbps' | 'ect' | 'rttMs' | 'saveData' | 'measuredKbps'>;

export interface Reason {
  readonly code: PlaybackReason;
  readonly detail: string;
}

export interface NetworkEstimate {
  /** With a margin for what else uses the network; null without any hint. */
  readonly usableKbps: number | null;
  readonly reasons: readonly Reason[];
}

/** Lower ends of what the Network Information API calls by these names; @see wicg.github.io/netinfo, "effective connection types" */
const kbpsOfType = { 'slow-2g': 30, '2g': 50, '3g': 400, '4g': 1_500 } as const;
const margin = 0.7;
/** Where an answer takes long, a buffer that ran empty takes long to fill. */
const highLatencyMs = 500;
const highLatencyMargin = 0.5;

/** What the player has measured counts alone; otherwise the lowest of what is known. */
export function estimateNetwork({ kbps, downlinkMbps, ect, rttMs, measuredKbps }: NetworkHints): NetworkEstimate {
  const known = kbps === undefined ? otherEstimates({ downlinkMbps, ect, measuredKbps }) : [given(kbps)];
  const lowest = known.toSorted((a, b) => a.kbps - b.kbps)[0];
  if (!lowest) return { usableKbps: null, reasons: [{ code: 'no-hints', detail: 'Nothing is known of the network.' }] };
  const isSlow = rttMs !== undefined && rttMs > highLatencyMs;
  const latency: Reason = { code: 'high-latency', detail: `An answer takes ${rttMs} ms, so the margin is larger.` };
  return { usableKbps: lowest.kbps * (isSlow ? highLatencyMargin : margin), reasons: [lowest.reason, ...(isSlow ? [latency] : [])] };
}

interface Estimate {
  readonly kbps: number;
  readonly reason: Reason;
}

const given = (kbps: number): Estimate => ({
  kbps,
  reason: { code: 'kbps-given', detail: `The player has measured ${Math.round(kbps)} kb/s.` },
});

function otherEstimates({ downlinkMbps, ect, measuredKbps }: Pick<NetworkHints, 'downlinkMbps' | 'ect' | 'measuredKbps'>): Estimate[] {
  const estimates: Estimate[] = [];
  if (measuredKbps !== undefined) {
    const detail = `Files were sent to this network at ${Math.round(measuredKbps)} kb/s lately.`;
    estimates.push({ kbps: measuredKbps, reason: { code: 'measured', detail } });
  }
  if (downlinkMbps !== undefined)
    estimates.push({ kbps: downlinkMbps * 1_000, reason: { code: 'downlink', detail: `The client says Downlink: ${downlinkMbps} Mb/s.` } });
  if (ect !== undefined)
    estimates.push({ kbps: kbpsOfType[ect], reason: { code: 'connection-type', detail: `The client says ECT: ${ect}.` } });
  return estimates;
}
