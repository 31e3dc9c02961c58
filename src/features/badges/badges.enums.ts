import { registerEnumType } from 'type-graphql';
import type * as rules from '../../rules/game.types.ts';

/** The pure core's words as GraphQL enums; `satisfies` keeps the two lists the same. */
export const OnReversal = {
  KEEP: 'KEEP',
  REVOKE: 'REVOKE',
} as const satisfies { [Policy in rules.OnReversal]: Policy };

registerEnumType(OnReversal, {
  name: 'OnReversal',
  description: 'What becomes of an award when what had earned it is reversed, for example by a refund.',
  valuesConfig: {
    KEEP: { description: 'The member keeps it.' },
    REVOKE: { description: 'It is revoked, unless what remains still earns it.' },
  },
});
