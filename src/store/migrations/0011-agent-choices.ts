import type { Migration } from './migration.ts';

/** The agents that people have called for. */
export const agentChoices: Migration = {
  name: '0011-agent-choices',
  steps: ({ schema }) => [
    schema
      .createTable('agent_choices')
      .addColumn('scope', 'text', (col) => col.notNull())
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('agent', 'text', (col) => col.notNull())
      .addColumn('chosen_at', 'bigint', (col) => col.notNull())
      .addPrimaryKeyConstraint('agent_choices_key', ['scope', 'channel']),
  ],
};
