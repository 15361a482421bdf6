import type { Migration } from './migration.ts';

/** Persons that are made one and parted again, and dialogues that follow the person. */
export const peopleAndSessions: Migration = {
  name: '0006-people-and-sessions',
  steps: ({ schema, sql, rising }) => [
    schema.alterTable('inbox').addColumn('waits_for', 'text'),
    schema
      .createIndex('inbox_waits')
      .on('inbox')
      .columns(['waits_for', 'seq'])
      .where(sql<boolean>`waits_for is not null and finished_at is null`),

    schema.alterTable('turns').addColumn('continued_from', 'text'),
    schema
      .createIndex('turns_of_session')
      .unique()
      .on('turns')
      .columns(['session'])
      .where(sql<boolean>`ended_at is null`),

    schema.alterTable('sessions').addColumn('name', 'text'),
    schema.alterTable('sessions').addColumn('channel', 'text'),
    schema.alterTable('sessions').addColumn('account', 'text'),
    schema.createIndex('sessions_of_scope').on('sessions').columns(['scope', 'last_used_at']),
    schema
      .createTable('session_accounts')
      .addColumn('session', 'text', (col) => col.notNull())
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('account', 'text', (col) => col.notNull())
      .addPrimaryKeyConstraint('session_accounts_key', ['session', 'channel', 'account']),
    schema.createIndex('session_accounts_account').on('session_accounts').columns(['channel', 'account']),

    schema.alterTable('people').addColumn('merged_into', 'text'),
    schema
      .createIndex('people_merged')
      .on('people')
      .columns(['merged_into'])
      .where(sql<boolean>`merged_into is not null`),
    schema.alterTable('accounts').addColumn('apart_since', 'bigint'),

    schema
      .createTable('merges')
      .addColumn('id', 'text', (col) => col.primaryKey())
      .addColumn('kept', 'text', (col) => col.notNull())
      .addColumn('absorbed', 'text', (col) => col.notNull())
      .addColumn('reason', 'text', (col) => col.notNull())
      .addColumn('actor', 'text', (col) => col.notNull())
      .addColumn('merged_at', 'bigint', (col) => col.notNull())
      .addColumn('accounts', 'text', (col) => col.notNull())
      .addColumn('ended', 'text', (col) => col.notNull())
      .addColumn('undone_at', 'bigint'),
    schema.createIndex('merges_kept').on('merges').columns(['kept']),
    schema.createIndex('merges_absorbed').on('merges').columns(['absorbed']),

    schema
      .createTable('audit')
      .addColumn('seq', rising.type, rising.key)
      .addColumn('at', 'bigint', (col) => col.notNull())
      .addColumn('actor', 'text', (col) => col.notNull())
      .addColumn('action', 'text', (col) => col.notNull())
      .addColumn('subject', 'text', (col) => col.notNull())
      .addColumn('detail', 'text', (col) => col.notNull()),
    schema.createIndex('audit_subject').on('audit').columns(['subject', 'seq']),
  ],
};
