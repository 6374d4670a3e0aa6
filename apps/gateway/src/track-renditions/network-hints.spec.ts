import { expect, it } from '@jest/globals';
import { readNetworkHints } from './network-hints.ts';

it('reads client hints, and takes what it cannot read for no hint', () => {
  expect(readNetworkHints({ downlink: '1.35', ect: '4g', rtt: '150', 'save-data': 'on' })).toEqual({
    ...{ downlinkMbps: 1.35, ect: '4g', rttMs: 150, saveData: true },
  });
  expect(readNetworkHints({ downlink: '0', ect: ' SLOW-2G ', rtt: '0' })).toEqual({
    downlinkMbps: 0,
    ect: 'slow-2g',
    rttMs: 0,
    saveData: false,
  });
  for (const wrong of ['', '-1', '1e9', 'NaN', '1, 2', '99999999', '0x10'])
    expect(readNetworkHints({ downlink: wrong, ect: wrong, rtt: wrong, 'save-data': wrong })).toEqual({ saveData: false });
});
