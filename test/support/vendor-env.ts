import type { Simulator } from '../../src/simulator/index.ts';

type Env = Readonly<Record<string, string>>;

/** What connects a gateway to the simulator's first Feishu app; `url` is another way there, a relay's. */
export function feishuEnv(simulator: Simulator, url = simulator.url): Env {
  const { app } = simulator.feishu;
  return {
    FEISHU_APP_ID: app.id,
    FEISHU_APP_SECRET: app.secret,
    FEISHU_ENCRYPT_KEY: app.encryptKey,
    FEISHU_VERIFICATION_TOKEN: app.verificationToken,
    FEISHU_BASE_URL: url,
  };
}

/** … to the first WeCom app. */
export function wecomAppEnv(simulator: Simulator, url = simulator.url): Env {
  const { app, corpId } = simulator.wecom;
  return {
    WECOM_CORP_ID: corpId,
    WECOM_AGENT_ID: String(app.agentId),
    WECOM_SECRET: app.secret,
    WECOM_TOKEN: app.token,
    WECOM_ENCODING_AES_KEY: app.encodingAesKey,
    WECOM_BASE_URL: url,
  };
}

/** … to the AI bot by its long connection, and to customer service, whose app is the second one. */
export function wecomBotAndServiceEnv({ wecom: { apps, bot, kfReceiver, socketUrl } }: Simulator): Env {
  return {
    WECOM_BOT_ID: bot.id,
    WECOM_BOT_SECRET: bot.secret,
    WECOM_BOT_WS_URL: socketUrl,
    WECOM_KF_SECRET: apps[1]?.secret ?? '',
    WECOM_KF_TOKEN: kfReceiver.token,
    WECOM_KF_ENCODING_AES_KEY: kfReceiver.encodingAesKey,
  };
}

/** … to the first DingTalk robot. */
export function dingtalkEnv(simulator: Simulator, url = simulator.url): Env {
  const { app } = simulator.dingtalk;
  return {
    DINGTALK_CLIENT_ID: app.id,
    DINGTALK_CLIENT_SECRET: app.secret,
    DINGTALK_BASE_URL: url,
    DINGTALK_OAPI_BASE_URL: url,
  };
}
