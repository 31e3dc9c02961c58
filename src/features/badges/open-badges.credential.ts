import { createHash, randomBytes } from 'node:crypto';
import type { StoredGoal } from '../progress/goals.definitions.ts';
import type { BadgeRecord } from './badges.definitions.ts';
import type { AwardRow } from './badges.rows.ts';

/** What a credential says of an award. */
export interface CredentialFacts {
  award: Pick<AwardRow, 'id' | 'awardedAt'>;
  badge: Pick<BadgeRecord, 'id' | 'code' | 'name' | 'description' | 'imageUrl'>;
  /** What earns it, when everybody may know. */
  goal: StoredGoal | null;
  /** The programme, which is the issuer. */
  programName: string;
  currencyCode: string;
  issuerDid: string;
  publicUrl: string;
  /** Whom it was awarded to; null where that is not to be told. */
  recipient: Recipient | null;
}

/** How somebody can prove to be the recipient. */
export interface Recipient {
  email: string | null;
  memberNumber: string;
}

const CONTEXTS = [
  'https://www.w3.org/ns/credentials/v2',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json',
] as const;

const SCHEMA = 'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json';

/** The address of an award: the page that verifies it and the id of its credential. */
export function awardUrl(publicUrl: string, awardId: string): string {
  return `${publicUrl}/badges/awards/${awardId}`;
}

/** An award as an OpenBadgeCredential of Open Badges 3.0, without a proof: plain JSON-LD. */
export function openBadgeCredential(facts: CredentialFacts): Record<string, unknown> {
  const { award, badge, issuerDid, publicUrl, programName } = facts;
  const id = awardUrl(publicUrl, award.id);
  return {
    '@context': CONTEXTS,
    id,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: badge.name,
    issuer: { id: issuerDid, type: ['Profile'], name: programName, url: publicUrl },
    validFrom: validFromOf(award.awardedAt),
    credentialSubject: {
      // Of this award alone: two credentials of one member cannot be told to be of one.
      id: `${id}#recipient`,
      type: ['AchievementSubject'],
      ...(facts.recipient === null ? {} : { identifier: [identityOf(facts.recipient)] }),
      achievement: achievementOf(facts),
    },
    credentialSchema: [{ id: SCHEMA, type: '1EdTechJsonSchemaValidator2019' }],
    credentialStatus: { id: `${id}/status`, type: '1EdTechRevocationList' },
  };
}

/** The credential as what a JWT says: itself and the registered claims that repeat it. */
export function jwtPayloadOf(credential: Record<string, unknown>): Record<string, unknown> {
  const { id, issuer, validFrom, credentialSubject } = credential;
  return {
    ...credential,
    iss: (issuer as { id: string }).id,
    jti: id,
    sub: (credentialSubject as { id: string }).id,
    nbf: Date.parse(String(validFrom)) / 1_000,
  };
}

/** Which credentials of one award are revoked: it, or none. */
export function revocationList(publicUrl: string, issuerDid: string, award: AwardRow): Record<string, unknown> {
  const id = awardUrl(publicUrl, award.id);
  const revoked = award.revokedAt === null ? [] : [{ id, revoked: true }];
  return { id: `${id}/status`, issuer: issuerDid, revokedCredential: revoked };
}

function achievementOf({ badge, goal, currencyCode, publicUrl }: CredentialFacts): Record<string, unknown> {
  const requirement = goal === null ? [] : [requirementOf(goal, currencyCode)];
  return {
    id: `urn:uuid:${badge.id}`,
    type: ['Achievement'],
    achievementType: 'Badge',
    name: badge.name,
    description: badge.description,
    criteria: { narrative: [badge.description, ...requirement].join('\n\n') },
    image: { id: badge.imageUrl ?? `${publicUrl}/badges/${badge.code}.svg`, type: 'Image', caption: badge.name },
  };
}

function requirementOf({ measure, target, activityTypes }: StoredGoal, currencyCode: string): string {
  const types = activityTypes.join(', ');
  switch (measure) {
    case 'COUNT':
      return `Earned with ${target} activities: ${types}.`;
    case 'SUM_VALUE':
      return `Earned with activities worth ${target} ${currencyCode}: ${types}.`;
    case 'SUM':
      return `Earned with a total of ${target} over activities: ${types}.`;
    case 'DISTINCT':
      return `Earned with ${target} different things in activities: ${types}.`;
  }
}

/** Whole seconds, because the claims of a JWT know no smaller, and both must say the same. */
function validFromOf(awardedAt: number): string {
  return `${new Date(awardedAt).toISOString().slice(0, 19)}Z`;
}

/** Hashed with a salt that is another one each time: whoever knows the address can check it, nobody can look it up. */
function identityOf({ email, memberNumber }: Recipient): Record<string, unknown> {
  const salt = randomBytes(16).toString('hex');
  const hash = createHash('sha256')
    .update(`${email ?? memberNumber}${salt}`)
    .digest('hex');
  const identityType = email === null ? 'ext:memberNumber' : 'emailAddress';
  return { type: 'IdentityObject', hashed: true, identityHash: `sha256$${hash}`, identityType, salt };
}
