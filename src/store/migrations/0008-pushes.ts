import type { Migration } from './migration.ts';

/** What is sent without having been asked for. */
export const pushes: Migration = {
  name: '0008-pushes',
  steps: ({ schema }) => [
    schema
      .createTable('pushes')
      .addColumn('id', 'text', (col) => col.primaryKey())
      .addColumn('key', 'text', (col) => col.notNull())
      .addColumn('digest', 'text', (col) => col.notNull())
      .addColumn('accepted_at', 'bigint', (col) => col.notNull()),
    schema.createIndex('pushes_by_age').on('pushes').columns(['accepted_at', 'id']),
    schema
      .createTable('push_parts')
      .addColumn('push', 'text', (col) => col.notNull())
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('kind', 'text', (col) => col.notNull())
      .addColumn('receiver', 'text', (col) => col.notNull())
      .addColumn('part', 'bigint', (col) => col.notNull())
      .addColumn('send_key', 'text')
      .addColumn('day', 'text')
      .addColumn('digest', 'text')
      .addPrimaryKeyConstraint('push_parts_key', ['push', 'channel', 'kind', 'receiver', 'part']),
    schema.createIndex('push_parts_by_day').on('push_parts').columns(['day', 'channel', 'digest']),
  ],
};
