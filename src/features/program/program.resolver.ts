import { Arg, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver } from 'type-graphql';
import type { Grant } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { DateTime } from '../../api/scalars.ts';
import type { Clock } from '../../platform/clock.ts';
import { authorOf } from '../audit/index.ts';
import type { ProgramService } from './program.service.ts';
import { ProgramStatisticsType, ProgramType, UpdateProgramInput, UpdateProgramPayload } from './program.types.ts';

@Resolver(() => ProgramType)
export class ProgramResolver {
  readonly #program: ProgramService;
  readonly #clock: Clock;

  constructor(program: ProgramService, clock: Clock) {
    this.#program = program;
    this.#clock = clock;
  }

  @Query(() => ProgramType, { description: 'The programme and its settings. Open to everybody.' })
  program(): Promise<ProgramType> {
    return this.#program.get();
  }

  @FieldResolver(() => DateTime, {
    description: "The programme's present: the database's clock, moved in tests and sandboxes.",
  })
  now(): Date {
    return new Date(this.#clock.now());
  }

  @Authorized<Grant>(Role.STAFF)
  @FieldResolver(() => ProgramStatisticsType, {
    description: 'The programme in figures. For staff and admins; counted afresh, so ask for it sparingly.',
  })
  statistics(): Promise<ProgramStatisticsType> {
    return this.#program.figures();
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => UpdateProgramPayload, {
    description: "Changes the programme's settings. Saving the same again changes nothing. For admins.",
  })
  @UserErrors(UpdateProgramPayload)
  async updateProgram(
    @Arg('input', () => UpdateProgramInput, { description: 'The settings to change.' }) input: UpdateProgramInput,
    @Ctx() context: Context,
  ): Promise<Partial<UpdateProgramPayload>> {
    return { program: await this.#program.update(input, authorOf(context)) };
  }
}
