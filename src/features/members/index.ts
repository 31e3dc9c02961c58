export { MemberEnrolled, MemberEvent, toEvent } from './member-events.types.ts';
export { mayReadMember, READERS, toMember, WRITERS } from './members.access.ts';
export type { EnrolledHook, Enrolment, MemberDraft } from './members.enrolment.ts';
export { findMemberNode, memberLoader } from './members.loader.ts';
export { MembersResolver } from './members.resolver.ts';
export type { MemberRow } from './members.rows.ts';
export { type EnrolAnswer, type EnrolInput, type MembersOptions, MembersService } from './members.service.ts';
export { Member, MemberConnection } from './members.types.ts';
export { MemberStatus, Visibility } from './members.words.ts';
