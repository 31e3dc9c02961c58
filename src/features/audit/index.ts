export { AuditResolver, findAuditNode } from './audit.resolver.ts';
export {
  type AuditDraft,
  type AuditFilter,
  type AuditRecord,
  AuditService,
  type Author,
  authorOf,
} from './audit.service.ts';
export { AuditEntryConnection, AuditEntryType } from './audit.types.ts';
