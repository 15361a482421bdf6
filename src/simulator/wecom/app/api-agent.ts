import { asObject } from '../../../lib/read.ts';
import type { MenuItem } from '../../contract.ts';
import { COMPANY } from '../../staff.ts';
import type { WecomApp } from '../apps.ts';
import { appOfCall, type Call, type Endpoint, json, jsonBody, type Reply } from '../call.ts';
import { WecomRefusal } from '../errors.ts';
import { list, text } from '../json.ts';

/** The app itself and its menu. */
export const AGENT_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: 'menu/create', token: 'app', run: createMenu },
  { method: 'GET', path: 'menu/get', token: 'app', run: getMenu },
  { method: 'GET', path: 'menu/delete', token: 'app', run: deleteMenu },
  { method: 'GET', path: 'agent/get', token: 'app', run: getAgent },
  { method: 'GET', path: 'agent/list', token: 'app', run: listAgents },
];

const MAX_TOP = 3;
const MAX_SUB = 5;

function ownApp(call: Call): WecomApp {
  const app = appOfCall(call);
  if (call.query.get('agentid') !== app.id) throw new WecomRefusal(40056);
  return app;
}

function createMenu(call: Call): Reply {
  const app = ownApp(call);
  const menu = jsonBody(call);
  const items = list(menu['button']);
  if (items.length === 0 || items.length > MAX_TOP) throw new WecomRefusal(40058, 'button size');
  app.menu = items.map((item) => menuItem(item, true));
  app.ownMenu = menu;
  call.world.teller.appChanged(app);
  return json();
}

function menuItem(value: unknown, isTop: boolean): MenuItem {
  const item = asObject(value) ?? {};
  const name = text(item['name']);
  if (name === '') throw new WecomRefusal(40058, 'button name');
  const label = { zh: name, en: name };
  const inner = list(item['sub_button']);
  if (inner.length > 0) {
    if (!isTop || inner.length > MAX_SUB) throw new WecomRefusal(40058, 'sub_button size');
    return { label, items: inner.map((one) => menuItem(one, false)) };
  }
  const key = text(item['key']) || text(item['url']) || text(item['pagepath']);
  if (text(item['type']) === '' || key === '') throw new WecomRefusal(40058, 'button type or key');
  return { label, key };
}

function getMenu(call: Call): Reply {
  const { ownMenu } = ownApp(call);
  if (ownMenu === undefined) throw new WecomRefusal(40058, 'no menu');
  return json(asObject(ownMenu) ?? {});
}

function deleteMenu(call: Call): Reply {
  const app = ownApp(call);
  app.menu = [];
  app.ownMenu = undefined;
  call.world.teller.appChanged(app);
  return json();
}

function getAgent(call: Call): Reply {
  const app = ownApp(call);
  const users = [...(app.visible ?? [])].map((person) => ({ userid: call.world.accounts.userId(person) }));
  return json({
    agentid: app.agentId,
    name: app.name,
    allow_userinfos: { user: users },
    allow_partys: { partyid: app.visible === undefined ? [COMPANY] : [] },
    allow_tags: { tagid: [] },
    close: 0,
    redirect_domain: '',
    report_location_flag: app.reportsEnter ? 1 : 0,
    isreportenter: app.reportsEnter ? 1 : 0,
    home_url: '',
  });
}

function listAgents(call: Call): Reply {
  const { agentId, name } = appOfCall(call);
  return json({ agentlist: [{ agentid: agentId, name, square_logo_url: '' }] });
}
