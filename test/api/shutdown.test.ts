import { Agent, get } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ask, startSample } from './support/sample-server.ts';
import { SampleSocket } from './support/sample-socket.ts';

/** Asks over a connection that is already open, as a load balancer does. */
function statusOver(agent: Agent, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', reject);
  });
}

describe('a server that is stopped', () => {
  it('says 503 on /readyz first, then finishes what it has begun', async () => {
    const sample = await startSample({ settings: { drainDelayMs: 300 } });
    const agent = new Agent({ keepAlive: true });
    expect(await statusOver(agent, `${sample.url}/readyz`)).toBe(200);
    const inFlight = ask(sample.url, { query: '{ slow }' });
    await sample.gates.waiting;
    const stopped = sample.server.stop();
    expect(await statusOver(agent, `${sample.url}/readyz`)).toBe(503);
    sample.gates.release();
    expect((await inFlight).body.data).toEqual({ slow: 'finished' });
    await stopped;
    await expect(ask(sample.url, { query: '{ whoami }' })).rejects.toThrow();
    agent.destroy();
  });

  it('closes its sockets with 1001', async () => {
    const sample = await startSample();
    const sockets = await Promise.all(Array.from({ length: 30 }, () => SampleSocket.open(sample.url, {})));
    for (const socket of sockets) socket.subscribe('1', 'subscription { quiet }');
    await sample.server.stop();
    expect(new Set(await Promise.all(sockets.map(({ closed }) => closed)))).toEqual(new Set([1001]));
    expect(sample.gates.openStreams).toBe(0);
  });

  it('does not wait longer than its grace for a request that never ends', async () => {
    const sample = await startSample({ settings: { shutdownGraceMs: 300 } });
    const lost = ask(sample.url, { query: '{ slow }' }).catch(() => 'cut off');
    await sample.gates.waiting;
    await sample.server.stop();
    expect(await lost).toBe('cut off');
    sample.gates.release();
  });

  it('may be told twice', async () => {
    const sample = await startSample();
    await Promise.all([sample.server.stop(), sample.server.stop()]);
  });
});
