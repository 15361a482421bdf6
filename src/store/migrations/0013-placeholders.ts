import type { Migration } from './migration.ts';

/** What stands for a person's values in what an agent reads. */
export const placeholders: Migration = {
  name: '0013-placeholders',
  steps: ({ schema, sql }) => [
    schema
      .createTable('placeholders')
      .addColumn('session', 'text', (col) => col.notNull())
      .addColumn('kind', 'text', (col) => col.notNull())
      .addColumn('number', 'integer', (col) => col.notNull())
      .addColumn('person', 'text', (col) => col.notNull())
      .addColumn('lang', 'text', (col) => col.notNull())
      .addColumn('own', 'integer', (col) => col.notNull())
      .addColumn('body', 'text', (col) => col.notNull())
      .addColumn('used_at', 'bigint', (col) => col.notNull())
      .addPrimaryKeyConstraint('placeholders_key', ['session', 'kind', 'number']),
    schema.createIndex('placeholders_person').on('placeholders').columns(['person']),
    schema.createIndex('placeholders_used').on('placeholders').columns(['used_at']).where(sql<boolean>`body <> ''`),
  ],
};
