import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Client } from '../support/client.ts';
import { BadgesStage } from './badges-stage.ts';

// The package has no types that the compiler finds.
const wallet: {
  UnsignedAchievementCredentialValidator: { safeParse(value: unknown): { success: boolean; error?: Error } };
} = createRequire(import.meta.url)('@learncard/types');

/** What a wallet of others takes for an Open Badges credential. */
export const walletSchema = wallet.UnsignedAchievementCredentialValidator;

export const PUBLIC_URL = 'https://club.example';
export const DID = 'did:web:club.example';
/** A key of each kind, by the algorithm that signs with it. */
export const KEYS: Record<string, JsonWebKey> = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  EdDSA: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
};

export interface Credential {
  id: string;
  issuer: { id: string; name: string };
  validFrom: string;
  credentialSubject: {
    id: string;
    identifier?: { identityHash: string; identityType: string; salt: string }[];
    achievement: { id: string; name: string; criteria: { narrative: string }; image: { id: string } };
  };
  credentialStatus: { id: string };
}

export interface Exported {
  id: string;
  credential: string | null;
  verificationUrl: string | null;
  shareUrl: string | null;
}

const PROFILES: Record<string, object> = {
  olga: { displayName: 'Olga Open', email: 'Olga@club.example' },
  anna: { displayName: 'Anna Alias', visibility: 'ALIAS', alias: '<script>alert(1)</script>' },
  hanna: { displayName: 'Hanna Hidden', visibility: 'HIDDEN', alias: 'Never Shown' },
};

/** A club that issues credentials: Olga, Anna and Hanna have a badge each. */
export class Issuing {
  readonly badges: BadgesStage;
  /** The ids of members and of their awards by name. */
  readonly ids: Record<string, string> = {};
  readonly awards: Record<string, string> = {};

  private constructor(badges: BadgesStage) {
    this.badges = badges;
  }

  static async open(): Promise<Issuing> {
    const config = { publicUrl: PUBLIC_URL, issuerKey: KEYS.ES256 ?? null };
    const issuing = new Issuing(await BadgesStage.open({ config }));
    const { badges, ids, awards } = issuing;
    await badges.begin();
    await badges.save({ name: 'Walker <b>&</b> "more"', goal: badges.walks(1) });
    for (const [name, profile] of Object.entries(PROFILES)) {
      ids[name] = await badges.shop.enrol({ ...profile });
      await badges.walk(1, { memberId: ids[name] });
      awards[name] = (await badges.awardsOf(ids[name] ?? ''))[0]?.id ?? '';
    }
    return issuing;
  }

  get url(): string {
    return this.badges.shop.app.url;
  }

  /** The client of a member. */
  as(name: string): Client {
    return this.badges.member(this.ids[name] ?? '');
  }

  async exported(awardId: string, client: Client): Promise<Exported> {
    const document =
      'query ($id: ID!) { node(id: $id) { ... on BadgeAward { id credential verificationUrl shareUrl } } }';
    return (await client.data<{ node: Exported }>(document, { id: awardId })).node;
  }

  /** The credential of somebody's badge as its member exports it. */
  async credentialOf(name: string): Promise<string> {
    return (await this.exported(this.awards[name] ?? '', this.as(name))).credential ?? '';
  }

  /** The path of the page of somebody's award. */
  pathOf(name: string): string {
    return `/badges/awards/${this.awards[name]}`;
  }

  ask(path: string, accept: string): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: { accept } });
  }
}

/** The JSON of one part of a token: 0 is the header, 1 what it says. */
export function partOf(token: string, index: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString());
}
