import { describe, expect, it } from '@jest/globals';
import { isPublicAddress } from './public-address.ts';

describe('an address', () => {
  it.each(['1.1.1.1', '93.184.215.14', '172.15.255.255', '172.32.0.1', '100.63.255.255', '100.128.0.1', '2606:4700:4700::1111', '2a00::1'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
  it.each([
    ['this host', '0.0.0.0', '0.1.2.3', '::'],
    ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
    ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ['link-local', '169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
    ['metadata of a cloud', '169.254.169.254', '100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd00:ec2::254'],
    ['carrier-grade NAT', '100.64.0.1', '100.127.255.255'],
    ['unique local', 'fc00::1', 'fdff::1'],
    ['site-local', 'fec0::1'],
    ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1'],
    ['broadcast and reserved', '255.255.255.255', '240.0.0.1', '192.0.0.1', '198.18.0.1', '192.0.2.1', '198.51.100.1', '203.0.113.1'],
    ['mapped IPv4', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '64:ff9b::808:808'],
    ['6to4 and Teredo', '2002:7f00:1::', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['documentation, discard and segments', '2001:db8::1', '3fff::1', '100::1', '5f00::1', '2001:20::1'],
    ['not given out', '4000::1', 'e000::1', '1000::1'],
    ['no address', '', 'localhost', '1.2.3', '0x7f.1', '017700000001', '1.1.1.1:80', '[::1]'],
  ])('that is %s is not public', (_what, ...addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});
