import { defineEntity, p } from '@mikro-orm/core';

const OwedJobSchema = defineEntity({
  name: 'OwedJob',
  tableName: 'owed_jobs',
  properties: {
    /** The id of the job in the queue. */
    id: p.uuid().primary(),
    name: p.text(),
    key: p.text().nullable(),
    data: p.json<object>().columnType('json'),
  },
});

/** A job whose work nothing would ask for again. Written with it, gone when it is done; backed up, which the queue is not. */
export class OwedJob extends OwedJobSchema.class {}
OwedJobSchema.setClass(OwedJob);
