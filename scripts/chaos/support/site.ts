import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../../../src/demo/random.ts';
import { audit } from './audit.ts';
import { Caller, type CallerRules, tokenOf } from './caller.ts';
import { type ClubMember, foundClub, SECRET, tokenFor } from './club.ts';
import { Findings } from './findings.ts';
import { Load } from './load.ts';
import { ServerProcess } from './server-process.ts';
import { Subscriber } from './subscriber.ts';

/** How hard and how long. */
export interface ChaosOptions {
  seed: string;
  /** How often each fault is brought about. */
  rounds: number;
  /** Operations a second. */
  rate: number;
  subscribers: number;
  /** Clients that stop reading, where that is what happens. */
  stalled: number;
  /** How long the load lasts at least. */
  seconds: number;
  /** How long the database is frozen each time. */
  freezeSeconds: number;
  /** What limits in time are multiplied with; 1 on a quiet machine. */
  slack: number;
  /** The compiled entry of the server. */
  main: string;
  /** Variables for all servers, on top of those of the scenario. */
  environment?: Readonly<Record<string, string>>;
  /** An empty directory for the databases, which the database's own user may enter. */
  directory: string;
}

/** Everything a scenario works with. */
export interface Site {
  options: ChaosOptions;
  nodes: readonly ServerProcess[];
  /** Sends operations with an administrator's token, as the load does. */
  caller: Caller;
  members: readonly ClubMember[];
  load: Load;
  subscribers: readonly Subscriber[];
  findings: Findings;
  random: Random;
}

export interface SiteOptions {
  options: ChaosOptions;
  nodes: number;
  /** How many members the load is spread over; 25 unless told. */
  members?: number;
  environment: Readonly<Record<string, string>>;
  rules: CallerRules;
  /** The address of the database, once the servers run. */
  databaseUrl: () => Promise<string>;
  /** Brings the faults about while the load runs. */
  faults: (site: Site) => Promise<void>;
}

const MEMBERS = 25;
const REPEATED = 40;

/** Settings that every server of the fault tests has: no limits on the one address that sends everything. */
const COMMON = {
  NODE_ENV: 'production',
  LOG_LEVEL: 'warn',
  POKAL_JWT_SECRET: SECRET,
  POKAL_RATE_MEMBER: '0',
  POKAL_RATE_PRIVILEGED: '0',
  POKAL_RATE_ADDRESS: '0',
  POKAL_SOCKETS_PER_ADDRESS: '10000',
};

/** Starts the servers, loads them, lets the faults happen, and compares everything when it has calmed down. */
export async function besiege(site: SiteOptions): Promise<Findings> {
  const { options, environment } = site;
  const findings = new Findings(options.slack);
  const nodes = Array.from({ length: site.nodes }, (_, index) => {
    const name = `node ${index + 1}`;
    return new ServerProcess({
      name,
      main: options.main,
      environment: { ...COMMON, ...environment, ...options.environment },
    });
  });
  try {
    for (const node of nodes) findings.duration('start', await node.start());
    await storm(site, nodes, findings);
  } catch (error) {
    findings.violate(`The scenario could not go on: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    await Promise.all(nodes.map((node) => node.dispose()));
  }
  return findings;
}

async function storm(site: SiteOptions, nodes: readonly ServerProcess[], findings: Findings): Promise<void> {
  const { options, rules, databaseUrl, faults } = site;
  const random = new Random(options.seed);
  const caller = new Caller(nodes, tokenOf(await tokenFor('ADMIN', 'chaos')), random, findings, rules);
  const club = await foundClub(caller, site.members ?? MEMBERS);
  const { members } = club;
  const subscribers = Array.from({ length: options.subscribers }, (_, index) => {
    const member = members[index % members.length] ?? random.pick(members);
    return new Subscriber({ member, nodes, random, findings });
  });
  const load = new Load({ club, caller, random, findings, rate: options.rate });
  const startedAt = performance.now();
  try {
    for (const subscriber of subscribers) subscriber.start();
    load.start();
    await faults({ options, nodes, caller, members, load, subscribers, findings, random });
    await pause(Math.max(0, startedAt + options.seconds * 1_000 - performance.now()));
    await load.finish();
    await load.repeat(REPEATED);
    caller.report();
    for (const { name, endedBy, said } of nodes) {
      if (endedBy !== null) findings.violate(`The server ${name} ended by itself (${endedBy}). It said: ${said}`);
    }
    await audit({ databaseUrl: await databaseUrl(), members, writes: load.writes, subscribers }, findings);
  } finally {
    await load.finish().catch(() => {});
    await Promise.all(subscribers.map((subscriber) => subscriber.stop()));
  }
}

/** Waits for a random part of what one round has of the time. */
export function moment({ options, random }: Site, faults: number): Promise<void> {
  const sliceMs = (options.seconds * 1_000) / faults;
  return pause(sliceMs * (0.2 + 0.5 * random.fraction()));
}
