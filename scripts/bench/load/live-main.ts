import { clockMs } from '../peers/live-orders.ts';
import { onOrder, ready } from '../support/parent.ts';
import { quantile } from '../support/rounds.ts';
import { Connection } from './connection.ts';
import { LiveConnection, type LiveEvents } from './live-connection.ts';

/** Opens sockets with one subscription each. */
export interface OpenOrder {
  kind: 'open';
  url: string;
  count: number;
  query: string;
  /** For each socket; the last for all that have none of their own. */
  variables: readonly object[];
  /** For each socket; none is anonymous. */
  tokens: readonly string[];
  /** Whether a first frame comes at once, and is waited for. */
  first: boolean;
}

export interface Opened {
  /** From the first connection attempt to the last acknowledged socket. */
  connectMs: number;
  /** The text of one first frame. */
  sample: string;
}

/** Waits for a number of frames in all. */
export interface ExpectOrder {
  kind: 'expect';
  frames: number;
  timeoutMs: number;
}

/** When the frames came, in milliseconds of the machine's monotonic clock; quantiles since the first. */
export interface Arrived {
  frames: number;
  bytes: number;
  firstAt: number;
  lastAt: number;
  p50Ms: number;
  p99Ms: number;
}

/** Records awards at a steady rate and sees when their members' sockets hear of them. */
export interface PaceOrder {
  kind: 'pace';
  url: string;
  headers: Record<string, string>;
  /** The members of the sockets, in their order. */
  members: readonly string[];
  perSecond: number;
  seconds: number;
  run: string;
}

export interface Paced {
  sent: number;
  perSecond: number;
  commit: { p50Ms: number; p99Ms: number };
  frame: { p50Ms: number; p99Ms: number };
}

export type LiveOrder = OpenOrder | ExpectOrder | PaceOrder | { kind: 'arm' | 'close' };

/** Sockets that are connected at once; more would measure the kernel's queue of connections. */
const AT_ONCE = 100;
const SENDERS = 64;

const sockets: LiveConnection[] = [];
let lost = 0;
let onFrame: (place: number, bytes: number) => void = () => {};

onOrder(async (order: LiveOrder): Promise<object> => {
  switch (order.kind) {
    case 'open':
      return open(order);
    case 'arm':
      return arm();
    case 'expect':
      return expect(order);
    case 'pace':
      return pace(order);
    case 'close':
      for (const socket of sockets.splice(0)) socket.close();
      lost = 0;
      return {};
  }
});
ready(null);

async function open({ url, count, query, variables, tokens, first }: OpenOrder): Promise<Opened> {
  const address = new URL(url);
  const subscriber = (place: number) => ({
    params: tokens[place] === undefined ? {} : { authorization: `Bearer ${tokens[place]}` },
    payload: { query, variables: variables[place] ?? variables.at(-1) ?? {} },
  });
  const startedAt = performance.now();
  let next = 0;
  let sample = '';
  const samples: Promise<string>[] = [];
  const opened = Array.from({ length: Math.min(AT_ONCE, count) }, async () => {
    while (next < count) {
      const place = next;
      next += 1;
      const { params, payload } = subscriber(place);
      const one = await introduced(address, place, params);
      sockets.push(one.connection);
      const id = `${place}-00000000-0000-4000-8000`.slice(0, 36);
      if (first) samples.push(one.nextText());
      one.connection.send({ id, type: 'subscribe', payload });
    }
  });
  await Promise.all(opened);
  const connectMs = performance.now() - startedAt;
  for (const text of await Promise.all(samples)) sample = text;
  return { connectMs, sample };
}

