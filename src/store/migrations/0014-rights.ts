import type { Migration } from './migration.ts';

/** Roles, who has them, what was decided by them, what is used of their quotas, and who asks for one. */
export const rights: Migration = {
  name: '0014-rights',
  steps: ({ schema, rising }) => [
    schema
      .createTable('roles')
      .addColumn('name', 'text', (col) => col.primaryKey())
      .addColumn('place', 'integer', (col) => col.notNull())
      .addColumn('body', 'text', (col) => col.notNull()),
    schema
      .createTable('grants')
      .addColumn('key', 'text', (col) => col.primaryKey())
      .addColumn('place', 'integer', (col) => col.notNull())
      .addColumn('role', 'text', (col) => col.notNull())
      .addColumn('target', 'text', (col) => col.notNull())
      .addColumn('person', 'text')
      .addColumn('from_at', 'bigint')
      .addColumn('until_at', 'bigint')
      .addColumn('actor', 'text', (col) => col.notNull())
      .addColumn('granted_at', 'bigint', (col) => col.notNull()),
    schema.createIndex('grants_person').on('grants').columns(['person']),
    schema
      .createTable('rights_state')
      .addColumn('name', 'text', (col) => col.primaryKey())
      .addColumn('revision', 'bigint', (col) => col.notNull()),
    schema
      .createTable('decisions')
      .addColumn('seq', rising.type, rising.key)
      .addColumn('at', 'bigint', (col) => col.notNull())
      .addColumn('person', 'text', (col) => col.notNull())
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('asked_right', 'text', (col) => col.notNull())
      .addColumn('allowed', 'integer', (col) => col.notNull())
      .addColumn('why', 'text', (col) => col.notNull()),
    schema.createIndex('decisions_by_age').on('decisions').columns(['at', 'seq']),
    schema.createIndex('decisions_of_person').on('decisions').columns(['person', 'seq']),
    schema
      .createTable('usage')
      .addColumn('owner', 'text', (col) => col.notNull())
      .addColumn('period', 'text', (col) => col.notNull())
      .addColumn('messages', 'bigint', (col) => col.notNull())
      .addColumn('tokens', 'bigint', (col) => col.notNull())
      .addColumn('warned', 'integer', (col) => col.notNull())
      .addColumn('used_at', 'bigint', (col) => col.notNull())
      .addPrimaryKeyConstraint('usage_key', ['owner', 'period']),
    schema.createIndex('usage_by_age').on('usage').columns(['used_at']),
    schema
      .createTable('usage_turns')
      .addColumn('turn', 'text', (col) => col.primaryKey())
      .addColumn('person', 'text', (col) => col.notNull())
      .addColumn('counters', 'text', (col) => col.notNull())
      .addColumn('tokens', 'bigint')
      .addColumn('at', 'bigint', (col) => col.notNull()),
    schema.createIndex('usage_turns_by_age').on('usage_turns').columns(['at']),
    schema
      .createTable('access_requests')
      .addColumn('id', 'text', (col) => col.primaryKey())
      .addColumn('person', 'text', (col) => col.notNull())
      .addColumn('role', 'text', (col) => col.notNull())
      .addColumn('state', 'text', (col) => col.notNull())
      .addColumn('lane', 'text', (col) => col.notNull())
      .addColumn('address', 'text', (col) => col.notNull())
      .addColumn('lang', 'text', (col) => col.notNull())
      .addColumn('asked_at', 'bigint', (col) => col.notNull())
      .addColumn('decided_at', 'bigint')
      .addColumn('decided_by', 'text'),
    schema.createIndex('access_requests_person').on('access_requests').columns(['person']),
  ],
};
