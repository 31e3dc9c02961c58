import type { Findings } from '../support/findings.ts';
import type { ChaosOptions } from '../support/site.ts';
import { crash } from './crash.ts';
import { databaseLoss } from './database.ts';
import { drain } from './drain.ts';
import { embedded } from './embedded.ts';
import { listeners } from './listeners.ts';
import { resume } from './resume.ts';
import { revoked } from './revoked.ts';
import { stalled } from './stalled.ts';

export interface Scenario {
  /** What is done. */
  title: string;
  /** What must hold. */
  promise: string;
  run(options: ChaosOptions): Promise<Findings>;
}

/** Everything that is broken on purpose, by name. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  crash: {
    title: 'Two servers, killed at random moments',
    promise: 'a server killed under load loses nothing it acknowledged and applies nothing twice',
    run: crash,
  },
  database: {
    title: 'The database stopped, killed and frozen',
    promise: 'a server outlives its database being stopped, killed and frozen, says so, and comes back by itself',
    run: databaseLoss,
  },
  drain: {
    title: 'Two servers, restarted one after the other',
    promise: 'servers restarted one after another fail nobody who sends once more, and no subscriber misses anything',
    run: drain,
  },
  embedded: {
    title: 'The embedded database, its server killed, then both',
    promise: 'a killed server adopts its embedded database, and recovers when both were killed',
    run: embedded,
  },
  resume: {
    title: 'Sockets killed again and again',
    promise: 'whoever resumes after the last cursor it saw, at either server, hears every event once and in order',
    run: resume,
  },
  listeners: {
    title: 'The connections that listen, ended every two seconds',
    promise: 'nothing is lost and nothing comes late while the connections that listen are ended again and again',
    run: listeners,
  },
  stalled: {
    title: 'Clients that stop reading',
    promise: 'clients that stop reading are closed, cost little memory, and nobody else notices',
    run: stalled,
  },
  revoked: {
    title: 'Tokens that expire, members suspended, keys revoked',
    promise: 'a socket is closed soon after its owner has lost the right to it, on every server, and nobody else is',
    run: revoked,
  },
};
