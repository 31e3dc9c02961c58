import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Role, type Viewer } from './context.ts';
import { DateTime } from './scalars.ts';

registerEnumType(Role, {
  name: 'Role',
  description: 'Who may do what: each field says in its description which of these it is for.',
  valuesConfig: {
    MEMBER: { description: 'A member: its own data, what is public, and its own actions.' },
    STAFF: { description: 'People at the counter: they read any member and record activities.' },
    ADMIN: { description: 'Those who run the programme: everything.' },
    SERVICE: { description: "A shop's system with an API key: what the scopes of its key allow." },
  },
});

/** The viewer as GraphQL shows it. */
@ObjectType('Viewer', { description: 'Whom the server takes you for.', simpleResolvers: true })
export class ViewerType implements Pick<Viewer, 'role' | 'memberId' | 'scopes'> {
  @Field(() => Role, { nullable: true, description: 'What your credential makes you; null without one.' })
  role!: Role | null;

  @Field(() => ID, { nullable: true, description: 'The member your token speaks for; null for everyone else.' })
  memberId!: string | null;

  @Field(() => [String], { description: 'What a SERVICE may do, such as `members:read`; empty for everyone else.' })
  scopes!: readonly string[];

  @Field(() => DateTime, { nullable: true, description: 'When your credential ends; null when it does not.' })
  expiresAt!: Date | null;
}
