import { prepare, type Sql } from './sql.ts';

/** Whose dialogue, on which channel. */
export interface ChoicePlace {
  readonly scope: string;
  readonly channel: string;
}

export const agentChoiceQueries = {
  read: prepare((db, p: ChoicePlace) =>
    db.selectFrom('agent_choices').select('agent').where('scope', '=', p.scope).where('channel', '=', p.channel),
  ),

  write: prepare((db, p: ChoicePlace & { agent: string; now: number }) =>
    db
      .insertInto('agent_choices')
      .values({ scope: p.scope, channel: p.channel, agent: p.agent, chosen_at: p.now })
      .onConflict((conflict) =>
        conflict.columns(['scope', 'channel']).doUpdateSet({ agent: p.agent, chosen_at: p.now }),
      ),
  ),

  ofScope: prepare((db, p: { scope: string }) =>
    db.selectFrom('agent_choices').select(['channel', 'agent', 'chosen_at']).where('scope', '=', p.scope),
  ),

  dropScope: prepare((db, p: { scope: string }) => db.deleteFrom('agent_choices').where('scope', '=', p.scope)),

  drop: prepare((db, p: ChoicePlace) =>
    db.deleteFrom('agent_choices').where('scope', '=', p.scope).where('channel', '=', p.channel),
  ),
};

export async function chosen(sql: Sql, place: ChoicePlace): Promise<string | undefined> {
  return (await sql.one(agentChoiceQueries.read, { ...place }))?.agent;
}

/** @param agent - Null goes back to what the rules say. */
export async function choose(sql: Sql, place: ChoicePlace, agent: string | null, now: number): Promise<void> {
  if (agent === null) await sql.run(agentChoiceQueries.drop, { ...place });
  else await sql.run(agentChoiceQueries.write, { ...place, agent, now });
}

/** What two persons have called for is hers who stays; where both have on one channel, the later choice holds. */
export async function joinChoices(sql: Sql, kept: string, absorbed: string): Promise<void> {
  const hers = await sql.all(agentChoiceQueries.ofScope, { scope: kept });
  for (const { channel, agent, chosen_at: now } of await sql.all(agentChoiceQueries.ofScope, { scope: absorbed })) {
    const isLater = !hers.some((one) => one.channel === channel && one.chosen_at > now);
    if (isLater) await sql.run(agentChoiceQueries.write, { scope: kept, channel, agent, now });
  }
  await sql.run(agentChoiceQueries.dropScope, { scope: absorbed });
}
