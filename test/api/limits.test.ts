import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addKey, ask, codeOf, type SampleServer, startSample, token } from './support/sample-server.ts';
import { SampleSocket } from './support/sample-socket.ts';

let sample: SampleServer;
let member: string;
let admin: string;

beforeAll(async () => {
  sample = await startSample();
  member = await token('MEMBER');
  admin = await token('ADMIN');
});
afterAll(() => sample.server.stop());

/** The same wish as a query and as a subscription, so that every limit is tried on both transports. */
function bothWays(selection: string): { query: string; subscription: string } {
  return { query: `{ thing(id: "a") ${selection} }`, subscription: `subscription { counted(to: 1) ${selection} }` };
}

function nested(levels: number): string {
  return levels === 1 ? '{ id }' : `{ similar(first: 1) { edges { node ${nested(levels - 1)} } } }`;
}

async function overHttp(query: string, as = member): Promise<unknown> {
  return codeOf(await ask(sample.url, { query, token: as }));
}

async function overSocket(query: string, as = member): Promise<unknown> {
  const socket = await SampleSocket.open(sample.url, { authorization: `Bearer ${as}` });
  socket.subscribe('1', query);
  const outcome = await socket.outcome();
  socket.close();
  return outcome;
}

const aliases = (count: number, field: string) =>
  `{ ${Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ')} }`;
const skips = (count: number) => Array.from({ length: count }, (_, at) => `t${at}: id @skip(if: false)`).join(' ');

const REFUSED: [string, string][] = [
  ['16 aliases', aliases(16, 'id')],
  ['16 aliases of __typename', aliases(16, '__typename')],
  ['more than 1,000 tokens', `{ ${'id '.repeat(1_001)} }`],
  ['13 levels of fields', nested(5)],
  ['a page of 101', '{ similar(first: 101) { totalCount } }'],
  [
    'a cost above 1,000',
    '{ similar(first: 100) { edges { node { similar(first: 100) { totalCount } } cursor } } }'.replace(
      'totalCount',
      'edges { cursor }',
    ),
  ],
];

