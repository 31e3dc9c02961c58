import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SampleServer, startSample, token } from './support/sample-server.ts';
import { SampleSocket } from './support/sample-socket.ts';

let sample: SampleServer;
beforeAll(async () => {
  sample = await startSample();
});
afterAll(() => sample.server.stop());

/** Waits until the condition holds, for at most ten seconds. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('The condition never came true.');
    await new Promise(setImmediate);
  }
}

describe('a socket', () => {
  it('carries a subscription from its first event to its end', async () => {
    const socket = await SampleSocket.open(sample.url, {});
    socket.subscribe('1', 'subscription($to: Int!) { counted(to: $to) { id price } }', { to: 5 });
    for (let number = 1; number <= 5; number += 1) {
      const data = { counted: { id: `thing-${number}`, price: '11.77' } };
      expect(await socket.next()).toMatchObject({ type: 'next', id: '1', payload: { data, extensions: { cost: 1 } } });
    }
    expect(await socket.next()).toEqual({ type: 'complete', id: '1' });
    socket.close();
  });

  it('carries no queries and no mutations', async () => {
    const socket = await SampleSocket.open(sample.url, {});
    socket.subscribe('1', '{ whoami }');
    expect(await socket.outcome()).toBe('BAD_USER_INPUT');
    socket.subscribe('2', 'mutation { keep(input: { name: "x" }) { replayed } }');
    expect(await socket.outcome()).toBe('BAD_USER_INPUT');
    socket.subscribe('3', '{ __schema { types { name } } }');
    expect(await socket.outcome()).toBe('BAD_USER_INPUT');
    socket.close();
  });

  it('lets go of a quiet stream when the client completes it or goes away', async () => {
    const socket = await SampleSocket.open(sample.url, {});
    socket.subscribe('1', 'subscription { quiet }');
    socket.subscribe('2', 'subscription { quiet }');
    await until(() => sample.gates.openStreams === 2);
    socket.send({ type: 'complete', id: '1' });
    await until(() => sample.gates.openStreams === 1);
    socket.webSocket.terminate();
    await until(() => sample.gates.openStreams === 0);
  });

  it('carries 20 subscriptions and refuses the 21st', async () => {
    const socket = await SampleSocket.open(sample.url, {});
    for (let id = 1; id <= 21; id += 1) socket.subscribe(String(id), 'subscription { quiet }');
    expect(await socket.outcome()).toBe('RATE_LIMITED');
    expect(sample.gates.openStreams).toBe(20);
    socket.close();
    await until(() => sample.gates.openStreams === 0);
  });

  it('is closed after 100 messages in a minute', async () => {
    const socket = await SampleSocket.open(sample.url, {});
    for (let message = 0; message < 100; message += 1) socket.send({ type: 'ping' });
    expect(await socket.closed).toBe(4429);
  });

  it('is closed when it has not introduced itself within three seconds', async () => {
    const socket = await SampleSocket.open(sample.url);
    expect(await socket.closed).toBe(4408);
  });

  it('is not told that it came late when it is the server that takes long', async () => {
    let answer: (key: null) => void = () => {};
    const findApiKey = () => new Promise<null>((resolve) => (answer = resolve));
    const slow = await startSample({ options: { findApiKey } });
    try {
      const introduced = await SampleSocket.open(slow.url);
      introduced.send({ type: 'connection_init', payload: { apiKey: 'a key' } });
      // Opened later, so that the other has waited for three seconds as well when this one is closed.
      const silent = await SampleSocket.open(slow.url);
      expect(await silent.closed).toBe(4408);
      answer(null);
      expect(await introduced.closed).toBe(4403);
    } finally {
      await slow.server.stop();
    }
  });

  it('is closed when it subscribes before it has introduced itself', async () => {
    const socket = await SampleSocket.open(sample.url);
    socket.subscribe('1', 'subscription { quiet }');
    expect(await socket.closed).toBe(4401);
  });

  it('is one of at most 20 for a member', async () => {
    const params = { authorization: `Bearer ${await token('MEMBER')}` };
    const open = await Promise.all(Array.from({ length: 20 }, () => SampleSocket.open(sample.url, params)));
    const one = await SampleSocket.open(sample.url, params);
    expect(await one.closed).toBe(4429);
    for (const socket of open) socket.close();
    await Promise.all(open.map(({ closed }) => closed));
  });

  it('is refused to pages of foreign origins, and to other paths', async () => {
    expect(await SampleSocket.refusal(sample.url, { origin: 'https://evil.example' })).toBe(403);
    expect(await SampleSocket.refusal(`${sample.url}/elsewhere`, {})).toBe(404);
    const known = await SampleSocket.open(sample.url, {}, { origin: 'https://club.example' });
    known.close();
    const own = await SampleSocket.open(sample.url, {}, { origin: sample.url });
    own.close();
  });
});
