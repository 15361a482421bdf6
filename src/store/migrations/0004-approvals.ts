import type { Migration } from './migration.ts';

/** Approvals that were started here, for the events that tell how they end. */
export const approvals: Migration = {
  name: '0004-approvals',
  steps: ({ schema, sql }) => [
    schema
      .createTable('approvals')
      .addColumn('id', 'text', (col) => col.primaryKey())
      .addColumn('purpose', 'text', (col) => col.notNull())
      .addColumn('subject', 'text', (col) => col.notNull())
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('template', 'text', (col) => col.notNull())
      .addColumn('asker', 'text', (col) => col.notNull())
      .addColumn('person', 'text')
      .addColumn('instance', 'text')
      .addColumn('state', 'text', (col) => col.notNull())
      .addColumn('state_at', 'bigint', (col) => col.notNull())
      .addColumn('decisions', 'text', (col) => col.notNull())
      .addColumn('handled_state', 'text')
      .addColumn('created_at', 'bigint', (col) => col.notNull())
      .addColumn('claimed_until', 'bigint', (col) => col.notNull())
      .addColumn('code', 'text'),
    schema
      .createIndex('approvals_instance')
      .unique()
      .on('approvals')
      .columns(['channel', 'instance'])
      .where(sql<boolean>`instance is not null`),
    schema.createIndex('approvals_starting').on('approvals').column('channel').where(sql<boolean>`state = 'starting'`),
    schema.createIndex('approvals_newest').on('approvals').column('created_at'),
  ],
};
