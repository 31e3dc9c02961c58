import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { unavailable } from '../../src/platform/retry.ts';
import { addKey, ask, codeOf, type Reply, type SampleServer, startSample, token } from './support/sample-server.ts';
import { SampleSocket } from './support/sample-socket.ts';

describe('errors', () => {
  let sample: SampleServer;
  beforeAll(async () => {
    sample = await startSample();
  });
  afterAll(() => sample.server.stop());

  it('that nobody meant are INTERNAL with a request id, told to nobody and logged whole', async () => {
    const reply = await ask(sample.url, { query: '{ fault }' });
    const [error] = reply.body.errors ?? [];
    expect(error?.extensions).toEqual({ code: 'INTERNAL', requestId: reply.body.extensions?.requestId });
    expect(JSON.stringify(reply.body)).not.toMatch(/relation|hunter2|at .*\.ts/);
    const line = sample.logLines().find((text) => text.includes(String(error?.extensions.requestId)));
    expect(line).toContain('relation');
  });

  it('that a query refuses have their place in the answer, and the code, input path and details of the refusal', async () => {
    const reply = await ask(sample.url, { query: '{ refused: refusal whoami }' });
    expect(reply.body.data).toEqual({ refused: null, whoami: 'anonymous' });
    expect(reply.body.errors?.[0]).toMatchObject({
      path: ['refused'],
      locations: [{ line: 1, column: 3 }],
      extensions: { code: 'NOT_FOUND', inputPath: ['input', 'id'], details: { id: '7' } },
    });
  });

  it('of a null where none may be are INTERNAL', async () => {
    for (let use = 0; use < 5; use += 1) {
      expect(codeOf(await ask(sample.url, { query: '{ broken { fragile } }' }))).toBe('INTERNAL');
    }
  });

  it('of a mutation that refuses are in its payload, every other field null-safe', async () => {
    const query =
      'mutation($name: String!) { keep(input: { name: $name }) { thing { id } effects { name } replayed userErrors { code message path retryable } } }';
    for (let use = 0; use < 5; use += 1) {
      const refused = await ask(sample.url, { query, variables: { name: 'taken' } });
      const userErrors = [
        { code: 'CONFLICT', message: 'The name is taken.', path: ['input', 'name'], retryable: false },
      ];
      expect(refused.body).toMatchObject({ data: { keep: { thing: null, effects: [], replayed: false, userErrors } } });
      expect(refused.body.errors).toBeUndefined();
      const kept = await ask(sample.url, { query, variables: { name: 'free' } });
      expect(kept.body.data).toMatchObject({ keep: { thing: { id: 'thing-1' }, userErrors: [] } });
    }
  });

  it('of permission and of faults are top-level errors of a mutation, too', async () => {
    const query = 'mutation($name: String!) { keep(input: { name: $name }) { userErrors { code } } }';
    expect(codeOf(await ask(sample.url, { query, variables: { name: 'forbidden' } }))).toBe('FORBIDDEN');
    expect(codeOf(await ask(sample.url, { query, variables: { name: 'fault' } }))).toBe('INTERNAL');
  });
});

