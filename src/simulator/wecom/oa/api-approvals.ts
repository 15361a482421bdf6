import { type Json } from '../../../lib/read.ts';
import { appOfCall, type Call, type Endpoint, json, jsonBody, type Reply } from '../call.ts';
import { WecomRefusal } from '../errors.ts';
import { list, text } from '../json.ts';
import { perMinute } from '../rates.ts';
import type { WecomWorld } from '../world.ts';
import type { OaApproval, OaControl, OaNode, OaTemplate } from './approvals.ts';
import { isValueOf } from './values.ts';

const MAX_SUMMARIES = 3;
const MAX_SUMMARY_CHARS = 20;
const MAX_PAGE = 100;
const MAX_WINDOW_SECONDS = 31 * 24 * 3600;

/** Approvals (审批): D:91982, D:91853, D:91983, D:91816. There is no API to decide one, or to take it back. */
export const APPROVAL_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: 'oa/gettemplatedetail', token: 'app', run: templateDetail },
  { method: 'POST', path: 'oa/applyevent', token: 'app', run: apply },
  { method: 'POST', path: 'oa/getapprovaldetail', token: 'app', run: detail },
  { method: 'POST', path: 'oa/getapprovalinfo', token: 'app', run: numbers },
];

/** The body of a call by an app that stands among those that may, and not too often. */
function bodyOf(call: Call, api: string): Json {
  const { rates, limits } = call.world;
  if (!appOfCall(call).oa) throw new WecomRefusal(301055);
  if (!rates.take(`oa ${api}`, [perMinute(limits.approvalsPerMinute)])) throw new WecomRefusal(45009);
  return jsonBody(call);
}

function templateOf({ world }: Call, id: unknown): OaTemplate {
  const found = world.approvals.templates.get(text(id));
  if (found === undefined) throw new WecomRefusal(301025);
  return found;
}

function templateDetail(call: Call): Reply {
  const { name, controls } = templateOf(call, bodyOf(call, 'template')['template_id']);
  return json({ template_names: words(name), template_content: { controls: controls.map(controlView) } });
}

function words(zh: string): Json[] {
  return [{ text: zh, lang: 'zh_CN' }];
}

function controlView({ control, id, title, required = false, ...more }: OaControl): Json {
  const property = { control, id, title: words(title), placeholder: words(''), require: required ? 1 : 0, un_print: 0 };
  const config = configOf({ control, ...more });
  return config === undefined ? { property } : { property, config };
}

function configOf({ control, options = [], multiple, unit, mode }: Omit<OaControl, 'id' | 'title'>): Json | undefined {
  switch (control) {
    case 'Selector':
      return {
        selector: {
          type: multiple === true ? 'multi' : 'single',
          options: options.map((option) => ({ key: option.key, value: words(option.text) })),
        },
      };
    case 'Date':
      return { date: { type: unit } };
    case 'DateRange':
      return { date_range: { type: unit } };
    case 'Contact':
      return { contact: { type: multiple === true ? 'multi' : 'single', mode: mode ?? 'user' } };
    default:
      return undefined;
  }
}

function apply(call: Call): Reply {
  const { world } = call;
  const body = bodyOf(call, 'apply');
  const template = templateOf(call, body['template_id']);
  const creator = world.accounts.member(text(body['creator_userid']));
  if (creator === undefined) throw new WecomRefusal(60111);
  checkSummary(body['summary_list']);
  const contents = contentsOf(template, body['apply_data']);
  const nodes = nodesOf(world, template, body);
  return json({ sp_no: world.approvals.apply({ template, person: creator.id, contents, nodes }).spNo });
}

function checkSummary(value: unknown): void {
  const summaries = list(value).flatMap((one) => list((one as Json)['summary_info']));
  const isFit = summaries.every((one) => {
    const { text: said, lang } = one as Json;
    return [...text(said)].length <= MAX_SUMMARY_CHARS && (lang === 'zh_CN' || lang === 'en');
  });
  if (summaries.length === 0 || list(value).length > MAX_SUMMARIES || !isFit) throw new WecomRefusal(301025);
}

