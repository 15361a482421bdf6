import { describe, expect, it } from 'vitest';
import { isScenario, SCENARIOS, scenarioIn } from './scenarios.ts';

describe('choosing a scenario by the words of a question', () => {
  it.each(SCENARIOS.filter(({ words }) => words.length > 0))(
    'chooses $name by each of its words',
    ({ name, words }) => {
      for (const word of words) expect(scenarioIn(`Please ${word.toUpperCase()}!`)).toBe(name);
    },
  );

  it.each(SCENARIOS.filter((one) => 'ask' in one))('chooses $name by the hint people are shown', (scenario) => {
    const { name } = scenario;
    const { zh, en } = (scenario as { ask: { zh: string; en: string } }).ask;
    expect([scenarioIn(zh) ?? 'normal', scenarioIn(en) ?? 'normal']).toEqual([name, name]);
  });

  it.each(['How do I apply for annual leave?', '帮我写一封邮件', 'Is the vegetable market stable?', 'resources', ''])(
    'leaves %j alone',
    (query) => expect(scenarioIn(query)).toBeUndefined(),
  );

  it('prefers a name behind a hash sign to any word', () => expect(scenarioIn('天气 #echo')).toBe('echo'));

  it('overlooks hash signs that name nothing', () => expect(scenarioIn('see #42 and #nothing')).toBeUndefined());

  it('has each name and each word once', () => {
    const all = SCENARIOS.flatMap(({ name, words }) => [`#${name}`, ...words]);
    expect(new Set(all).size).toBe(all.length);
    expect(isScenario('toString')).toBe(false);
  });
});