describe('while API keys cannot be looked up', () => {
  let sample: SampleServer;
  beforeAll(async () => {
    sample = await startSample({ options: { findApiKey: () => Promise.reject(unavailable()) } });
  });
  afterAll(() => sample.server.stop());

  it.each(['/graphql', '/v1/activities'])('%s says that the same request may be sent again', async (path) => {
    const response = await fetch(`${sample.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'pk_some' },
      body: path === '/graphql' ? '{"query":"{ whoami }"}' : '[]',
    });
    expect(response.status).toBe(503);
    const { errors } = (await response.json()) as Reply['body'];
    expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'SERVICE_UNAVAILABLE', retryable: true }]);
  });
});

describe('in production', () => {
  let sample: SampleServer;
  beforeAll(async () => {
    sample = await startSample({ settings: { environment: 'production' } });
  });
  afterAll(() => sample.server.stop());

  it('only staff and administrators may introspect', async () => {
    const query = getIntrospectionQuery();
    expect(codeOf(await ask(sample.url, { query }))).toBe('FORBIDDEN');
    expect(codeOf(await ask(sample.url, { query, token: await token('MEMBER') }))).toBe('FORBIDDEN');
    expect(
      codeOf(await ask(sample.url, { query: '{ ...f } fragment f on Query { __type(name: "Thing") { name } }' })),
    ).toBe('FORBIDDEN');
    expect(codeOf(await ask(sample.url, { query, token: await token('STAFF') }))).toBeNull();
    expect(codeOf(await ask(sample.url, { query, token: await token('ADMIN') }))).toBeNull();
    expect((await fetch(`${sample.url}/schema.graphql`)).status).toBe(401);
  });

  it('no error suggests names or shows a stack', async () => {
    const texts = await Promise.all([
      ask(sample.url, { query: '{ thingz { id } }' }),
      ask(sample.url, { query: '{ thing(idd: 1) { id } }' }),
      ask(sample.url, { query: 'query($i: KeepInput) { echo(input: $i) }', variables: { i: { nam: 'x' } } }),
      ask(sample.url, { query: '{ fault }' }),
    ]);
    for (const { body } of texts) {
      expect(body.errors?.length).toBeGreaterThan(0);
      expect(JSON.stringify(body)).not.toMatch(/did you mean|stack|node_modules/i);
    }
  });
});

describe('in development', () => {
  it('everyone may introspect and read the schema, and errors suggest names', async () => {
    const sample = await startSample();
    for (let use = 0; use < 4; use += 1) {
      expect(codeOf(await ask(sample.url, { query: getIntrospectionQuery() }))).toBeNull();
    }
    expect(await (await fetch(`${sample.url}/schema.graphql`)).text()).toContain('type ThingConnection');
    const reply = await ask(sample.url, { query: '{ whoam }' });
    expect(reply.body.errors?.[0]?.message).toMatch(/Did you mean/);
    await sample.server.stop();
  });
});

/** Deterministic, so that a failure can be repeated. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

const GOOD =
  'mutation($input: KeepInput!) { keep(input: $input) { thing { id similar(first: 2) { totalCount } } userErrors { code } } }';
const STRANGE: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  'x',
  '',
  '\u0000',
  'a\ud800',
  [],
  {},
  [[[]]],
  { __proto__: 1 },
  '2026-02-31T00:00:00Z',
  'P1Y',
  '9'.repeat(99),
  { a: { b: { c: '\u0000' } } },
  [null],
  'Bearer',
  "'; drop table members; --",
];

function malformed(random: () => number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const kind = Math.floor(random() * 7);
  if (kind === 0) return GOOD.slice(0, Math.floor(random() * GOOD.length));
  if (kind === 1) return JSON.stringify(pick(STRANGE));
  if (kind === 2)
    return JSON.stringify({ query: pick(STRANGE), variables: pick(STRANGE), operationName: pick(STRANGE) });
  if (kind === 3) {
    const input = {
      name: pick(STRANGE),
      at: pick(STRANGE),
      lasts: pick(STRANGE),
      attributes: pick(STRANGE),
      parts: pick(STRANGE),
    };
    return JSON.stringify({ query: GOOD, variables: { input } });
  }
  if (kind === 4) {
    const at = Math.floor(random() * GOOD.length);
    return JSON.stringify({
      query: GOOD.slice(0, at) + pick(['{', '}', '"', '$', '@', '...', '#', '\u0000', '😀']) + GOOD.slice(at + 1),
    });
  }
  if (kind === 5) return `{"query": "{ whoami }", "variables": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  const text = JSON.stringify(pick(STRANGE)).replaceAll('"', '\\"');
  return JSON.stringify({ query: `{ echo(at: ${text}, amount: ${text}, text: ${text}) }` });
}

describe('a thousand malformed requests', () => {
  it('are answered with 4xx, errors or user errors, never INTERNAL and never a stack', async () => {
    const sample = await startSample();
    const random = randomOf(25);
    for (let round = 0; round < 1_000; round += 1) {
      const raw = malformed(random);
      const reply = await ask(sample.url, { raw });
      const shown = JSON.stringify(reply.body);
      if (reply.status >= 500 || shown.includes('INTERNAL') || shown.includes('node_modules')) {
        throw new Error(`round ${round}: ${raw.slice(0, 300)} gave ${reply.status} ${shown.slice(0, 300)}`);
      }
      expect(reply.body.extensions?.requestId).toBeDefined();
    }
    await sample.server.stop();
  });

  it('on a socket end in an error or a closed socket', async () => {
    const sample = await startSample();
    for (const message of [
      'rubbish',
      '[]',
      '{}',
      '{"type":"subscribe"}',
      '{"type":"subscribe","id":"1","payload":{}}',
      '{"type":"subscribe","id":"1","payload":{"query":7}}',
      '{"type":"complete"}',
      '{"type":"next","id":"1","payload":{}}',
    ]) {
      const socket = await SampleSocket.open(sample.url, {});
      socket.send(message);
      const outcome = await socket.outcome();
      expect(outcome).not.toBe('INTERNAL');
      socket.close();
    }
    expect(sample.logLines().join('')).not.toContain('request.fault');
    await sample.server.stop();
  });
});

describe('the log', () => {
  it('holds no token, key or e-mail address', async () => {
    const sample = await startSample();
    const secret = await token('ADMIN');
    const key = addKey(sample, 'pk_secret_key', []);
    const email = 'anna.svensson@example.se';
    const variables = { input: { name: email, attributes: { email } } };
    await ask(sample.url, { query: '{ fault }', token: secret });
    await ask(sample.url, { query: '{ fault }', headers: { 'x-api-key': key } });
    await ask(sample.url, { query: GOOD, variables, token: `${secret}x` });
    await ask(sample.url, { query: GOOD, variables: { input: { ...variables.input, name: 'fault' } } });
    await ask(sample.url, { query: `{ echo(at: "${email}") }` });
    const socket = await SampleSocket.open(sample.url, { authorization: `Bearer ${secret}x` });
    await socket.closed;
    await sample.server.stop();
    const log = sample.logLines().join('');
    expect(log).toContain('request.fault');
    for (const hidden of [secret, key, email, secret.slice(-20)]) expect(log).not.toContain(hidden);
  });
});
