import { describe, expect, it } from 'vitest';
import { type AgentName, id } from '../core/ids.ts';
import type { Route } from '../core/routes.ts';
import { agentOfMenu, agentOfWord, pickRoute, type RouteQuery } from './routing.ts';

const query: RouteQuery = { channel: 'feishu', chat: 'oc_1', departments: [], roles: [], standard: id('standard') };
const to = (agent: string, conditions: Omit<Route, 'agent'> = {}): Route => ({
  agent: id<AgentName>(agent),
  ...conditions,
});
const ask = (routes: readonly Route[], given: Partial<RouteQuery>) => pickRoute(routes, { ...query, ...given });

describe('routing a question', () => {
  it.each([
    ['its channel', { channel: ['feishu'] }, {}, true],
    ['another channel', { channel: ['wecom', 'dingtalk'] }, {}, false],
    ['its chat', { chat: ['oc_1'] }, {}, true],
    ['another chat', { chat: ['oc_2'] }, {}, false],
    ['one of her departments', { department: ['sales', 'hr'] }, { departments: ['hr', 'all'] }, true],
    ['a department that is not hers', { department: ['sales'] }, { departments: ['hr'] }, false],
    ['one of her roles', { role: ['boss'] }, { roles: ['boss'] }, true],
    ['a role that she has not', { role: ['boss'] }, {}, false],
    ['a keyword, whatever its capitals', { keyword: ['VPN'] }, { text: 'my vpn is slow' }, true],
    ['a keyword in full width', { keyword: ['vpn'] }, { text: 'ＶＰＮ 断了' }, true],
    ['no keyword', { keyword: ['打印机'] }, { text: '请假' }, false],
    ['a pattern', { pattern: '工单\\d{1,8}' }, { text: '查一下工单123' }, true],
    ['no pattern', { pattern: '^工单' }, { text: '查一下工单123' }, false],
    ['a keyword where nothing is written', { keyword: ['vpn'] }, {}, false],
    ['all of its conditions', { keyword: ['vpn'], channel: ['feishu'] }, { text: 'vpn' }, true],
    ['only some of its conditions', { keyword: ['vpn'], channel: ['wecom'] }, { text: 'vpn' }, false],
    ['nothing in particular', {}, {}, true],
  ] as const)('by %s', (_, conditions, given, fits) => {
    expect(ask([to('other', conditions)], given)).toMatchObject(
      fits ? { agent: 'other', by: 'rule' } : { agent: 'standard', by: 'channel' },
    );
  });

  it('takes the first rule that fits', () => {
    const routes = [to('a', { keyword: ['x'] }), to('b', { keyword: ['vpn'] }), to('c', { keyword: ['vpn'] })];
    expect(ask(routes, { text: 'vpn' })).toMatchObject({
      agent: 'b',
      steps: [
        { index: 0, failed: 'keyword' },
        { index: 1, agent: 'b' },
      ],
    });
  });

  it('lets a word go before a choice, and a choice before the rules', () => {
    const routes = [to('rule'), to('hr', { command: ['hr', '人事'] })];
    expect(ask(routes, { text: 'hello', chosen: id('mine') })).toMatchObject({ agent: 'mine', by: 'choice' });
    expect(ask(routes, { text: '／HR  how many\ndays?', chosen: id('mine') })).toMatchObject({
      agent: 'hr',
      by: 'command',
      text: 'how many\ndays?',
    });
    expect(ask(routes, { text: '/人事 年假' })).toMatchObject({ agent: 'hr', text: '年假' });
    expect(ask(routes, { text: '/hrx y' })).toMatchObject({ agent: 'rule' });
  });

  it('knows the agent of a word alone, and of an entry of the menu', () => {
    const routes = [to('hr', { command: ['hr'], channel: ['feishu'] }), to('it', { menu: ['ask-it'] })];
    expect(agentOfWord(routes, ' /HR ', 'feishu')).toBe('hr');
    expect(agentOfWord(routes, '/hr please', 'feishu')).toBeUndefined();
    expect(agentOfWord(routes, '/hr', 'wecom')).toBeUndefined();
    expect(agentOfMenu(routes, 'ask-it', 'feishu')).toBe('it');
    expect(ask(routes, { text: 'ask-it' })).toMatchObject({ by: 'channel' });
  });
});
