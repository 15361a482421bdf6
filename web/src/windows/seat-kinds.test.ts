import { describe, expect, it } from 'vitest';
import type { PlatformKind, SimApp, SimPerson } from '../../../src/simulator/contract.ts';
import { framesOf } from './frames.ts';
import { canSitAt, kindOf, openSeatsOf, personAt, SEATS, type SeatId, seatsOf } from './seat-kinds.ts';

function person(id: string, role: SimPerson['role'], ...platforms: PlatformKind[]): SimPerson {
  const words = { zh: id, en: id };
  const accounts = Object.fromEntries(platforms.map((platform) => [platform, { ids: {}, perApp: {} }]));
  return { id, name: id, enName: id, role, title: words, avatar: { color: 'red', letters: id }, accounts };
}

function app(platform: PlatformKind, rest: Partial<SimApp> = {}): SimApp {
  const avatar = { color: 'red', letters: 'A' };
  const lists = { menu: [], scopes: [], credentials: {}, env: {} };
  return {
    platform,
    id: platform,
    name: platform,
    avatar,
    botId: '',
    mode: 'webhook',
    connections: 0,
    ...lists,
    ...rest,
  };
}

const lin = person('lin', 'employee', 'feishu', 'wecom', 'dingtalk');
const chen = person('chen', 'colleague', 'feishu', 'wecom', 'dingtalk');
const zhao = person('zhao', 'customer', 'wecom');
const NOBODY_CHOSEN = { person: undefined, others: {} };
const FEISHU = [app('feishu')];

describe('who sits where', () => {
  it('is the employee until somebody else is chosen, and a customer at no window of the company', () => {
    const cast = { people: [zhao, chen, lin], apps: FEISHU };
    expect(personAt('desktop', NOBODY_CHOSEN, cast)?.id).toBe('lin');
    expect(personAt('desktop', { person: 'chen', others: {} }, cast)?.id).toBe('chen');
    expect(personAt('desktop', { person: 'zhao', others: {} }, cast)?.id).toBe('lin');
    expect(canSitAt('desktop', zhao, FEISHU)).toBe(false);
  });

  it('is somebody else at one window, when that was chosen there', () => {
    const state = { person: 'lin', others: { phone: 'chen' } };
    const cast = { people: [lin, chen], apps: FEISHU };
    expect([personAt('desktop', state, cast)?.id, personAt('phone', state, cast)?.id]).toEqual(['lin', 'chen']);
  });
});

describe('who serves customers', () => {
  const servicers = [
    { person: 'chen', onDuty: false },
    { person: 'lin', onDuty: true },
  ];
  const apps = [app('wecom'), app('wecom', { surface: 'kf', id: 'wk1', servicers })];

  it('is whoever the account names, in its order, on duty or not: nobody is swapped for going off duty', () => {
    expect(personAt('servicer', NOBODY_CHOSEN, { people: [lin, chen, zhao], apps })?.id).toBe('chen');
    expect(personAt('servicer', { person: 'lin', others: {} }, { people: [lin, chen], apps })?.id).toBe('lin');
    expect(personAt('servicer', NOBODY_CHOSEN, { people: [zhao], apps })).toBeUndefined();
  });

  it('has windows only where there is customer service', () => {
    expect(seatsOf(apps)).toEqual(['wecom', 'wechat', 'servicer']);
    expect(seatsOf([app('wecom')])).toEqual(['wecom']);
    expect(personAt('wechat', NOBODY_CHOSEN, { people: [lin, zhao], apps })?.id).toBe('zhao');
  });
});

describe('the windows that are open', () => {
  it('are the first of each simulated platform, as many as there is room for', () => {
    const apps = [...FEISHU, app('wecom'), app('dingtalk')];
    const open = openSeatsOf(apps, undefined, 3);
    expect(new Set(open.map((seat) => kindOf(seat).platform)).size).toBe(open.length);
    expect(open[0]).toBe('desktop');
    expect(openSeatsOf(apps, undefined, 1)).toEqual(['desktop']);
  });

  it('are those that were chosen, without any that are not there', () => {
    expect(openSeatsOf(FEISHU, ['phone', 'fax', 'desktop'], 3)).toEqual(['phone', 'desktop']);
    expect(openSeatsOf(FEISHU, ['fax'], 3)).toEqual(['desktop']);
    expect(openSeatsOf([], ['desktop'], 3)).toEqual([]);
  });

  it('have no two with one name', () => {
    const ids: SeatId[] = SEATS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(seatsOf(FEISHU).every((seat) => kindOf(seat).platform === 'feishu')).toBe(true);
  });
});

describe('how a window looks', () => {
  it('is a computer’s where there is room for a list and a conversation, else a phone’s', () => {
    expect(framesOf(['desktop', 'phone'], 1280)).toEqual(['desktop', 'phone']);
    expect(framesOf(['desktop', 'desktop'], 1280)).toEqual(['desktop', 'desktop']);
    expect(framesOf(['desktop', 'desktop', 'desktop'], 1280)).toEqual(['phone', 'phone', 'phone']);
    expect(framesOf(['desktop', 'desktop', 'desktop'], 1920)).toEqual(['desktop', 'desktop', 'desktop']);
  });
});
