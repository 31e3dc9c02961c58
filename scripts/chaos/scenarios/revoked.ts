import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ClubMember, createKey, enrol, save, tokenFor } from '../support/club.ts';
import type { Findings } from '../support/findings.ts';
import { Follower } from '../support/follower.ts';
import { OwnPostgres } from '../support/own-postgres.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { besiege, type ChaosOptions, moment, type Site } from '../support/site.ts';

/** What may pass until a socket is closed: from the expiry of its token, and from a change of what its owner may do. */
const EXPIRED_MS = 1_000;
const CHANGED_MS = 5_000;
const GIVE_UP_MS = 30_000;
const LIFETIME_MS = 3_000;
const SOCKETS_PER_NODE = 10;
const FORBIDDEN = 4403;

const EVENTS = 'subscription { memberEvents { id } }';
const AWARDS = 'subscription { pointAwards { cursor } }';
const SET_STATUS =
  'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code message } } }';
const REVOKE_KEY =
  'mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { userErrors { code message } } }';

type Params = Record<string, string>;

/** Two servers; those who follow on both lose the right to, in each way there is. Nobody else may notice. */
export async function revoked(options: ChaosOptions): Promise<Findings> {
  const postgres = await OwnPostgres.open(join(options.directory, 'revoked'));
  try {
    return await besiege({
      options,
      nodes: 2,
      environment: { DATABASE_URL: postgres.url },
      rules: { mostAttempts: 1, serversMayGo: false },
      databaseUrl: async () => postgres.url,
      faults: revokeInTurns,
    });
  } finally {
    await postgres.dispose();
  }
}

async function revokeInTurns(site: Site): Promise<void> {
  const { options, caller, subscribers, findings } = site;
  const ways = [letExpire, suspend, revokeKey];
  // Nobody of the load: its members must be able to go on.
  const guest = await enrol(caller, site.members.length);
  for (let round = 0; round < options.rounds; round += 1) {
    for (const way of ways) {
      await moment(site, options.rounds * ways.length);
      await way(site, guest, round);
    }
  }
  const closed = subscribers.reduce((sum, subscriber) => sum + subscriber.closings.length, 0);
  if (closed > 0) findings.violate(`${closed} sockets of others were closed.`);
}

async function letExpire(site: Site, guest: ClubMember): Promise<void> {
  const token = await tokenFor('MEMBER', guest.id, LIFETIME_MS);
  const sockets = await Sockets.open(site, EVENTS, { authorization: `Bearer ${token}` });
  await sockets.closed('4403 after the token had expired', expiryOf(token), EXPIRED_MS);
}

async function suspend(site: Site, guest: ClubMember, round: number): Promise<void> {
  const { caller } = site;
  const params = { authorization: `Bearer ${guest.token}` };
  const sockets = await Sockets.open(site, EVENTS, params);
  const changedAt = Date.now();
  const input = { memberId: guest.id, reason: `Round ${round}` };
  await save(caller, SET_STATUS, { ...input, status: 'SUSPENDED' });
  await sockets.closed('4403 after the member was suspended', changedAt, CHANGED_MS);
  await refused(site, params, 'a suspended member');
  await save(caller, SET_STATUS, { ...input, status: 'ACTIVE' });
  const welcome = await Sockets.open(site, EVENTS, params);
  welcome.close();
}

async function revokeKey(site: Site, _guest: ClubMember, round: number): Promise<void> {
  const { caller } = site;
  const { id, secret } = await createKey(caller, `Till ${round}`, ['MEMBERS_READ']);
  const params = { apiKey: secret };
  const sockets = await Sockets.open(site, AWARDS, params);
  const changedAt = Date.now();
  await save(caller, REVOKE_KEY, { id });
  await sockets.closed('4403 after the key was revoked', changedAt, CHANGED_MS);
  await refused(site, params, 'a revoked key');
}

/** When a token expires, in epoch milliseconds. */
function expiryOf(token: string): number {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { exp: number }).exp * 1_000;
}

/** Whoever was shut out must not get in again, at whichever server. */
async function refused({ nodes, findings }: Site, params: Params, who: string): Promise<void> {
  for (const node of nodes) {
    const follower = await Follower.connect(addressOf(node), params);
    const code = follower.isClosed ? (await follower.closed).code : null;
    follower.close();
    if (code !== FORBIDDEN) findings.violate(`The server ${node.name} let ${who} in again (${code}).`);
  }
}

interface End {
  node: string;
  code: number;
  /** Epoch milliseconds. */
  at: number;
}

/** Sockets of one owner on all servers. */
class Sockets {
  readonly #findings: Findings;
  readonly #followers: readonly Follower<unknown>[];
  readonly #ends: Promise<End>[];

  private constructor(findings: Findings, open: readonly { node: string; follower: Follower<unknown> }[]) {
    this.#findings = findings;
    this.#followers = open.map(({ follower }) => follower);
    this.#ends = open.map(async ({ node, follower }) => {
      const { code } = await follower.closed;
      return { node, code, at: Date.now() };
    });
  }

  static async open({ nodes, findings }: Site, query: string, params: Params): Promise<Sockets> {
    const places = nodes.flatMap((node) => Array.from({ length: SOCKETS_PER_NODE }, () => node));
    const open = await Promise.all(
      places.map(async (node) => {
        const follower = await Follower.start<unknown>(addressOf(node), query, { params });
        return { node: node.name, follower };
      }),
    );
    for (const { node, follower } of open) {
      if (follower.isClosed) findings.violate(`A socket at ${node} was closed before anything had changed.`);
    }
    return new Sockets(findings, open);
  }

  /** Waits until all were closed, and notes how long after that moment, which is in epoch milliseconds. */
  async closed(what: string, since: number, limitMs: number): Promise<void> {
    const abort = new AbortController();
    const ends = await Promise.race([
      Promise.all(this.#ends),
      pause(GIVE_UP_MS, null, { signal: abort.signal }).catch(() => null),
    ]);
    abort.abort();
    if (ends === null) {
      this.#findings.violate(`${what}: not all sockets were closed within ${GIVE_UP_MS} ms.`);
      return this.close();
    }
    for (const { node, code, at } of ends) {
      if (code !== FORBIDDEN) this.#findings.violate(`${what}: a socket at ${node} was closed with ${code}.`);
      if (at < since) this.#findings.violate(`${what}: a socket at ${node} was closed ${since - at} ms too early.`);
      this.#findings.duration(what, at - since, limitMs);
    }
  }

  close(): void {
    for (const follower of this.#followers) follower.close();
  }
}

function addressOf({ name, url }: ServerProcess): string {
  if (url === null) throw new Error(`The server ${name} is not there.`);
  return url;
}
