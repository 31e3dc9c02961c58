import type { DocumentAnswer, DocumentQuestion, PublicDocument } from '../../api/documents.ts';
import type { Reader } from '../../platform/reader.ts';
import { publicNameOf } from '../members/members.access.ts';
import type { MemberRow } from '../members/members.rows.ts';
import { MemberStatus, Visibility } from '../members/members.words.ts';
import type { ProgramService } from '../program/index.ts';
import { INVITATION_POLICY, type Invitation, invitationPage } from './invitation-page.ts';
import { isReferralCode, readCode } from './referrals.enrolment.ts';
import type { ReferralsService } from './referrals.service.ts';

/** What the landing page is made of. */
export interface InvitationParts {
  reader: Reader;
  program: ProgramService;
  referrals: ReferralsService;
}

/** What referrals show everybody beside the API: the page behind a referral link. */
export function referralDocuments(parts: InvitationParts): PublicDocument[] {
  return [{ path: '/r/:code', guessable: true, answer: (question) => invitationOf(parts, question) }];
}

/** Nothing for a code that nobody has, and for one that would be refused anyway: the two look alike. */
async function invitationOf(parts: InvitationParts, question: DocumentQuestion): Promise<DocumentAnswer | null> {
  const code = readCode(question.parameters.code ?? '');
  if (!isReferralCode(code)) return null;
  const [member, offer, { name, locale }] = await Promise.all([
    findReferrer(parts.reader, code),
    parts.referrals.program(),
    parts.program.get(),
  ]);
  if (member === null || offer?.status !== 'ACTIVE') return null;
  const invitation: Invitation = {
    language: languageOf(question.languages, locale),
    programName: name,
    referrerName: isNamed(member) ? publicNameOf(member) : null,
    code,
    welcomePoints: offer.refereePoints,
    joinUrl: offer.joinUrl === null ? null : withCode(offer.joinUrl, code),
  };
  return { type: 'text/html; charset=utf-8', body: invitationPage(invitation), policy: INVITATION_POLICY };
}

type Named = Pick<MemberRow, 'status' | 'visibility' | 'displayName' | 'alias'>;

async function findReferrer(reader: Reader, code: string): Promise<Named | null> {
  const [row] = await reader.query<Named>(
    `select status, visibility, display_name as "displayName", alias from members
     where referral_code = $1 and status = '${MemberStatus.ACTIVE}'`,
    [code],
  );
  return row ?? null;
}

/** Without a name or an alias to show, the page speaks of somebody. */
function isNamed({ visibility, alias }: Named): boolean {
  return visibility === Visibility.PUBLIC || (visibility === Visibility.ALIAS && alias !== null);
}

/** The first of the two languages that the browser asks for; the programme's when it asks for neither. */
function languageOf(languages: string, locale: string): 'sv' | 'en' {
  const asked = [...languages.split(','), locale].map((tag) => tag.trim().slice(0, 2).toLowerCase());
  return asked.find((tag) => tag === 'sv' || tag === 'en') === 'sv' ? 'sv' : 'en';
}

function withCode(joinUrl: string, code: string): string {
  const url = new URL(joinUrl);
  url.searchParams.set('referral', code);
  return url.href;
}
