/** Calls as a gateway makes them at DingTalk, with what the demo's app was given there. */

interface App {
  readonly platform: string;
  readonly credentials: Readonly<Record<string, string>>;
}

/** 林晓 asks for two days of leave; 王敏 decides. */
export async function askForLeave(url: string, reason: string): Promise<void> {
  const { client_id: appKey, client_secret: appSecret } = await credentials(url);
  const { accessToken } = await post(`${url}/v1.0/oauth2/accessToken`, { appKey, appSecret });
  const body = {
    originatorUserId: 'lin.xiao',
    processCode: 'PROC-LEAVE',
    deptId: -1,
    formComponentValues: [
      { name: '请假类型', value: '年假' },
      { name: '天数', value: '2' },
      { name: '事由', value: reason },
    ],
  };
  const token = { 'x-acs-dingtalk-access-token': String(accessToken) };
  const { instanceId } = await post(`${url}/v1.0/workflow/processInstances`, body, token);
  if (typeof instanceId !== 'string') throw new Error('the approval was not started');
}

/** A work notification for 林晓, with two links. */
export async function notify(url: string): Promise<void> {
  const { client_id: key, client_secret: secret, agent_id: agent } = await credentials(url);
  const token = await fetch(`${url}/gettoken?appkey=${key}&appsecret=${secret}`);
  const { access_token: accessToken } = (await token.json()) as { access_token: string };
  const links = [
    { title: '查看报告', action_url: 'https://demo.example/report' },
    { title: '稍后', action_url: 'https://demo.example/later' },
  ];
  const card = { title: '月报', markdown: '### 月报  \n报告已生成。', btn_orientation: '1', btn_json_list: links };
  const { errcode } = await post(`${url}/topapi/message/corpconversation/asyncsend_v2?access_token=${accessToken}`, {
    agent_id: Number(agent),
    userid_list: 'lin.xiao',
    msg: { msgtype: 'action_card', action_card: card },
  });
  if (errcode !== 0) throw new Error('the notification was not sent');
}

async function credentials(url: string): Promise<Readonly<Record<string, string>>> {
  const apps = (await (await fetch(`${url}/sim/apps`)).json()) as readonly App[];
  const app = apps.find(({ platform }) => platform === 'dingtalk');
  if (app === undefined) throw new Error('the demo has no app at DingTalk');
  return app.credentials;
}

async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  return (await (await fetch(url, init)).json()) as Record<string, unknown>;
}