/** A connection that the server has accepted. After its first frame all further ones are only counted. */
async function introduced(address: URL, place: number, params: object) {
  let tell: ((text: string) => void) | null = null;
  const nextText = () =>
    new Promise<string>((resolve) => {
      tell = resolve;
    });
  const events: LiveEvents = {
    onText(connection, chunk, from, to) {
      if (tell === null) return onFrame(connection.place, to - from);
      const told = tell;
      tell = null;
      told(chunk.toString('utf8', from, to));
    },
    onEnd: () => {
      lost += 1;
    },
  };
  const connection = await LiveConnection.open(address, place, events);
  const acknowledged = nextText();
  connection.send({ type: 'connection_init', payload: params });
  const text = await acknowledged;
  if (!text.includes('connection_ack')) throw new Error(`The server did not accept the connection: ${text}`);
  return { connection, nextText };
}

/** When frames came since they were last counted from zero. */
let arrivals: number[] = [];
let bytes = 0;
let onArrival: () => void = () => {};

/** Counts from zero. Answered before anything is caused, so that no frame can come too early. */
function arm(): object {
  arrivals = [];
  bytes = 0;
  onFrame = (_place, size) => {
    arrivals.push(clockMs());
    bytes += size;
    onArrival();
  };
  return {};
}

function expect({ frames, timeoutMs }: ExpectOrder): Promise<Arrived> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new Error(`${arrivals.length} of ${frames} frames came within ${timeoutMs} ms; ${lost} sockets are lost.`),
      );
    }, timeoutMs);
    onArrival = () => {
      if (arrivals.length < frames) return;
      onArrival = () => {};
      clearTimeout(timer);
      resolve(arrived());
    };
    onArrival();
  });
}

function arrived(): Arrived {
  const firstAt = arrivals[0] ?? 0;
  const lastAt = arrivals.at(-1) ?? 0;
  return { frames: arrivals.length, bytes, firstAt, lastAt, ...quantiles(arrivals.map((at) => at - firstAt)) };
}

const RECORD = 'mutation ($input: RecordActivityInput!) { recordActivity(input: $input) { userErrors { code } } }';

/** Sends at the times that the rate sets, whether or not the server keeps up. */
async function pace({ url, headers, members, perSecond, seconds, run }: PaceOrder): Promise<Paced> {
  const connections = await Promise.all(Array.from({ length: SENDERS }, () => Connection.open(new URL(url), headers)));
  const sentAt = new Map<number, number>();
  const commits: number[] = [];
  const frames: number[] = [];
  onFrame = (place) => {
    const at = sentAt.get(place);
    sentAt.delete(place);
    if (at !== undefined) frames.push(clockMs() - at);
  };
  const total = perSecond * seconds;
  const startedAt = clockMs();
  let next = 0;
  const send = async (connection: Connection) => {
    while (next < total) {
      const turn = next;
      next += 1;
      const waitMs = startedAt + (turn * 1_000) / perSecond - clockMs();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const place = turn % members.length;
      const began = clockMs();
      sentAt.set(place, began);
      const input = { idempotencyKey: `${run}-${turn}`, type: 'purchase', memberId: members[place], source: 'bench' };
      const value = { amount: '10.00', currencyCode: 'SEK' };
      await connection.send(JSON.stringify({ query: RECORD, variables: { input: { ...input, value } } }));
      commits.push(clockMs() - began);
    }
  };
  await Promise.all(connections.map(send));
  const tookSeconds = (clockMs() - startedAt) / 1_000;
  await allArrived(sentAt);
  for (const connection of connections) connection.close();
  return { sent: total, perSecond: total / tookSeconds, commit: quantiles(commits), frame: quantiles(frames) };
}

async function allArrived(waiting: ReadonlyMap<number, number>): Promise<void> {
  const deadline = clockMs() + 10_000;
  while (waiting.size > 0) {
    if (clockMs() > deadline) throw new Error(`${waiting.size} members never heard of their award.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  onFrame = () => {};
}

function quantiles(values: number[]): { p50Ms: number; p99Ms: number } {
  values.sort((left, right) => left - right);
  return { p50Ms: quantile(values, 0.5), p99Ms: quantile(values, 0.99) };
}
