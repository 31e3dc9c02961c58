import type { DocumentAnswer, DocumentQuestion, PublicDocument } from '../../api/documents.ts';
import { AWARD_PAGE_POLICY, awardPage } from './award-page.ts';
import { badgePicture } from './badge-picture.ts';
import { revocationList } from './open-badges.credential.ts';
import type { OpenBadges } from './open-badges.service.ts';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;

/** What badges show everybody beside the API: drawn pictures and, where credentials are issued, what verifies them. */
export function badgeDocuments(openBadges: OpenBadges | null): PublicDocument[] {
  const pictures = { path: '/badges/:file', answer: pictureOf };
  if (openBadges === null) return [pictures];
  const { issuer } = openBadges;
  const published = (path: string, body: object, type = JSON_TYPE) => {
    return { path, answer: () => ({ type, body: JSON.stringify(body), keepFor: HOUR_SECONDS, everywhere: true }) };
  };
  return [
    pictures,
    { path: '/badges/awards/:id', answer: (question) => awardOf(openBadges, question) },
    { path: '/badges/awards/:id/status', answer: (question) => statusOf(openBadges, question) },
    published('/.well-known/jwks.json', issuer.jwks, 'application/jwk-set+json'),
    published('/.well-known/did.json', issuer.didDocument, 'application/did+json'),
    // Where did:web looks when the public address has a path, which the proxy in front takes away.
    published('/did.json', issuer.didDocument, 'application/did+json'),
  ];
}

const JSON_TYPE = 'application/json; charset=utf-8';
const JSON_LD_TYPE = 'application/ld+json; charset=utf-8';

function pictureOf({ parameters }: DocumentQuestion): DocumentAnswer | null {
  const [, code] = /^(.+)\.svg$/.exec(parameters.file ?? '') ?? [];
  const picture = code === undefined ? null : badgePicture(code);
  return picture === null ? null : { type: 'image/svg+xml', body: picture, keepFor: DAY_SECONDS, everywhere: true };
}

/** A page for people; for machines the credential without a proof and without a recipient, or that it is gone. */
async function awardOf(openBadges: OpenBadges, question: DocumentQuestion): Promise<DocumentAnswer | null> {
  const { id = '' } = question.parameters;
  const shown = await openBadges.shown(id.toLowerCase(), question.query.shared ?? null);
  if (shown === null) return null;
  if (question.prefersPage) {
    return { type: 'text/html; charset=utf-8', body: awardPage(shown), policy: AWARD_PAGE_POLICY };
  }
  const { award, credential } = shown;
  if (award.revokedAt === null) return { type: JSON_LD_TYPE, body: JSON.stringify(credential), everywhere: true };
  const revoked = { id: credential.id, revoked: true, revokedAt: new Date(award.revokedAt).toISOString() };
  return { status: 410, type: JSON_TYPE, body: JSON.stringify(revoked), everywhere: true };
}

async function statusOf(openBadges: OpenBadges, { parameters }: DocumentQuestion): Promise<DocumentAnswer | null> {
  const award = await openBadges.find((parameters.id ?? '').toLowerCase());
  if (award === null) return null;
  const { did, publicUrl } = openBadges.issuer;
  return { type: JSON_TYPE, body: JSON.stringify(revocationList(publicUrl, did, award)), everywhere: true };
}
