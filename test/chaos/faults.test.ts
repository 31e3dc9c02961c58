import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { scenarios } from '../../scripts/chaos/scenarios/index.ts';
import { CompiledServer, survive } from '../support/processes.ts';

let server: CompiledServer;

beforeAll(async () => {
  server = await CompiledServer.build();
}, 60_000);

afterAll(() => server.remove());

/** Left to test/realtime/stalled.test.ts: a gentle load takes most of a minute to fill what the system buffers for a client. */
const { stalled: _long, ...short } = scenarios;

test.each(Object.values(short))(
  '$promise',
  async (scenario) => {
    const { seed, violations } = await survive(scenario, server);
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  },
  180_000,
);
