import { isIP } from 'node:net';
import { networkOf } from '../../api/rate-limits.ts';
import { requireLocale } from '../../platform/locale.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { isStorableJson, requireLine } from '../../platform/text.ts';
import type { MemberProfile } from './members.rows.ts';
import { Visibility } from './members.words.ts';

/** A profile as a client sends it: left out is "not given", null is "none". */
export type ProfileInput = { [Key in keyof MemberProfile]?: MemberProfile[Key] | null | undefined };

const LONGEST_NAME = 120;
const LONGEST_ALIAS = 60;
const LONGEST_EXTERNAL_ID = 255;
const LONGEST_EMAIL = 254;
const MOST_INTERESTS = 50;
const LONGEST_INTEREST = 60;
const LONGEST_FINGERPRINT = 500;
/** Rules read attributes on every activity of the member, so they stay small. */
const LARGEST_ATTRIBUTES_BYTES = 4_096;

// No spaces, one @, a dot somewhere behind it: what lies beyond that only sending a message can tell.
const EMAIL = /^[^\s@,;:<>()"\\[\]]+@[^\s@,;:<>()"\\[\]]+\.[^\s@.,;:<>()"\\[\]]+$/;

type Check<Key extends keyof MemberProfile> = (value: NonNullable<MemberProfile[Key]>) => MemberProfile[Key];

const CHECKS: { readonly [Key in keyof MemberProfile]: Check<Key> } = {
  displayName: (name) => requireLine(name, { path: ['input', 'displayName'], longest: LONGEST_NAME }),
  externalId: (id) => requireLine(id, { path: ['input', 'externalId'], longest: LONGEST_EXTERNAL_ID }),
  alias: (alias) => requireLine(alias, { path: ['input', 'alias'], longest: LONGEST_ALIAS }),
  locale: (locale) => requireLocale(locale, ['input', 'locale']),
  email: checkedEmail,
  visibility: (visibility) => visibility,
  timeZone: (timeZone) => timeZone,
  interests: checkedInterests,
  attributes: checkedAttributes,
};

/** What stands for "none" in columns that hold no null; a name has no such thing. */
const NONE: Partial<MemberProfile> = { interests: [], attributes: {}, visibility: Visibility.PUBLIC };
const NULLABLE = new Set<keyof MemberProfile>(['externalId', 'alias', 'email', 'locale', 'timeZone']);

/**
 * Checks what was given of a profile and brings it into the form in which it is stored: composed, trimmed, e-mail in
 * lower case, locale canonical, interests distinct. What was not given is missing from the answer.
 * @throws Refusal BAD_USER_INPUT with the path of the first field that is wrong.
 */
export function checkedProfile(input: ProfileInput): Partial<MemberProfile> {
  const profile: Partial<Record<keyof MemberProfile, unknown>> = {};
  for (const key of Object.keys(CHECKS) as (keyof MemberProfile)[]) {
    const value = input[key];
    if (value !== undefined) profile[key] = value === null ? none(key) : CHECKS[key](value as never);
  }
  return profile as Partial<MemberProfile>;
}

function none(key: keyof MemberProfile): unknown {
  if (NULLABLE.has(key)) return null;
  if (key in NONE) return NONE[key];
  throw badInput(['displayName'], 'A member always has a display name; give another one instead of none.');
}

function checkedEmail(email: string): string {
  const address = requireLine(email, { path: ['input', 'email'], longest: LONGEST_EMAIL }).toLowerCase();
  if (EMAIL.test(address)) return address;
  throw badInput(['email'], 'This is not an e-mail address. Write it plainly, for example "anna@example.com".');
}

function checkedInterests(interests: readonly string[]): string[] {
  if (interests.length > MOST_INTERESTS) {
    throw badInput(['interests'], `A member has at most ${MOST_INTERESTS} interests.`);
  }
  const lines = interests.map((interest, index) =>
    requireLine(interest, { path: ['input', 'interests', String(index)], longest: LONGEST_INTEREST }),
  );
  return [...new Set(lines)];
}

function checkedAttributes(attributes: Record<string, unknown>): Record<string, unknown> {
  const json = JSON.stringify(attributes);
  if (Buffer.byteLength(json) > LARGEST_ATTRIBUTES_BYTES) {
    throw badInput(['attributes'], `Attributes have at most ${LARGEST_ATTRIBUTES_BYTES} bytes of JSON together.`);
  }
  if (isStorableJson(json)) return attributes;
  throw badInput(['attributes'], 'Attributes hold a character that cannot be stored: U+0000 or half a surrogate pair.');
}

/**
 * On which device and from which address somebody enrols, as it is compared.
 * @throws Refusal BAD_USER_INPUT with the path of the field.
 */
export function checkedWhereabouts(input: {
  deviceFingerprint?: string | null | undefined;
  clientAddress?: string | null | undefined;
}): { deviceFingerprint: string | null; clientAddress: string | null } {
  const { deviceFingerprint = null, clientAddress = null } = input;
  const limits = { path: ['input', 'deviceFingerprint'], longest: LONGEST_FINGERPRINT };
  const address = clientAddress?.trim().toLowerCase() ?? null;
  if (address !== null && isIP(address) === 0) {
    throw badInput(['clientAddress'], 'This is no IPv4 or IPv6 address. Write it as "192.0.2.7" or "2001:db8::7".');
  }
  return {
    deviceFingerprint: deviceFingerprint === null ? null : requireLine(deviceFingerprint, limits),
    clientAddress: address === null ? null : lineOf(address),
  };
}

/**
 * What stands for the line behind an address: of IPv6 its network, because every device there has addresses of its own and
 * changes them daily; of IPv4 the address, also where it is written as one of IPv6.
 */
function lineOf(address: string): string {
  const [bare = address] = address.split('%');
  if (isIP(bare) === 4 || bare.includes('.')) return networkOf(bare);
  // A URL writes every IPv6 address in the one shortest way.
  return networkOf(new URL(`http://[${bare}]/`).hostname.slice(1, -1));
}

/** The refusal of one field of a member's input. */
export function badInput(path: readonly string[], message: string): Refusal {
  return new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: ['input', ...path] });
}
