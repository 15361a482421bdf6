import type { InLanguages } from '../../core/lang.ts';
import type { DifyConfig } from './config.ts';

/** What each setting is for, or where one finds it in Dify. */
export const DIFY_HELP: Readonly<Record<keyof DifyConfig, InLanguages>> = {
  baseUrl: {
    zh: 'Dify → 应用 → 访问 API → API 服务器地址，以 /v1 结尾；云服务为 https://api.dify.ai/v1',
    en: 'Dify → the app → API Access → API Server; ends in /v1. The cloud is https://api.dify.ai/v1',
  },
  apiKey: {
    zh: 'Dify → 应用 → 访问 API → API 密钥（app-…）；一个密钥对应一个应用',
    en: 'Dify → the app → API Access → API Key (app-…); one key is one app',
  },
  mode: {
    zh: '应用类型；一般不用填，启动后会自动查询',
    en: 'The kind of app; usually not needed, it is looked up after the start',
  },
  title: {
    zh: '卡片上显示的回答者名称；默认用应用名称',
    en: 'The answerer’s name on cards; the app’s own name when absent',
  },
  maxConcurrent: {
    zh: '同时进行的问答数，其余排队；默认安装的 Dify 约能同时处理十个请求',
    en: 'Questions asked at once, more wait in line; a default install of Dify serves about ten requests',
  },
  idleTimeoutMs: {
    zh: '多少毫秒没有任何内容就放弃（心跳不算）',
    en: 'Longest silence in milliseconds before a run is given up; pings do not count',
  },
  totalTimeoutMs: { zh: '一次问答最长多少毫秒', en: 'Longest run in milliseconds' },
  inputs: {
    zh: '应用变量的固定值，对所有人相同；环境变量中写成 JSON 对象',
    en: 'Values for variables of the app, the same for everybody; in the variable as a JSON object',
  },
  queryVariable: {
    zh: '工作流与文本生成应用：接收提问的变量；默认按名称和类型查找',
    en: 'Workflow and text generator apps: the variable that takes the question; found by name and type when absent',
  },
  outputKey: {
    zh: '工作流应用：作为回答的输出；默认按名称和类型查找',
    en: 'Workflow apps: the output that is the answer; found by name and type when absent',
  },
};
