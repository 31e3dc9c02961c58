/**
 * The mailbox of a member's address in SQL: without a tag after a plus, and without dots where they mean nothing. The index
 * `members_mailbox` is made of it; `mailboxOf` of src/rules/referrals.ts computes the same.
 */
export const MAILBOX = `(case when split_part(email, '@', 2) in ('gmail.com', 'googlemail.com')
  then replace(split_part(split_part(email, '@', 1), '+', 1), '.', '') || '@gmail.com'
  else split_part(split_part(email, '@', 1), '+', 1) || '@' || split_part(email, '@', 2) end)`;
