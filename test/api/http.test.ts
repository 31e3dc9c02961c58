import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { addKey, ask, codeOf, type SampleServer, startSample, token } from './support/sample-server.ts';

let sample: SampleServer;
beforeAll(async () => {
  sample = await startSample();
});
afterAll(() => sample.server.stop());

describe('GraphQL over HTTP', () => {
  it('passes the audits but for the three MAY that CSRF prevention causes', async () => {
    const results = await auditServer({ url: `${sample.url}/graphql` });
    const failed = results.filter(({ status }) => status !== 'ok').map(({ id, name }) => `${id} ${name.split(' ')[0]}`);
    expect(failed.sort()).toEqual(['5A70 MAY', '6A70 MAY', 'D6D5 MAY']);
  });

  it('answers a GET with a query, and refuses a mutation by GET', async () => {
    const headers = { 'apollo-require-preflight': '1' };
    const query = await fetch(`${sample.url}/graphql?query=${encodeURIComponent('{ whoami }')}`, { headers });
    expect(await query.json()).toMatchObject({ data: { whoami: 'anonymous' } });
    const mutation = encodeURIComponent('mutation { keep(input: { name: "x" }) { replayed } }');
    expect((await fetch(`${sample.url}/graphql?query=${mutation}`, { headers })).status).toBe(405);
  });

  it('refuses other methods with 405', async () => {
    const reply = await fetch(`${sample.url}/graphql`, { method: 'PUT' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  it('refuses a subscription over HTTP and says where it belongs', async () => {
    const reply = await ask(sample.url, { query: 'subscription { quiet }' });
    expect(codeOf(reply)).toBe('BAD_USER_INPUT');
    expect(reply.body.errors?.[0]?.message).toContain('WebSocket');
  });

  it('says 404 as JSON for unknown paths', async () => {
    const reply = await fetch(`${sample.url}/nowhere`);
    expect([reply.status, await reply.json()]).toMatchObject([
      404,
      { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ]);
  });
});

describe('a page of another origin', () => {
  it('may read answers only when its origin is on the list, exactly', async () => {
    const allowedFor = async (origin: string) => {
      const reply = await fetch(`${sample.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      });
      return reply.headers.get('access-control-allow-origin');
    };
    expect(await allowedFor('https://club.example')).toBe('https://club.example');
    for (const origin of ['https://club.example.evil.com', 'http://club.example', 'https://evil.com', 'null']) {
      expect(await allowedFor(origin)).toBeNull();
    }
  });

  it('cannot make a browser send what a form can send', async () => {
    for (const contentType of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) {
      const reply = await ask(sample.url, { raw: 'query={whoami}', headers: { 'content-type': contentType } });
      expect([reply.status, codeOf(reply)]).toEqual([415, 'BAD_USER_INPUT']);
    }
    const get = await fetch(`${sample.url}/graphql?query=${encodeURIComponent('{ whoami }')}`);
    expect(get.status).toBe(400);
  });

  it('gets answers with headers that keep them data', async () => {
    const { headers } = await ask(sample.url, { query: '{ whoami }' });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('health and metrics', () => {
  it('are served without a credential', async () => {
    expect((await fetch(`${sample.url}/livez`)).status).toBe(200);
    expect((await fetch(`${sample.url}/readyz`)).status).toBe(200);
    const text = await (await fetch(`${sample.url}/metrics`)).text();
    expect(text).toContain('pokal_request_seconds_count{transport="http",kind="query",outcome="ok"}');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('say what is missing while the server cannot work', async () => {
    sample.state.problem = 'database away';
    const reply = await fetch(`${sample.url}/readyz`);
    expect([reply.status, await reply.json()]).toEqual([503, { status: 'unavailable', reason: 'database away' }]);
    sample.state.problem = null;
  });

  it('say 503 within two seconds when the check hangs', async () => {
    const hanging = await startSample({ options: { ready: () => new Promise(() => {}) } });
    const startedAt = performance.now();
    expect((await fetch(`${hanging.url}/readyz`)).status).toBe(503);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await hanging.server.stop();
  });
});

describe('the plain door for batches', () => {
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const reply = await fetch(`${sample.url}/v1/activities`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return {
      status: reply.status,
      body: (await reply.json()) as { results?: unknown[]; errors?: { extensions: { code: string } }[] },
    };
  };

  it('takes a JSON array or a JSON object on each line, and gives a result for each', async () => {
    const key = { 'x-api-key': addKey(sample, 'pk_shop', ['activities:write']) };
    expect((await post('[{"a":1},{"a":2}]', key)).body.results).toEqual([{ kept: { a: 1 } }, { kept: { a: 2 } }]);
    const lines = await post('{"a":1}\nnonsense\n\n{"a":"\\u0000"}\n{"a":2}\n', {
      ...key,
      'content-type': 'application/x-ndjson',
    });
    expect(lines.body.results).toMatchObject([
      { kept: { a: 1 } },
      { userErrors: [{ code: 'BAD_USER_INPUT' }] },
      { userErrors: [{ code: 'BAD_USER_INPUT' }] },
      { kept: { a: 2 } },
    ]);
  });

  it('refuses callers without the scope, other shapes, other content types and more than 1,000 items', async () => {
    const key = { 'x-api-key': addKey(sample, 'pk_shop', ['activities:write']) };
    const reader = { 'x-api-key': addKey(sample, 'pk_read', ['members:read']) };
    const codeFor = async (body: string, headers?: Record<string, string>) =>
      (await post(body, headers)).body.errors?.[0]?.extensions.code;
    expect(await codeFor('[]')).toBe('UNAUTHENTICATED');
    expect(await codeFor('[]', reader)).toBe('FORBIDDEN');
    expect(await codeFor('[]', { authorization: `Bearer ${await token('MEMBER')}` })).toBe('FORBIDDEN');
    expect(await codeFor('{}', key)).toBe('BAD_USER_INPUT');
    expect(await codeFor('[', key)).toBe('BAD_USER_INPUT');
    expect(await codeFor(JSON.stringify(Array(1_001).fill({})), key)).toBe('BAD_USER_INPUT');
    expect((await post('a,b', { ...key, 'content-type': 'text/csv' })).status).toBe(415);
  });
});

describe('rate limits', () => {
  const limits = { memberPerMinute: 0, privilegedPerMinute: 0, addressPerMinute: 0, failedCredentialsPerMinute: 0 };
  const page = '{ things(first: 49) { edges { cursor } } }';

  it('count cost for each token, and say when to come back', async () => {
    const limited = await startSample({ settings: { rateLimits: { ...limits, memberPerMinute: 120 } } });
    const member = await token('MEMBER');
    expect(codeOf(await ask(limited.url, { query: page, token: member }))).toBeNull();
    expect(codeOf(await ask(limited.url, { query: page, token: member }))).toBeNull();
    const third = await ask(limited.url, { query: page, token: member });
    expect([third.status, codeOf(third)]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await token('MEMBER', { sub: '0192f0c1-2b3c-7def-8abc-000000000001' });
    expect(codeOf(await ask(limited.url, { query: page, token: other }))).toBeNull();
    await limited.server.stop();
  });

  it('count cost for each address, whoever asks', async () => {
    const limited = await startSample({ settings: { rateLimits: { ...limits, addressPerMinute: 120 } } });
    const tokens = await Promise.all(['MEMBER', 'STAFF', 'ADMIN'].map((role) => token(role)));
    const codes = [];
    for (const each of tokens) codes.push(codeOf(await ask(limited.url, { query: page, token: each })));
    expect(codes).toEqual([null, null, 'RATE_LIMITED']);
    await limited.server.stop();
  });

  it('stop an address that tries credentials, even before the right one', async () => {
    const limited = await startSample({ settings: { rateLimits: { ...limits, failedCredentialsPerMinute: 3 } } });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect((await ask(limited.url, { query: '{ whoami }', token: `bad${attempt}` })).status).toBe(401);
    }
    const right = await ask(limited.url, { query: '{ whoami }', token: await token('ADMIN') });
    expect([right.status, codeOf(right)]).toEqual([429, 'RATE_LIMITED']);
    expect(codeOf(await ask(limited.url, { query: '{ whoami }' }))).toBeNull();
    await limited.server.stop();
  });
});
