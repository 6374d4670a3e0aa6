import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import * as z from 'zod';
import { type CallContext, Failure, type FailureCode, rpc } from '#contracts';
import { startNats } from '#testing/servers';
import { openCall, requireCall, runInCall } from '../calls/request-context.ts';
import { Log } from '../logs/log.ts';
import { Bus } from './bus.ts';
import { BusServer } from './bus-server.ts';
import { replyHeaders } from './codec.ts';
import { Handles } from './handles.decorator.ts';
import { NatsLink } from './nats-link.ts';

const contract = (verb: string, deadlineMs = 2_000) =>
  rpc({
    subject: `spec.thing.${verb}.v1`,
    request: z.strictObject({ n: z.number().int().max(100) }),
    reply: z.object({ n: z.number() }),
    failures: ['not-found'],
    deadlineMs,
  });
const double = contract('double');
const refuse = contract('refuse');
const crash = contract('crash');
const lie = contract('lie');
const hang = contract('hang', 1_000);
const pace = contract('pace');
const nobody = contract('nobody');
const steady = { ...contract('work'), deadlineMs: 60_000 };
const loose = { ...double, request: z.any() };

const maxInFlight = 40;
const seen: CallContext[] = [];
let hanging = Promise.withResolvers<{ n: number }>();
let begun = Promise.withResolvers<void>();

@Controller()
class Things {
  @Handles(double)
  double({ n }: { n: number }) {
    seen.push(requireCall());
    return { n: 2 * n };
  }
  @Handles(refuse)
  refuse(): { n: number } {
    throw new Failure('not-found', 'No such thing.', { retryAfterSeconds: 7 });
  }
  @Handles(crash)
  crash(): { n: number } {
    throw new TypeError('secret detail');
  }
  @Handles(lie)
  lie(): { n: number } {
    return { n: 'three' as unknown as number };
  }
  @Handles(pace)
  pace({ n }: { n: number }) {
    return n === 0 ? hanging.promise : { n };
  }
  @Handles(hang)
  hang() {
    begun.resolve();
    return hanging.promise;
  }
}

@Module({ controllers: [Things] })
class Server {}

const lines: string[] = [];
const log = Log.open({ service: 'spec', instance: '1', level: 'debug' }, { write: (line) => lines.push(line) });
const failureOf = async (outcome: Promise<unknown>): Promise<{ code: FailureCode; message: string }> =>
  outcome.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: Failure) => ({ code: error.code, message: error.message }),
  );