function contentsOf({ controls }: OaTemplate, data: unknown): readonly Json[] {
  const contents = list((data as Json | undefined)?.['contents']) as readonly Json[];
  for (const { control, id, value } of contents) {
    const known = controls.find((one) => one.id === id && one.control === control);
    const isFit = known !== undefined && typeof value === 'object' && value !== null && isValueOf(known, value as Json);
    if (!isFit) throw new WecomRefusal(301025);
  }
  const isWhole = controls.every(({ id, required }) => required !== true || contents.some((one) => one['id'] === id));
  if (!isWhole) throw new WecomRefusal(301025);
  return contents;
}

function nodesOf(world: WecomWorld, { approvers }: OaTemplate, body: Json): OaNode[] {
  const node = (attr: 1 | 2, people: readonly string[]): OaNode => ({
    attr,
    status: 1,
    details: people.map((person) => ({ person, status: 1, speech: '', at: 0 })),
  });
  const mode = body['use_template_approver'];
  if (mode === 1) return approvers.map((person) => node(2, [person]));
  const given = list((body['process'] as Json | undefined)?.['node_list']) as readonly Json[];
  const steps = given.filter(({ type }) => type === 1);
  if (mode !== 0 || steps.length === 0) throw new WecomRefusal(301025);
  return steps.map(({ apv_rel: relation, userid }) => {
    const people = list(userid).map((one) => world.accounts.member(text(one))?.id);
    if (people.length === 0 || people.some((one) => one === undefined)) throw new WecomRefusal(60111);
    return node(relation === 2 ? 1 : 2, people as string[]);
  });
}

function detail(call: Call): Reply {
  const approval = call.world.approvals.get(text(bodyOf(call, 'detail')['sp_no']));
  return json({ info: approvalView(call.world, approval) });
}

function approvalView({ accounts }: WecomWorld, approval: OaApproval): Json {
  const { spNo, template, status, appliedAt, person, nodes, contents } = approval;
  return {
    sp_no: spNo,
    sp_name: template.name,
    sp_status: status,
    template_id: template.id,
    apply_time: seconds(appliedAt),
    applyer: { userid: accounts.userId(person), partyid: '1' },
    sp_record: nodes.map((node) => ({
      sp_status: node.status,
      approverattr: node.attr,
      details: node.details.map((one) => ({
        approver: { userid: accounts.userId(one.person) },
        speech: one.speech,
        sp_status: one.status,
        sptime: seconds(one.at),
        media_id: [],
      })),
    })),
    notifyer: [],
    apply_data: {
      contents: contents.map((one) => ({
        ...one,
        title: words(template.controls.find(({ id }) => id === one['id'])?.title ?? ''),
      })),
    },
    comments: [],
  };
}

export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function numbers(call: Call): Reply {
  const body = bodyOf(call, 'numbers');
  const [from, to, size] = [Number(body['starttime']), Number(body['endtime']), Number(body['size'])];
  const isFit = typeof body['starttime'] === 'string' && to >= from && to - from <= MAX_WINDOW_SECONDS;
  if (!isFit || !(size >= 1 && size <= MAX_PAGE)) throw new WecomRefusal(301025);
  const filters = list(body['filters']) as readonly Json[];
  const { approvals, accounts } = call.world;
  const found = [...approvals.all.values()].filter((one) => {
    const values: Json = {
      template_id: one.template.id,
      creator: accounts.userId(one.person),
      sp_status: String(one.status),
    };
    const isTime = seconds(one.appliedAt) >= from && seconds(one.appliedAt) <= to;
    return (
      isTime && filters.every(({ key, value }) => text(values[text(key)]).toLowerCase() === text(value).toLowerCase())
    );
  });
  const start = Number(text(body['new_cursor']) || '0');
  const page = found.slice(start, start + size).map(({ spNo }) => spNo);
  return json({
    sp_no_list: page,
    ...(start + size < found.length && { new_next_cursor: String(start + size) }),
  });
}
