import { readFileSync } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { Config } from '../../src/config.ts';
import { readIssuerKey } from '../../src/issuer-key.ts';
import { isPortFree } from '../../src/platform/database/postmaster.ts';

/** What a check found: fine, worth knowing, or in the way of running Pokal. */
export interface Finding {
  level: 'fine' | 'warning' | 'trouble';
  message: string;
}

const fine = (message: string): Finding => ({ level: 'fine', message });
const warning = (message: string): Finding => ({ level: 'warning', message });
const trouble = (message: string): Finding => ({ level: 'trouble', message });

/** The Node.js that Pokal is built and tested on. */
const NODE_MAJOR = 24;

/** Below the first, backups and write-ahead log fill a disk within days; below the second, PostgreSQL stops. */
const LITTLE_SPACE_BYTES = 2_000_000_000;
const NO_SPACE_BYTES = 200_000_000;

/** Tokens tolerate 60 s; beyond that, fresh tokens are refused. */
const SKEW_TROUBLE_MS = 60_000;
const SKEW_WARNING_MS = 2_000;

export function checkNode(version: string): Finding {
  const major = Number(version.split('.')[0]);
  if (major >= NODE_MAJOR) return fine(`Node.js ${version}`);
  return trouble(`Node.js ${version} is too old. Run npm ci, which brings ${NODE_MAJOR}, and start with npm.`);
}

/** The data directory: writable, its secrets private, room on its disk. */
export async function checkDataDirectory(config: Config): Promise<Finding[]> {
  const directory = resolve(config.dataDirectory);
  try {
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [trouble(`The data directory ${directory} cannot be written to. Change its owner, or set POKAL_DATA_DIR.`)];
  }
  const findings = [fine(`Data directory ${directory}`)];
  for (const name of ['jwt-secret', 'issuer-key.json', 'database.json']) {
    const file = await stat(join(directory, name)).catch(() => null);
    if (file !== null && process.platform !== 'win32' && (file.mode & 0o077) !== 0) {
      findings.push(trouble(`${join(directory, name)} can be read by others. Run chmod 600 on it.`));
    }
  }
  const disk = await statfs(directory);
  const freeBytes = disk.bavail * disk.bsize;
  const free = `${(freeBytes / 1e9).toFixed(1)} GB free on its disk`;
  if (freeBytes < NO_SPACE_BYTES) findings.push(trouble(`Only ${free}. Make room before PostgreSQL stops.`));
  else if (freeBytes < LITTLE_SPACE_BYTES) findings.push(warning(`Only ${free}. Make room soon.`));
  else findings.push(fine(free));
  return findings;
}

export function checkSecret(config: Config): Finding {
  if (config.jwtSecret !== null) return fine('A secret signs tokens');
  if (config.jwksUrl !== null) return fine(`Tokens are verified with the keys at ${config.jwksUrl}`);
  return trouble('Nothing says who signs tokens. Set POKAL_JWT_SECRET or POKAL_JWKS_URL.');
}

/** Who signs badge credentials; nobody is worth knowing, but no trouble. */
export function checkIssuer({ issuerKey, issuerDid, publicUrl, databaseUrl, dataDirectory }: Config): Finding {
  if (issuerKey !== null) {
    const isPublished = issuerDid !== null || publicUrl?.startsWith('https:') === true;
    if (isPublished) return fine('A key signs badge credentials');
    return warning('A key signs badge credentials, but did:web needs POKAL_PUBLIC_URL to be an https address.');
  }
  if (databaseUrl !== null)
    return warning('Nothing signs badge credentials, so awards have none. Set POKAL_ISSUER_KEY.');
  try {
    const kept = readFileSync(join(dataDirectory, 'issuer-key.json'), 'utf8');
    readIssuerKey(kept);
    return fine('The kept key signs badge credentials');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return fine('A key for badge credentials is made at the start');
    return trouble(`${join(dataDirectory, 'issuer-key.json')} cannot be used: ${(error as Error).message}.`);
  }
}

/**
 * The database's version, its migrations and its clock against this machine's.
 * @param served true when somebody runs the database, so that its migrations should have run.
 */
export async function checkDatabase(orm: MikroORM, served: boolean): Promise<Finding[]> {
  const connection = orm.em.getConnection();
  const askedAt = Date.now();
  const [server] = await connection.execute<{ version: string; now: number }[]>(
    `select current_setting('server_version') as version, extract(epoch from clock_timestamp())::float8 * 1000 as now`,
  );
  const skewMs = Math.round((server?.now ?? 0) - (askedAt + Date.now()) / 2);
  const findings = [fine(`PostgreSQL ${server?.version}`)];
  const pending = await orm.migrator.getPending();
  if (pending.length === 0) findings.push(fine('All migrations have run'));
  else {
    const message = `Migrations still to run: ${pending.length}. They run when the server starts.`;
    findings.push(served ? trouble(message) : warning(message));
  }
  const skew = `The database's clock differs from this machine's by ${Math.abs(skewMs)} ms`;
  if (Math.abs(skewMs) > SKEW_TROUBLE_MS) findings.push(trouble(`${skew}. Set both by NTP.`));
  else if (Math.abs(skewMs) > SKEW_WARNING_MS) findings.push(warning(`${skew}. Set both by NTP.`));
  else findings.push(fine(skew));
  return findings;
}

/** The server's port: free, or taken by a Pokal that answers. */
export async function checkPort(config: Config): Promise<Finding> {
  const { port } = config;
  if (await isFree(config)) return fine(`Port ${port} is free`);
  try {
    const response = await fetch(`http://127.0.0.1:${port}/livez`, { signal: AbortSignal.timeout(2_000) });
    if (response.ok) return fine(`Something healthy answers on port ${port}, most likely Pokal itself`);
  } catch {
    // Whatever listens there is not Pokal.
  }
  return trouble(`Port ${port} is taken by another program. Set PORT to a free one.`);
}

async function isFree({ host, port }: Config): Promise<boolean> {
  if (port === 0) return true;
  if (!(await isPortFree(port))) return false;
  if (host === '127.0.0.1') return true;
  return new Promise((resolveFree) => {
    const probe = createServer();
    probe.once('error', () => resolveFree(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolveFree(true)));
  });
}
