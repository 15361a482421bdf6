import type { Migration } from './migration.ts';

/** How far the gateway has come in what it pulls from vendors. */
export const cursors: Migration = {
  name: '0002-cursors',
  steps: ({ schema }) => [
    schema
      .createTable('cursors')
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('name', 'text', (col) => col.notNull())
      .addColumn('place', 'text', (col) => col.notNull())
      .addColumn('moved_at', 'bigint', (col) => col.notNull())
      .addPrimaryKeyConstraint('cursors_key', ['channel', 'name']),
  ],
};
