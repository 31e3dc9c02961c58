import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Shop } from '../recording/shop.ts';
import { asMember, eventually } from './support/stage.ts';

const AWARDS = 'subscription ($activityType: String) { pointAwards(activityType: $activityType) { points } }';
const EVENTS = 'subscription ($after: String) { memberEvents(after: $after) { id cursor } }';

interface Sent {
  event: string;
  data: { data?: Record<string, unknown>; errors?: { extensions: { code: string } }[] } | null;
}

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('stamp');
});
afterAll(() => shop.close());

/** An event stream as a browser reads it. */
class Stream {
  readonly events: Sent[] = [];
  ended = false;

  private constructor(
    readonly response: Response,
    private readonly abort: AbortController,
  ) {}

  static async open(init: RequestInit, path = '/graphql'): Promise<Stream> {
    const abort = new AbortController();
    const headers = { accept: 'text/event-stream', ...init.headers };
    const response = await fetch(`${shop.app.url}${path}`, { ...init, headers, signal: abort.signal });
    const stream = new Stream(response, abort);
    void stream.#read().catch(() => {});
    return stream;
  }

  static post(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Stream> {
    const body = JSON.stringify({ query, variables });
    return Stream.open({ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  }

  close(): void {
    this.abort.abort();
  }

  async #read(): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of this.response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.#take(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
    this.ended = true;
  }

  #take(block: string): void {
    if (block.startsWith(':')) return;
    const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
    const data = field('data');
    this.events.push({ event: field('event'), data: data === '' ? null : JSON.parse(data) });
  }
}

const codeIn = ({ events }: Stream) => events[0]?.data?.errors?.[0]?.extensions.code;

describe('an event stream', () => {
  test('carries a subscription, by POST and by GET', async () => {
    const posted = await Stream.post(AWARDS);
    const got = await Stream.open(
      {},
      `/graphql?${new URLSearchParams({ query: AWARDS, variables: '{"activityType":"stamp"}' })}`,
    );
    expect(posted.response.headers.get('content-type')).toContain('text/event-stream');
    expect(got.response.status).toBe(200);
    await shop.app.settled();
    await shop.record({ type: 'stamp', memberId: await shop.enrol() });
    for (const stream of [posted, got]) {
      await eventually('an award', () => stream.events.length > 0);
      expect(stream.events[0]).toMatchObject({ event: 'next', data: { data: { pointAwards: { points: 10 } } } });
      stream.close();
    }
  });

  test('speaks for whoever sends the credential, and resumes after a cursor', async () => {
    const memberId = await shop.enrol();
    const { authorization = '' } = await asMember(shop.app, memberId);
    const [first] = (await shop.record({ type: 'stamp', memberId })).effects;
    const [next] = (await shop.record({ type: 'stamp', memberId })).effects;
    const stream = await Stream.post(EVENTS, { after: first?.cursor }, { authorization });
    await eventually('the missed event', () => stream.events.length > 0);
    const memberEvents = { id: next?.id, cursor: next?.cursor };
    expect(stream.events[0]).toMatchObject({ event: 'next', data: { data: { memberEvents } } });
    stream.close();
    const anonymous = await Stream.post(EVENTS);
    await eventually('the end', () => anonymous.ended);
    expect(codeIn(anonymous)).toBe('UNAUTHENTICATED');
    expect(anonymous.events.at(-1)?.event).toBe('complete');
  });

  test('passes the same gate: subscriptions only, within the limits', async () => {
    const outcome = async (query: string, variables = {}) => {
      const stream = await Stream.post(query, variables);
      await eventually('the end', () => stream.ended);
      return codeIn(stream);
    };
    expect(await outcome('{ me { id } }')).toBe('BAD_USER_INPUT');
    expect(await outcome('mutation { __typename }')).toBe('BAD_USER_INPUT');
    expect(await outcome('subscription { nothing }')).toBe('BAD_USER_INPUT');
    expect(await outcome('subscription {')).toBe('BAD_USER_INPUT');
    expect(await outcome(`subscription { ${'a: pointAwards { points } '.repeat(400)} }`)).toBe('QUERY_TOO_COMPLEX');
  });

  test('is refused to pages of foreign origins, to bad credentials, and to the 21st of a member', async () => {
    const foreign = await Stream.post(AWARDS, {}, { origin: 'https://evil.example' });
    expect(foreign.response.status).toBe(403);
    const bad = await Stream.post(AWARDS, {}, { authorization: 'Bearer rubbish' });
    expect(bad.response.status).toBe(401);
    const params = await asMember(shop.app, await shop.enrol());
    const open = await Promise.all(Array.from({ length: 20 }, () => Stream.post(EVENTS, {}, params)));
    expect(open.map(({ response }) => response.status)).toEqual(open.map(() => 200));
    expect((await Stream.post(EVENTS, {}, params)).response.status).toBe(429);
    for (const stream of open) stream.close();
  });

  test('ends without `complete` when its token expires or its member is suspended, so that clients come back', async () => {
    const memberId = await shop.enrol();
    // The enrolment has passed by then: on a busy machine it would be the first event of either.
    const lasting = await asMember(shop.app, memberId);
    const token = await shop.app.token({ role: 'MEMBER', subject: memberId, lifetimeMs: 2_000 });
    const expiring = await Stream.post(EVENTS, {}, { authorization: `Bearer ${token}` });
    const suspended = await Stream.post(EVENTS, {}, lasting);
    await eventually('the end of the token', () => expiring.ended);
    expect(suspended.ended).toBe(false);
    const suspend =
      'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }';
    await shop.staff.data(suspend, { input: { memberId, status: 'SUSPENDED', reason: 'A test' } });
    await eventually('the end of the member', () => suspended.ended);
    expect([...expiring.events, ...suspended.events]).toEqual([]);
    expect((await Stream.post(EVENTS, {}, await asMember(shop.app, memberId))).response.status).toBe(403);
  });
});
