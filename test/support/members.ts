import { newId } from '../../src/platform/ids.ts';
import type { Client } from './client.ts';

/** Enrols a member and asks for everything about it. */
export const ENROL = `mutation ($input: EnrollMemberInput!) {
  enrollMember(input: $input) {
    member {
      id externalId memberNumber displayName alias email status visibility joinedAt timeZone locale interests attributes
      referralCode referralLink
    }
    effects { __typename id cursor occurredAt member { id } }
    replayed
    userErrors { code path message }
  }
}`;

/** A member as the tests ask for one. */
export interface MemberData {
  id: string;
  memberNumber: string;
  displayName: string;
  email: string | null;
  externalId: string | null;
  referralCode: string;
  [field: string]: unknown;
}

export interface UserErrorData {
  code: string;
  path: string[] | null;
}

export interface Enrolled {
  member: MemberData | null;
  effects: { __typename: string; id: string; cursor: string; occurredAt: string; member: { id: string } }[];
  replayed: boolean;
  userErrors: UserErrorData[];
}

/** Enrols Kim Berg under a new key, or whoever `input` says. */
export async function enrol(client: Client, input: object = {}): Promise<Enrolled> {
  const all = { idempotencyKey: newId(), displayName: 'Kim Berg', ...input };
  return (await client.data<{ enrollMember: Enrolled }>(ENROL, { input: all })).enrollMember;
}

/** A new member. @throws Error when the enrolment is refused. */
export async function someone(client: Client, input: object = {}): Promise<MemberData> {
  const { member, userErrors } = await enrol(client, input);
  if (member === null) throw new Error(JSON.stringify(userErrors));
  return member;
}

/** The code of an answer's first top-level error, or undefined. */
export async function codeOf(
  answer: Promise<{ errors?: { extensions: Record<string, unknown> }[] }>,
): Promise<unknown> {
  return (await answer).errors?.[0]?.extensions.code;
}