describe('the document gate', () => {
  for (const [what, selection] of REFUSED) {
    it(`refuses ${what} over HTTP`, async () => {
      expect(await overHttp(bothWays(selection).query)).toBe('QUERY_TOO_COMPLEX');
    });
    it(`refuses ${what} over a socket`, async () => {
      expect(await overSocket(bothWays(selection).subscription)).toBe('QUERY_TOO_COMPLEX');
    });
  }

  it('refuses 11 directives on both transports and lets 10 pass', async () => {
    const many = `{ ...on Thing @include(if: true) { ${skips(10)} } }`;
    const few = many.replace('...on Thing @include(if: true)', '...on Thing');
    expect(await overHttp(bothWays(many).query)).toBe('QUERY_TOO_COMPLEX');
    expect(await overSocket(bothWays(many).subscription)).toBe('QUERY_TOO_COMPLEX');
    expect(await overHttp(bothWays(few).query)).toBeNull();
    expect(await overSocket(bothWays(few).subscription)).toBe('next');
  });

  it('lets 15 aliases, 12 levels and a page of 100 pass', async () => {
    expect(await overHttp(bothWays(aliases(15, '__typename')).query)).toBeNull();
    expect(await overSocket(bothWays(aliases(15, 'id')).subscription)).toBe('next');
    expect(await overHttp(`{ thing(id: "a") ${nested(4)} }`)).toBeNull();
    expect(await overHttp('{ things(first: 100) { edges { node { id name price } } } }')).toBeNull();
  });

  it('counts aliases and depth through fragments, each fragment once however often it is spread', async () => {
    const doubling = Array.from({ length: 40 }, (_, at) => `fragment f${at} on Thing { ...f${at + 1} ...f${at + 1} }`);
    const query = `{ thing(id: "a") { ...f0 } } ${doubling.join(' ')} fragment f40 on Thing { a: id }`;
    const startedAt = performance.now();
    expect(await overHttp(query)).toBe('QUERY_TOO_COMPLEX');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('refuses fragments that spread one another', async () => {
    const cycle = '{ thing(id: "a") { ...a } } fragment a on Thing { ...b } fragment b on Thing { ...a }';
    expect(await overHttp(cycle)).toBe('BAD_USER_INPUT');
    expect(await overSocket(`subscription { counted(to: 1) { ...a } } fragment a on Thing { ...a }`)).toBe(
      'BAD_USER_INPUT',
    );
  });

  it('lets staff and administrators ask for ten times the cost, and not more', async () => {
    const query = (outer: number) =>
      `{ things(first: ${outer}) { edges { node { similar(first: 100) { edges { cursor } } } } } }`;
    expect(await overHttp(query(50), admin)).toBeNull();
    expect(await overHttp(query(50))).toBe('QUERY_TOO_COMPLEX');
    expect(await overHttp(query(100), admin)).toBe('QUERY_TOO_COMPLEX');
  });

  it('takes page sizes from variables and their defaults', async () => {
    const query = 'query($n: Int = 101) { things(first: $n) { totalCount } }';
    expect(await overHttp(query)).toBe('QUERY_TOO_COMPLEX');
    expect(codeOf(await ask(sample.url, { query, variables: { n: 100 } }))).toBeNull();
    expect(codeOf(await ask(sample.url, { query, variables: { n: 5_000 } }))).toBe('QUERY_TOO_COMPLEX');
  });

  it('reports the first broken limit only', async () => {
    const reply = await ask(sample.url, { query: `{ thing(id: "a") ${aliases(200, 'nonsense')} }` });
    expect(reply.body.errors).toHaveLength(1);
    expect(codeOf(reply)).toBe('QUERY_TOO_COMPLEX');
  });

  it('prints the cost on every answer', async () => {
    const reply = await ask(sample.url, { query: '{ things(first: 10) { edges { node { id } } } }' });
    // The connection, ten edges and ten nodes.
    expect(reply.body.extensions?.cost).toBe(21);
    expect(reply.body.extensions?.requestId).toBe(reply.headers.get('x-request-id'));
  });
});

describe('the size of a request', () => {
  const filler = (bytes: number) => 'x'.repeat(bytes);

  it('is 100 kB at most for members and for everyone without a credential', async () => {
    const raw = JSON.stringify({ query: '{ whoami }', variables: { a: filler(100_000) } });
    const anonymous = await ask(sample.url, { raw });
    expect([anonymous.status, codeOf(anonymous)]).toEqual([413, 'QUERY_TOO_COMPLEX']);
    const asMember = await ask(sample.url, { raw, token: member });
    expect([asMember.status, codeOf(asMember)]).toEqual([413, 'QUERY_TOO_COMPLEX']);
  });

  it('is 100 kB at most for administrators, too, unless they ingest', async () => {
    const raw = JSON.stringify({ query: '{ whoami }', variables: { a: filler(100_000) } });
    expect(codeOf(await ask(sample.url, { raw, token: admin }))).toBe('QUERY_TOO_COMPLEX');
  });

  it('is 5 MB for ingestion by staff, administrators and services', async () => {
    const key = addKey(sample, 'pk_ingest', ['activities:write']);
    const activities = Array.from({ length: 900 }, () => ({ name: filler(1_000) }));
    const query = 'mutation($input: RecordActivitiesInput!) { recordActivities(input: $input) { recorded } }';
    const reply = await ask(sample.url, { query, variables: { input: { activities } }, headers: { 'x-api-key': key } });
    expect(reply.body.data).toEqual({ recordActivities: { recorded: 900 } });
    const larger = await ask(sample.url, { raw: `"${filler(5_000_001)}"`, headers: { 'x-api-key': key } });
    expect(larger.status).toBe(413);
  });

  it('stops reading a body that says nothing about its length', async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode(filler(10_000)));
      },
    });
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' };
    const status = await fetch(`${sample.url}/graphql`, request as RequestInit).then(
      (response) => response.status,
      () => 'cut off',
    );
    expect([413, 'cut off']).toContain(status);
  });

  it('is 64 kB for a message on a socket', async () => {
    const socket = await SampleSocket.open(sample.url, {});
    socket.subscribe('1', `subscription { quiet } # ${filler(70_000)}`);
    expect(await socket.closed).toBe(1009);
  });
});
