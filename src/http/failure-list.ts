import type { FailureCode } from '../core/errors.ts';
import type { InLanguages } from '../core/lang.ts';
import type { HTTP_REFUSALS } from './refusals.ts';

/** What each code means and what the operator can do; the table in `docs/operations.md` is made from this list. */
export const FAILURE_NOTES: Readonly<Record<FailureCode | keyof typeof HTTP_REFUSALS, InLanguages>> = {
  signature_missing: {
    en: 'The delivery bears no signature. Somebody else knocked, or the platform has no encrypt key set.',
    zh: '推送没有签名：可能是他人的请求，或平台侧未设置加密密钥。',
  },
  signature_invalid: {
    en: 'The signature does not fit the bytes. The encrypt key here differs from the one at the platform, or the delivery is forged.',
    zh: '签名与内容不符：本端密钥与平台不一致，或推送是伪造的。',
  },
  timestamp_stale: {
    en: 'The delivery is older (or newer) than five minutes. Check this machine’s clock; else it is a replay.',
    zh: '推送时间与本机相差超过五分钟：请检查本机时钟，否则是重放。',
  },
  nonce_replayed: {
    en: 'The nonce of an earlier delivery came again within its window, over other bytes: a forgery. The very same bytes again are taken as a duplicate.',
    zh: '有效期内同一 nonce 用在了不同的内容上：伪造。完全相同的推送按重复处理。',
  },
  token_mismatch: {
    en: 'The verification token differs from the one set here.',
    zh: 'Verification Token 与本端设置不一致。',
  },
  app_mismatch: {
    en: 'The delivery is for another app. Two apps point to one address, or the app id here is wrong.',
    zh: '推送属于另一个应用：两个应用指向了同一地址，或本端应用 ID 有误。',
  },
  decrypt_failed: {
    en: 'The body cannot be decrypted with the key set here.',
    zh: '无法用本端设置的密钥解密。',
  },
  body_malformed: {
    en: 'The body (or a parameter) is not what the platform’s documentation says.',
    zh: '请求体或参数不符合约定的格式。',
  },
  body_too_large: { en: 'The body is longer than 1 MiB.', zh: '请求体超过 1 MiB。' },
  channel_unknown: {
    en: 'No channel has this path. With several apps of a platform the path ends in the channel’s name.',
    zh: '没有对应此路径的渠道。同平台有多个应用时，路径末尾要写渠道名。',
  },
  channel_unconfigured: {
    en: 'The channel lacks the secret that would prove who sent the delivery.',
    zh: '渠道缺少用于验证来源的密钥。',
  },
  store_unavailable: {
    en: 'The store does not take writes: disk full, file not writable, or damaged. The platform delivers again.',
    zh: '存储无法写入：磁盘已满、文件不可写或损坏。平台会再次推送。',
  },
  store_locked: { en: 'Another gateway works on the same store.', zh: '另一个网关正在使用同一个存储。' },
  store_key_unknown: {
    en: 'A stored text was sealed under a key that `STORE_KEYS` no longer names. Put that key back, behind the first one.',
    zh: '存储内容所用的密钥已不在 `STORE_KEYS` 中。请把该密钥加回，放在第一个之后。',
  },
  store_text_damaged: {
    en: 'A sealed text in the store was changed or damaged. Restore the store from its last good backup.',
    zh: '存储中的加密内容被改动或损坏。请从最近一次完好的备份恢复。',
  },
  lease_lost: {
    en: 'A worker slept longer than its lease; another one has gone on. Nothing to do.',
    zh: '处理超过租期，已由其他处理者接手。无需处理。',
  },
  platform_throttled: { en: 'The platform asks us to slow down; we do and try again.', zh: '平台限流，稍后自动重试。' },
  platform_unavailable: {
    en: 'The platform cannot be reached or answers 5xx; tried again.',
    zh: '平台无法访问或返回 5xx，会自动重试。',
  },
  platform_token_invalid: {
    en: 'The platform refused our token; a new one is fetched and the call repeated.',
    zh: '平台拒绝了令牌，会重新获取后重试。',
  },
  platform_misconfigured: {
    en: 'The platform refuses the app’s credentials or a setting. Run `posthouse check --online`.',
    zh: '平台拒绝了应用凭证或某项配置。请运行 `posthouse check --online`。',
  },
  platform_forbidden: {
    en: 'The app lacks a right at the platform; the log names it.',
    zh: '应用在平台上缺少权限，日志中有具体名称。',
  },
  platform_rejected: {
    en: 'The platform refuses the call as it is. Of a push: the receiver’s id may be wrong. Else a fault of ours, worth reporting.',
    zh: '平台不接受该调用。推送时请检查接收者的 ID；其余情况属于本程序的问题，请反馈。',
  },
  platform_content_refused: { en: 'The platform’s content check refused the answer.', zh: '平台的内容审核未通过。' },
  platform_target_gone: {
    en: 'The chat or message is gone, or the bot was removed from it.',
    zh: '会话或消息已不存在，或机器人已被移出。',
  },
  platform_update_closed: {
    en: 'The message can no longer be changed; the rest goes out as a new one.',
    zh: '消息不能再更新，其余内容会另发一条。',
  },
  push_malformed: {
    en: 'A push without a key, a receiver or words, or with a button that opens no web address.',
    zh: '推送缺少 key、接收者或内容，或按钮的地址不是网址。',
  },
  push_conflict: {
    en: 'A push with this key was accepted before with another content or other receivers; use a new key.',
    zh: '同一 key 已用于另一内容或接收者的推送；请换一个 key。',
  },
  push_unreachable: {
    en: 'A receiver that nothing here can write to: an unknown channel or robot, a kind that the platform does not take, or a person without a reachable account.',
    zh: '接收者无法送达：渠道或机器人不存在、平台不支持这类接收者，或该人员没有可发送的账号。',
  },
  push_purpose_unknown: {
    en: 'Somebody has answered a push of a feature that is not there any more. Replay the dead letter when it is back; the answer is in the push’s record.',
    zh: '有人回答了某个功能推送的问题，但该功能已不存在；恢复后重放死信即可，回答保存在推送记录中。',
  },
  agent_unavailable: { en: 'The agent’s server cannot be reached.', zh: '无法连接智能体服务。' },
  agent_busy: { en: 'The agent takes no more questions now; tried again.', zh: '智能体繁忙，会自动重试。' },
  agent_timeout: { en: 'The agent said nothing for too long.', zh: '智能体响应超时。' },
  agent_misconfigured: {
    en: 'The agent’s address, key or app is not set up. Run `posthouse check --online`.',
    zh: '智能体的地址、密钥或应用配置有误。请运行 `posthouse check --online`。',
  },
  agent_model_failed: {
    en: 'The model behind the agent failed (quota, key, content).',
    zh: '智能体背后的模型出错（额度、密钥或内容）。',
  },
  agent_rejected_input: { en: 'The agent refused the question as it was put.', zh: '智能体拒绝了该提问。' },
  agent_rejected_file: {
    en: 'The agent does not take a file of this kind or size.',
    zh: '智能体不接受该类型或大小的文件。',
  },
  agent_failed: { en: 'The agent ended without an answer.', zh: '智能体未能给出回答。' },
  file_gone: { en: 'A file can no longer be fetched.', zh: '文件已无法获取。' },
  file_too_large: { en: 'A file is larger than the agent or the platform takes.', zh: '文件超过允许的大小。' },
  url_forbidden: {
    en: 'An answer points to an address inside the network, which is not fetched.',
    zh: '回答中的地址位于内网，拒绝读取。',
  },
  approval_form_invalid: {
    en: 'A value does not fit the approval’s form, or a field that must be filled is missing; the message names the field.',
    zh: '审批表单的值不符合要求，或缺少必填项；错误信息中有字段名。',
  },
  approval_template_unknown: {
    en: 'The platform has no such approval template, or the app may not use it. Check the code in the settings.',
    zh: '平台上没有这个审批模板，或应用无权使用：请检查设置中的模板编号。',
  },
  approval_unknown: {
    en: 'There is no such approval at the platform, or nobody here has started it.',
    zh: '平台上没有这个审批单，或它不是由本网关发起的。',
  },
  approval_closed: {
    en: 'The approval is decided or withdrawn already, or this person has nothing to decide in it.',
    zh: '审批已结束或已撤回，或此人在其中没有待办。',
  },
  approval_unsupported: {
    en: 'The platform offers no API for this; it is done in its own client.',
    zh: '平台没有提供这个接口，请在平台客户端中操作。',
  },
  approval_purpose_unknown: {
    en: 'An approval was decided that a feature started which is not there any more. Replay the dead letter when it is back.',
    zh: '发起这个审批的功能已不存在；恢复后重放死信即可。',
  },
  approval_pending: {
    en: 'The approval is being started at this moment; it is tried again.',
    zh: '审批正在发起，稍后重试。',
  },
  turn_expired: { en: 'A button was pressed on an answer that is no longer kept.', zh: '按钮所属的回答已过保留期。' },
  action_unknown: { en: 'A card action that is none of ours.', zh: '无法识别的卡片操作。' },
  limit_too_small: {
    en: 'A platform’s message limit is below one character; a wrong setting.',
    zh: '消息长度上限设置过小。',
  },
  config_invalid: {
    en: 'A setting is wrong; `posthouse check` says which.',
    zh: '设置有误，`posthouse check` 会指出。',
  },
  not_authorized: { en: 'The admin token is missing or wrong.', zh: '管理令牌缺失或错误。' },
  not_found: { en: 'There is no such path or item.', zh: '路径或条目不存在。' },
  overloaded: {
    en: 'More deliveries at once than fit into memory; the platform delivers again.',
    zh: '同时到达的推送过多，平台会再次推送。',
  },
  internal: {
    en: 'Something nobody foresaw; the log has the cause under the same code.',
    zh: '未预料的错误，原因见日志。',
  },
  method_not_allowed: { en: 'Webhooks take GET and POST.', zh: '回调只接受 GET 与 POST。' },
  request_timeout: { en: 'Headers or body came too slowly.', zh: '请求发送过慢。' },
  request_malformed: { en: 'Not HTTP, or a URL that cannot be read.', zh: '不是有效的 HTTP 请求。' },
  headers_too_large: { en: 'Headers over 16 KiB.', zh: '请求头超过 16 KiB。' },
  admin_disabled: {
    en: 'No ADMIN_TOKEN is set, so the admin API lets nobody in.',
    zh: '未设置 ADMIN_TOKEN，管理接口已关闭。',
  },
};
