import { Option } from 'commander';
import { SignJWT } from 'jose';
import { parseDurationMs } from '../src/api/duration.ts';
import { isId } from '../src/platform/ids.ts';
import { defineCommand, ExitCode, runCommand, say, UsageError } from './support/command.ts';
import { withDatabase } from './support/database.ts';
import { readSettings } from './support/settings.ts';

interface Options {
  role: 'member' | 'staff' | 'admin' | 'service';
  member?: string;
  externalId?: string;
  subject?: string;
  scopes?: string;
  expiresIn: string;
}

/** Long enough for any session of work; a token cannot be taken back before it expires. */
const LONGEST_DAYS = 366;

const command = defineCommand(
  'token',
  'Prints a JSON Web Token for the API, signed with the secret of the settings or, on the embedded database, with the ' +
    'secret kept in the data directory. The database is needed for --external-id only.',
)
  .addOption(
    new Option('--role <role>', 'whom the token speaks as')
      .choices(['member', 'staff', 'admin', 'service'])
      .default('admin'),
  )
  .option('--member <id>', 'the member a member token speaks for, by id')
  .option('--external-id <id>', 'the same, by external id')
  .option('--subject <name>', 'who it is, for the audit log; default: the command')
  .option('--scopes <scopes>', 'what a service token may do, separated by spaces, for example "activities:write"')
  .option('--expires-in <duration>', 'ISO 8601 duration, for example PT12H or P30D', 'PT12H');

await runCommand(command, async () => {
  const options = command.opts<Options>();
  const config = readSettings();
  if (config.jwtSecret === null) {
    throw new UsageError('Tokens are signed elsewhere (POKAL_JWKS_URL), so only that signer can make them.');
  }
  const lifetimeMs = parseDurationMs(options.expiresIn);
  if (lifetimeMs === null || lifetimeMs < 1_000 || lifetimeMs > LONGEST_DAYS * 86_400_000) {
    throw new UsageError(`--expires-in is an ISO 8601 duration of at most ${LONGEST_DAYS} days, for example PT12H.`);
  }
  const subject = await subjectOf(options);
  const now = Math.floor(Date.now() / 1_000);
  const scope = options.scopes === undefined ? {} : { scope: options.scopes };
  const token = new SignJWT({ role: options.role.toUpperCase(), ...scope })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.floor(lifetimeMs / 1_000));
  if (config.jwtIssuer !== null) token.setIssuer(config.jwtIssuer);
  if (config.jwtAudience !== null) token.setAudience(config.jwtAudience);
  process.stdout.write(`${await token.sign(new TextEncoder().encode(config.jwtSecret))}\n`);
  say(`For ${options.role} ${subject}, until ${new Date((now + lifetimeMs / 1_000) * 1_000).toISOString()}.`);
  return ExitCode.ok;
});

async function subjectOf(options: Options): Promise<string> {
  const { role, member, externalId, subject, scopes } = options;
  if (scopes !== undefined && role !== 'service') throw new UsageError('--scopes is for --role service only.');
  if (role !== 'member') {
    if (member === undefined && externalId === undefined) return subject ?? 'command-line';
    throw new UsageError('--member and --external-id are for --role member only.');
  }
  if (subject !== undefined) throw new UsageError('The subject of a member token is the member: leave --subject out.');
  if ((member === undefined) === (externalId === undefined)) {
    throw new UsageError('--role member needs either --member or --external-id.');
  }
  if (externalId !== undefined) return memberByExternalId(externalId);
  if (member !== undefined && isId(member)) return member;
  throw new UsageError('--member is the id of a member, a UUID in lower case.');
}

function memberByExternalId(externalId: string): Promise<string> {
  return withDatabase('token', async (orm) => {
    const rows = await orm.em
      .getConnection()
      .execute<{ id: string }[]>('select id from members where external_id = ?', [externalId]);
    if (rows[0] !== undefined) return rows[0].id;
    throw new UsageError(`There is no member with the external id "${externalId}".`);
  });
}
