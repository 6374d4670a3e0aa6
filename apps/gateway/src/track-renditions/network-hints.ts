/** Client hints about the network, as browsers send them. A value that cannot be read is no hint. Pure. */
import { effectiveConnectionTypes } from '#contracts';

export interface HintHeaders {
  readonly downlink?: string | undefined;
  readonly ect?: string | undefined;
  readonly rtt?: string | undefined;
  readonly 'save-data'?: string | undefined;
}

export interface ReadHints {
  readonly downlinkMbps?: number;
  readonly ect?: (typeof effectiveConnectionTypes)[number];
  readonly rttMs?: number;
  readonly saveData: boolean;
}

/** @see wicg.github.io/netinfo and wicg.github.io/savedata, the headers `Downlink` (Mb/s), `ECT`, `RTT` (ms), `Save-Data` */
export function readNetworkHints(headers: HintHeaders): ReadHints {
  const [downlinkMbps, rttMs] = [numberIn(headers.downlink, 100_000), numberIn(headers.rtt, 600_000)];
  const ect = effectiveConnectionTypes.find((type) => type === headers.ect?.trim().toLowerCase());
  return {
    ...(downlinkMbps === undefined ? {} : { downlinkMbps }),
    ...(ect === undefined ? {} : { ect }),
    ...(rttMs === undefined ? {} : { rttMs }),
    saveData: headers['save-data']?.trim().toLowerCase() === 'on',
  };
}

function numberIn(text: string | undefined, most: number): number | undefined {
  const value = /^\s*\d{1,9}(?:\.\d{0,9})?\s*$/.test(text ?? '') ? Number(text) : undefined;
  return value !== undefined && value <= most ? value : undefined;
}