describe('the bus', () => {
  let nats: Awaited<ReturnType<typeof startNats>>;
  let links: NatsLink[];
  let bus: Bus;
  let server: BusServer;
  let close: () => Promise<void>;

  beforeAll(async () => {
    nats = await startNats();
    links = [1, 2].map((n) => new NatsLink({ url: nats.url, name: `spec ${n}`, log }));
    for (const link of links) link.start();
    const [clientLink, serverLink] = links as [NatsLink, NatsLink];
    bus = new Bus(clientLink, log);
    server = new BusServer(serverLink, { service: 'spec', maxInFlight, log });
    const app = await NestFactory.createMicroservice(Server, { strategy: server, logger: false });
    await app.listen();
    await Promise.all(links.map((link) => link.whenConnected().then((connection) => connection.flush())));
    close = () => app.close();
  });

  afterAll(async () => {
    hanging.resolve({ n: 0 });
    await close();
    await Promise.all(links.map((link) => link.close()));
    await nats.stop();
  });

  it('asks and answers by contract', async () => {
    expect(await bus.call(double, { n: 21 })).toEqual({ n: 42 });
  });
  it('carries who asks, the request, the trace and the deadline, one span further', async () => {
    const call = {
      ...openCall({ deadlineMs: 1_000, requestId: 'spec-1' }),
      subject: '5b9e3e4e-6a37-4d7b-9f0e-2c9b0d3f7a11',
      roles: ['user' as const],
    };
    await runInCall(call, () => bus.call(double, { n: 1 }));
    const received = seen.at(-1);
    expect(received).toMatchObject({ subject: call.subject, roles: ['user'], requestId: 'spec-1' });
    expect(received?.deadlineAtMs).toBeLessThanOrEqual(call.deadlineAtMs);
    expect(received?.traceparent.slice(0, 35)).toBe(call.traceparent.slice(0, 35));
    expect(received?.traceparent).not.toBe(call.traceparent);
  });

  it('hands a failure over with its code, sentence and patience', async () => {
    await expect(bus.call(refuse, { n: 1 })).rejects.toMatchObject({ code: 'not-found', message: 'No such thing.', retryAfterSeconds: 7 });
  });

  it('keeps what broke in a handler from the caller and puts it in the log', async () => {
    const { code, message } = await failureOf(bus.call(crash, { n: 1 }));
    expect(code).toBe('internal');
    expect(message).not.toContain('secret');
    expect(lines.some((line) => line.includes('secret detail'))).toBe(true);
  });

  it('refuses a request that does not fit, with a pointer to each fault', async () => {
    await expect(bus.call(loose, { n: 101, m: 1 })).rejects.toMatchObject({
      code: 'request-invalid',
      errors: expect.arrayContaining([expect.objectContaining({ pointer: '/body/n' }), expect.objectContaining({ pointer: '/body/m' })]),
    });
  });

  it('lets no answer out that does not fit its contract', async () => {
    expect((await failureOf(bus.call(lie, { n: 1 }))).code).toBe('internal');
  });

  it('sends calls of one turn together, each with its own answer, failure and caller', async () => {
    const calls = [1, 2, 101, 3].map((n) =>
      runInCall(openCall({ deadlineMs: 1_000, requestId: `batch-${n}` }), () => bus.call(n > 100 ? loose : double, { n })),
    );
    const answers = await Promise.allSettled([...calls, bus.call(refuse, { n: 1 })]);
    expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : (answer.reason as Failure).code))).toEqual([
      { n: 2 },
      { n: 4 },
      'request-invalid',
      { n: 6 },
      'not-found',
    ]);
    expect(seen.slice(-3).map(({ requestId }) => requestId)).toEqual(['batch-1', 'batch-2', 'batch-3']);
  });

  it('lets a message leave with half of what is under way, so that the other side need not wait for all', async () => {
    const sizes: number[] = [];
    const listening = links[0]!.connection.subscribe(double.subject, {
      callback: (_, { headers }) => void (headers?.has('Rafaga-Batch') && sizes.push(Number(headers.get('Rafaga-Batch')))),
    });
    await links[0]!.connection.flush();
    const numbers = Array.from({ length: 32 }, (_, n) => n);
    expect(await Promise.all(numbers.map((n) => bus.call(double, { n })))).toEqual(numbers.map((n) => ({ n: 2 * n })));
    listening.unsubscribe();
    expect(sizes).toEqual([8, 8, 15]);
  });

  it('holds nobody up behind a slow call of the same turn', async () => {
    const [slow, ...quick] = [0, 1, 2].map((n) => bus.call({ ...pace, deadlineMs: 2_000 }, { n }));
    expect(await Promise.all(quick)).toEqual([{ n: 1 }, { n: 2 }]);
    expect((await failureOf(slow as Promise<unknown>)).code).toBe('deadline-exceeded');
    hanging.resolve({ n: 0 });
    hanging = Promise.withResolvers();
  });

  it('says of every call of a turn that nobody serves it', async () => {
    const codes = await Promise.all([1, 2, 3].map(async (n) => (await failureOf(bus.call(nobody, { n }))).code));
    expect(codes).toEqual(['service-unavailable', 'service-unavailable', 'service-unavailable']);
  });

  it('ends at the deadline', async () => {
    expect((await failureOf(bus.call(hang, { n: 1 }))).code).toBe('deadline-exceeded');
  });

  it('refuses at once what is already too late', async () => {
    const late = { ...openCall({ deadlineMs: 1_000 }), deadlineAtMs: Date.now() - 1 };
    expect((await failureOf(runInCall(late, () => bus.call(double, { n: 1 })))).code).toBe('deadline-exceeded');
  });

  it('says at once that nobody serves a contract', async () => {
    expect((await failureOf(bus.call(nobody, { n: 1 }))).code).toBe('service-unavailable');
  });

  it('refuses a message without a call context', async () => {
    const [link] = links as [NatsLink];
    const message = await link.connection.request(double.subject, JSON.stringify({ n: 1 }), { timeout: 1_000 });
    expect(message.json()).toMatchObject({ code: 'request-invalid' });
  });

  it('refuses what is more than it can hold', async () => {
    const outcomes = await Promise.all(Array.from({ length: maxInFlight + 2 }, () => failureOf(bus.call(hang, { n: 1 }))));
    expect(outcomes.map(({ code }) => code)).toContain('overloaded');
    hanging.resolve({ n: 0 });
    hanging = Promise.withResolvers();
  });

  it('gathers the answers of all copies, and takes no sign of life for one', async () => {
    const everybody = contract('describe');
    const subscription = links[1]!.connection.subscribe(everybody.subject, {
      callback: (_error, message) => {
        message.respond(''); // as a copy does that works on its answer
        message.respond('{"n":1}', { headers: replyHeaders('reply') });
        message.respond('{"n":"two"}', { headers: replyHeaders('reply') });
      },
    });
    await links[1]!.connection.flush();
    const before = lines.length;
    expect(await bus.gather(everybody, { n: 1 }, { waitMs: 300 })).toEqual([{ n: 1 }]);
    expect(lines.slice(before).filter((line) => line.includes('ignored an invalid answer'))).toHaveLength(1);
    subscription.unsubscribe();
  });
  it('finishes what is in flight before it leaves, and takes nothing new', async () => {
    begun = Promise.withResolvers();
    const waiting = bus.call({ ...hang, deadlineMs: 5_000 }, { n: 1 });
    await begun.promise;
    const drained = server.drain(5_000);
    hanging.resolve({ n: 9 });
    expect(await waiting).toEqual({ n: 9 });
    await drained;
    expect((await failureOf(bus.call(double, { n: 1 }))).code).toBe('service-unavailable');
  });

  describe('with a copy that dies', () => {
    const silenceMs = 500;
    const find = { ...contract('find'), deadlineMs: 60_000 };
    const change = { ...contract('change'), deadlineMs: 60_000 };
    const asked: string[] = [];
    let impatient: Bus;

    /** Takes one request of the queue group and is never heard of again; the next copy answers. */
    const dyingCopy = (subject: string) => {
      const connection = (links[1] as NatsLink).connection;
      const first = connection.subscribe(subject, {
        queue: 'spec',
        callback: () => {
          asked.push(subject);
          first.unsubscribe();
          connection.subscribe(subject, {
            queue: 'spec',
            callback: (_error, message) => void message.respond('{"n":7}', { headers: replyHeaders('reply') }),
          });
        },
      });
      return connection.flush();
    };

    beforeAll(async () => {
      impatient = new Bus(links[0] as NatsLink, log, { silenceMs });
      await Promise.all([dyingCopy(find.subject), dyingCopy(change.subject)]);
    });

    it('asks another one where that changes nothing', async () => {
      expect(await impatient.call(find, { n: 1 })).toEqual({ n: 7 });
      expect(asked).toContain(find.subject);
    });
    it('asks another one before a deadline that ends with the silence', async () => {
      const locate = contract('locate', 4_000);
      await dyingCopy(locate.subject);
      const patient = new Bus(links[0] as NatsLink, log, { silenceMs: 4_000 });
      expect(await patient.call(locate, { n: 1 })).toEqual({ n: 7 });
    });
    it('says that it is not available, long before the deadline, where doing it twice would matter', async () => {
      expect((await failureOf(impatient.call(change, { n: 1 }))).code).toBe('service-unavailable');
    });
    it('waits for one that works long and says so', async () => {
      const beats = Promise.withResolvers<void>();
      let heard = 0;
      const tap = (links[0] as NatsLink).connection.subscribe('_INBOX.>', {
        callback: (_error, { data }) => void (data.length === 0 && ++heard === 10 && beats.resolve()),
      });
      const link = new NatsLink({ url: nats.url, name: 'slow copy', log });
      link.start();
      const slow = new BusServer(link, { service: 'slow', maxInFlight, log, beatMs: silenceMs / 5 });
      @Controller()
      class Slow {
        @Handles(steady)
        async work({ n }: { n: number }) {
          await beats.promise;
          return { n };
        }
      }
      @Module({ controllers: [Slow] })
      class SlowServer {}
      const app = await NestFactory.createMicroservice(SlowServer, { strategy: slow, logger: false });
      await app.listen();
      await link.whenConnected().then((connection) => connection.flush());
      expect(await impatient.call(steady, { n: 5 })).toEqual({ n: 5 });
      tap.unsubscribe();
      await app.close();
      await link.close();
    });
  });
});
