import { describe, expect, it } from '@jest/globals';
import { newSecret, signedHeaders, signedStreamHeaders } from './signature.ts';

/** Test vector of the reference libraries. */
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSeconds: 1_614_265_330, body: '{"test": 2432232314}' };

describe('the headers of a webhook', () => {
  it('follow Standard Webhooks', () => {
    expect(signedHeaders(message, [secret])).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
  it('contain a signature per secret during a rotation', () => {
    const signatures = signedHeaders(message, [newSecret(), secret])['webhook-signature']!.split(' ');
    expect(signatures).toHaveLength(2);
    expect(signatures[1]).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
  it('are those of a body that is read in pieces, which stops when nobody waits any more', async () => {
    let read = 0;
    const body = async function* () {
      for (const piece of message.body.match(/.{1,5}/g)!) {
        read++;
        yield Buffer.from(piece);
      }
    };
    expect(await signedStreamHeaders({ ...message, body: body() }, secret)).toEqual(signedHeaders(message, [secret]));
    read = 0;
    await expect(signedStreamHeaders({ ...message, body: body() }, secret, AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
    expect(read).toBe(1);
  });
});

describe('a secret', () => {
  it('is 32 random bytes', () => {
    expect(newSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newSecret()).not.toBe(newSecret());
  });
});
