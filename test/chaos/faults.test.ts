import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { scenarios } from '../../scripts/chaos/scenarios/index.ts';
import { CompiledServer, survive } from '../support/processes.ts';

let server: CompiledServer;

beforeAll(async () => {
  server = await CompiledServer.build();
}, 60_000);

afterAll(() => server.remove());

test.each(Object.values(scenarios))(
  '$promise',
  async (scenario) => {
    const { seed, violations } = await survive(scenario, server);
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  },
  180_000,
);
