export { type AuditDraft, type AuditFilter, type AuditRecord, AuditService, type Author } from './audit.service.ts';
