import type { Migration } from './migration.ts';

/** What vendors count of us in a month. */
export const calls: Migration = {
  name: '0003-calls',
  steps: ({ schema }) => [
    schema
      .createTable('calls')
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('month', 'text', (col) => col.notNull())
      .addColumn('kind', 'text', (col) => col.notNull())
      .addColumn('number', 'bigint', (col) => col.notNull())
      .addPrimaryKeyConstraint('calls_key', ['month', 'channel', 'kind']),
  ],
};
