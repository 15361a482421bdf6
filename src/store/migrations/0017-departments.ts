import type { Migration } from './migration.ts';

/** Departments, who is in them, and who has left for good. */
export const departments: Migration = {
  name: '0017-departments',
  steps: ({ schema }) => [
    schema
      .createTable('departments')
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('department', 'text', (col) => col.notNull())
      .addColumn('name', 'text')
      .addColumn('parent', 'text')
      .addColumn('seen_at', 'bigint', (col) => col.notNull())
      .addPrimaryKeyConstraint('departments_key', ['channel', 'department']),
    schema
      .createTable('memberships')
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('account', 'text', (col) => col.notNull())
      .addColumn('department', 'text', (col) => col.notNull())
      .addPrimaryKeyConstraint('memberships_key', ['channel', 'account', 'department']),
    schema.createIndex('memberships_department').on('memberships').columns(['channel', 'department']),
    schema.alterTable('people').addColumn('left_at', 'bigint'),
  ],
};
