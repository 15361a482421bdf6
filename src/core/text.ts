import { fillWords, type InLanguages, type Lang } from './lang.ts';
import { BUTTON_TEXTS } from './text-buttons.ts';
import { FAILURE_TEXTS } from './text-failures.ts';
import { QUESTION_TEXTS } from './text-questions.ts';

/**
 * Every sentence that people read in a chat, in both languages. `{name}` stands for a word given by the caller.
 * Each says what happened and what to do next; labels on cards are the platforms' own.
 */
const TEXTS = {
  welcome: {
    zh: '你好，我是{agent}。直接发消息给我就可以提问；发送 /help 查看我能做什么。',
    en: 'Hello, I am {agent}. Just write to me to ask something; send /help to see what I can do.',
  },
  welcomeGroup: {
    zh: '大家好，我是{agent}。在群里 @我 就可以提问；发送 @我 /help 查看我能做什么。',
    en: 'Hello everybody, I am {agent}. Mention me to ask something; mention me with /help to see what I can do.',
  },
  helpTitle: { zh: '我能这样帮你：', en: 'This is how I can help:' },
  helpAsk: {
    zh: '直接提问即可，也可以发送图片和文件。',
    en: 'Just ask; you can send images and files too.',
  },
  helpHelp: { zh: '查看这份说明', en: 'show this help' },
  helpNew: { zh: '开始一段新对话', en: 'start a new conversation' },
  helpStop: { zh: '停止正在进行的回答', en: 'stop the answer that is running' },
  helpLink: {
    zh: '绑定你在其他平台的账号（发送 /link 获取验证码）',
    en: 'link your account on another platform (/link shows a code)',
  },
  helpUnlink: { zh: '解除当前账号的绑定', en: 'part this account from your others' },
  helpWhoami: { zh: '查看你的账号', en: 'show who you are here' },
  helpLang: { zh: '选择语言：/lang zh 或 /lang en', en: 'choose the language: /lang zh or /lang en' },
  helpSessions: {
    zh: '列出、切换（/sessions 2）或命名（/sessions name 名称）对话',
    en: 'list, switch (/sessions 2) or name (/sessions name …) your conversations',
  },
  helpContinue: { zh: '接着上一段对话', en: 'go on with the conversation before' },
  helpAgent: {
    zh: '查看可用的智能体，或切换：/agent 名称',
    en: 'list the agents, or call for one: /agent name',
  },
  helpScope: {
    zh: '查看或更改群里谁共用一段对话：/scope member、topic 或 group',
    en: 'show or choose who shares a conversation in this group: /scope member, topic or group',
  },
  scopeMember: { zh: '本群中每位成员各有自己的对话。', en: 'In this group each member has a conversation of her own.' },
  scopeTopic: { zh: '本群中每个话题各有一段对话。', en: 'In this group each topic has a conversation of its own.' },
  scopeGroup: { zh: '本群所有人共用一段对话。', en: 'In this group everybody shares one conversation.' },
  scopeUsage: {
    zh: '群主或管理员可以更改：/scope member（每人各一段）、/scope topic（每个话题一段）、/scope group（全群一段）、/scope auto（按系统设置）。',
    en: 'The group’s owner or an administrator may choose: /scope member, /scope topic, /scope group, or /scope auto for what the settings say.',
  },
  scopeNotYours: {
    zh: '只有群主（平台告知时）或我的管理员可以更改，请联系他们发送 /scope。',
    en: 'Only the group’s owner (where the platform tells me) or an administrator of mine may change this; please ask them to send /scope.',
  },
  scopeChosen: {
    zh: '从下一条消息起生效；正在进行的回答不受影响。',
    en: 'This holds from the next message on; answers that are running are not touched.',
  },
  scopeOnlyGroup: {
    zh: '/scope 用于群聊；单聊中的对话只属于你自己。请在群里 @我 发送 /scope。',
    en: '/scope is for groups; in a direct chat the conversation is yours alone. Mention me with /scope in a group.',
  },
  agentTitle: { zh: '你可以使用这些智能体：', en: 'These agents are there for you:' },
  agentCurrent: { zh: '当前', en: 'answers now' },
  agentHint: {
    zh: '发送 /agent 加编号或名称进行切换；/agent auto 恢复自动选择。',
    en: 'Send /agent with a number or a name to call for one; /agent auto lets the rules decide again.',
  },
  agentUnknown: { zh: '没有这个智能体。', en: 'There is no such agent.' },
  agentChosen: {
    zh: '现在由「{agent}」回答这个对话，直接提问即可。发送 /agent auto 恢复自动选择。',
    en: '{agent} answers here from now on; just ask. Send /agent auto to let the rules decide again.',
  },
  agentAuto: {
    zh: '已恢复自动选择；下一个问题通常由「{agent}」回答。',
    en: 'The rules decide again; the next question usually goes to {agent}.',
  },
  rightsMissing: {
    zh: '你还没有使用「{what}」的权限。如有需要，请联系管理员开通。',
    en: 'You may not use {what} yet. Ask your administrator if you need it.',
  },
  rightsAskable: {
    zh: '你还没有使用「{what}」的权限。发送 /access {role} 即可申请。',
    en: 'You may not use {what} yet. Send /access {role} to ask for it.',
  },
  rightsDenied: {
    zh: '管理员没有允许你使用「{what}」。如有疑问，请联系管理员。',
    en: 'Your administrator does not let you use {what}. Ask her if you think this is wrong.',
  },
  featureFiles: { zh: '发送文件', en: 'files' },
  featureRegenerate: { zh: '重新回答', en: 'regenerate' },
  quotaRate: {
    zh: '你发得有点快，我跟不上了。请过 {seconds} 秒再发。',
    en: 'You write faster than I can follow. Please try again in {seconds} seconds.',
  },
  quotaOverDay: {
    zh: '你今天的额度已用完，{when} 恢复。',
    en: 'You have used up what you have for today; it is there again at {when} (UTC+8).',
  },
  quotaOverMonth: {
    zh: '你本月的额度已用完，{when} 恢复。如需更多，请联系管理员。',
    en: 'You have used up what you have for this month; it is there again at {when} (UTC+8). Ask your administrator for more.',
  },
  quotaOverDepartment: {
    zh: '你所在部门的额度已用完，{when} 恢复。如需更多，请联系管理员。',
    en: 'Your department has used up what it has; it is there again at {when} (UTC+8). Ask your administrator for more.',
  },
  quotaWarnMessages: {
    zh: '额度提醒：还可以提问 {left} 次，{when} 恢复。',
    en: 'Your quota: {left} more questions until {when} (UTC+8).',
  },
  quotaWarnTokens: {
    zh: '额度提醒：还剩 {left} 个 token，{when} 恢复。',
    en: 'Your quota: {left} more tokens until {when} (UTC+8).',
  },
  helpAccess: {
    zh: '查看可以申请的权限，或申请：/access 名称',
    en: 'list what you can ask for, or ask for it: /access name',
  },
  helpGrant: { zh: '批准一个权限申请', en: 'grant a request for access' },
  helpRefuse: { zh: '拒绝一个权限申请', en: 'refuse a request for access' },
  accessTitle: { zh: '你可以申请这些权限：', en: 'You can ask for these:' },
  accessDays: { zh: '{days} 天', en: '{days} days' },
  accessNothing: {
    zh: '目前没有你可以申请的权限。如有需要，请联系管理员。',
    en: 'There is nothing you could ask for. Ask your administrator if you need something.',
  },
  accessHad: { zh: '你已经拥有「{role}」权限，直接使用即可。', en: 'You have {role} already; just use it.' },
  accessByApproval: {
    zh: '已为你发起「{role}」的审批，结果会在这里通知你。',
    en: 'An approval for {role} is on its way; you will be told here how it ends.',
  },
  accessByAdmin: {
    zh: '已向管理员申请「{role}」，结果会在这里通知你。',
    en: 'Your administrators were asked for {role}; you will be told here what they say.',
  },
  accessByNobody: {
    zh: '你的「{role}」申请已记录，但没有可以通知的管理员。请直接联系管理员。',
    en: 'Your request for {role} is noted, but there is no administrator whom I can reach. Please talk to one directly.',
  },
  accessApproved: {
    zh: '你的「{role}」申请已通过，{until} 前有效。现在就可以使用。',
    en: 'You have {role} now, until {until} (UTC+8). Just use it.',
  },
  accessRefused: {
    zh: '你的「{role}」申请没有通过或已被收回。如有疑问，请联系管理员。',
    en: 'You did not get {role}, or it was taken back. Ask your administrator if you need it.',
  },
  accessAskedTitle: { zh: '权限申请', en: 'A request for access' },
  accessAsked: {
    zh: '{name} 申请「{role}」（{days} 天）。\n\n批准请在与我的单聊中发送：/grant {request}\n\n拒绝请发送：/refuse {request}',
    en: '{name} asks for {role} ({days} days).\n\nTo grant it, send me: /grant {request}\n\nTo refuse it, send: /refuse {request}',
  },
  accessNotYours: {
    zh: '只有设置中的管理员可以批准或拒绝申请。',
    en: 'Only the administrators named in the settings can decide this.',
  },
  accessUnknown: {
    zh: '没有这个申请。请核对申请通知中的编号。',
    en: 'There is no such request. Check the code in the message that told you of it.',
  },
  accessDecidedBefore: {
    zh: '申请 {request} 已有结果，没有改动。',
    en: 'Request {request} was decided before; nothing has changed.',
  },
  accessGranted: {
    zh: '已批准 {request}（{role}），并通知了申请人。',
    en: '{request} ({role}) is granted, and who asked is told.',
  },
  accessTurnedDown: {
    zh: '已拒绝 {request}（{role}），并通知了申请人。',
    en: '{request} ({role}) is refused, and who asked is told.',
  },
  onlyDirect: {
    zh: '为保护隐私，请在与我的单聊中发送 /{command}。',
    en: 'To keep this private, send /{command} in a direct chat with me.',
  },
  linkOffer: {
    zh: '验证码：**{code}**。请在 10 分钟内，在另一个平台与我的单聊中发送：/link {code}。验证码只能用一次，请不要告诉他人。',
    en: 'Your code: **{code}**. Within 10 minutes, send this in a direct chat with me on the other platform: /link {code}. It works once; do not give it to anybody.',
  },
  linkBurnt: {
    zh: '验证码不能发在群里，已作废。请在单聊中重新发送 /link 获取新的验证码。',
    en: 'A code must not be sent in a group, so it is void now. Send /link in a direct chat for a new one.',
  },
  linkUnreadable: {
    zh: '这不像验证码。请发送 /link 加上另一个平台显示的 8 个字母。',
    en: 'That does not look like a code. Send /link and the 8 letters that were shown on the other platform.',
  },
  linkWrong: {
    zh: '验证码不正确或已过期，还可以再试 {left} 次。请在另一个平台发送 /link 获取新的验证码。',
    en: 'The code is wrong or too old; {left} tries are left. Send /link on the other platform for a new one.',
  },
  linkLocked: { zh: '尝试次数过多，请 10 分钟后再试。', en: 'Too many wrong codes. Please try again in 10 minutes.' },
  linkOwn: { zh: '这两个账号已经绑定在一起，无需再次绑定。', en: 'These accounts are linked already; nothing to do.' },
  linked: {
    zh: '已与你在{platform}上的账号绑定：对话、权限和语言现在是共享的。如需撤销，请发送 /unlink。',
    en: 'Linked with your account in {platform}: conversations, rights and language are shared now. Send /unlink to take this back.',
  },
  linkedElsewhere: {
    zh: '你的账号已与{platform}上的一个账号绑定。如果不是你本人操作，请立即发送 /unlink 并联系管理员。',
    en: 'Your account was linked with one in {platform}. If that was not you, send /unlink at once and tell the administrator.',
  },
  unlinked: {
    zh: '已解除绑定：这个账号现在是独立的。两边都用过的对话已经结束。',
    en: 'This account stands on its own now. Conversations that were used from both sides have ended.',
  },
  nothingToUnlink: {
    zh: '这个账号没有绑定其他账号。发送 /link 可以绑定。',
    en: 'This account is not linked with another one. Send /link to link it.',
  },
  langUsage: {
    zh: '请发送 /lang zh（中文）或 /lang en（英文）。',
    en: 'Send /lang zh (Chinese) or /lang en (English).',
  },
  langChosen: { zh: '好的，以后用中文回答。', en: 'English it is.' },
  whoamiName: { zh: '你是：{name}', en: 'You are: {name}' },
  whoamiAgent: { zh: '为你回答的是：{agent}', en: 'You are answered by: {agent}' },
  whoamiAccounts: { zh: '你的账号：', en: 'Your accounts:' },
  whoamiAlone: {
    zh: '发送 /link 可以绑定你在其他平台的账号。',
    en: 'Send /link to link your account on another platform.',
  },
  noSessions: {
    zh: '还没有可以继续的对话。直接提问就会开始一段。',
    en: 'There is no conversation to go on with yet. Just ask to begin one.',
  },
  noSuchSession: {
    zh: '没有这一段对话。发送 /sessions 查看列表。',
    en: 'There is no such conversation. Send /sessions for the list.',
  },
  sessionsTitle: { zh: '你的对话：', en: 'Your conversations:' },
  sessionsHint: {
    zh: '发送 /sessions 加序号可以切换，发送 /sessions name 加名称可以给当前对话命名。',
    en: 'Send /sessions and a number to switch, or /sessions name and a name for the running one.',
  },
  sessionRunning: { zh: '进行中', en: 'running' },
  sessionUnnamed: { zh: '未命名的对话', en: 'unnamed' },
  sessionNamed: { zh: '好的，这段对话现在叫“{name}”。', en: 'This conversation is called “{name}” now.' },
  sessionResumed: { zh: '好的，接着“{name}”继续。请提问。', en: 'Going on with “{name}”. Go ahead and ask.' },
  shutOut: {
    zh: '你的账号已不在企业通讯录中，我不能再为你回答。如有疑问，请联系管理员。',
    en: 'Your account is no longer in the company’s directory, so I cannot answer you any more. Please ask the administrator if this is wrong.',
  },
  newStarted: {
    zh: '好的，已开始新对话，之前的内容不会再被参考。请提问。',
    en: 'A new conversation has begun; what was said before is left out. Go ahead and ask.',
  },
  stopped: { zh: '已停止。可以继续提问。', en: 'Stopped. You can ask the next question.' },
  stoppedElsewhere: {
    zh: '已停止你在{platform}上的回答。可以继续提问。',
    en: 'Your answer in {platform} was stopped. You can ask the next question.',
  },
  nothingToStop: { zh: '现在没有正在进行的回答。', en: 'No answer is running right now.' },
  recalled: { zh: '提问已撤回，回答到此为止。', en: 'The question was taken back, so the answer ends here.' },
  forgotten: {
    zh: '之前的对话已无法继续，这是一段新对话；如有需要，请再说明一下背景。',
    en: 'The earlier conversation could not be continued, so this is a new one; please repeat what matters.',
  },
  continuedFrom: {
    zh: '接着你在{platform}上的对话；发送 /new 可以重新开始。',
    en: 'This goes on with your conversation in {platform}; send /new to start afresh.',
  },
  quotaTitle: { zh: '本月额度提醒', en: 'This month’s quota' },
  quotaCallsUsed: {
    zh: '**{channel}** 本月的接口调用已用 {percent}%（{used} / {limit}）。',
    en: '**{channel}** has used {percent} % of its API calls of this month ({used} of {limit}).',
  },
  quotaPushesUsed: {
    zh: '**{channel}** 本月的消息推送已用 {percent}%（{used} / {limit}）。',
    en: '**{channel}** has used {percent} % of its pushes of this month ({used} of {limit}).',
  },
  quotaStream: {
    zh: '回答仍为流式卡片。如需增加额度，请购买扩展包或调整 callsPerMonth。',
    en: 'Answers still stream. For more, buy an add-on pack, or change callsPerMonth.',
  },
  quotaFew: {
    zh: '卡片已减少更新次数；继续下去会改为每个回答一条消息。如需增加额度，请购买扩展包或调整 callsPerMonth。',
    en: 'Cards change seldom now, and later each answer will be one message. For more, buy an add-on pack, or change callsPerMonth.',
  },
  quotaMessage: {
    zh: '每个回答已改为一条消息，不再流式显示。如需增加额度，请购买扩展包或调整 callsPerMonth。',
    en: 'Each answer is one message now and no longer streams. For more, buy an add-on pack, or change callsPerMonth.',
  },
  quotaPushes: {
    zh: '用完后平台不再送来消息内容，机器人只能回复一句说明。请购买扩展包，或等到下月。',
    en: 'Above the limit the platform keeps back what people write, and the robot can only say so. Buy an add-on pack, or wait for the next month.',
  },
  personalBlocked: {
    zh: '你的提问包含{kinds}，按规定不能交给智能体，因此没有提问。请去掉这些内容后再发一次。',
    en: 'Your question holds personal data ({kinds}) that must not be given to the agent, so it was not asked. Please send it again without that.',
  },
  expired: {
    zh: '抱歉，服务中断期间没能及时回答你之前的消息。如仍需要，请再发一次。',
    en: 'Sorry, the service was interrupted and your earlier message was not answered in time. Please send it again if you still need it.',
  },
  interrupted: {
    zh: '抱歉，回答被中断了。请点击重新生成，或再问一次。',
    en: 'Sorry, this answer was interrupted. Press regenerate or ask again.',
  },
  paused: {
    zh: '需要有人处理后才能继续，请联系管理员在智能体后台完成。',
    en: 'This waits for a person to fill in a form. Please ask the administrator to complete it.',
  },
  menuUnknown: {
    zh: '这个菜单项还没有设置用途。发送 /help 查看我能做什么。',
    en: 'Nothing is set up behind this menu entry. Send /help to see what I can do.',
  },
  askNext: { zh: '你可以接着问：', en: 'You can ask next:' },
  pushedAt: { zh: '（{at}）', en: '({at})' },
  repeat: { zh: '（可能重复发送）', en: '(may be a repeat)' },
  silent: {
    zh: '已处理完成，没有返回文字内容。如果你在等一段回答，请让管理员检查应用的输出。',
    en: 'This is done; it gave no text. If you expected an answer, ask the administrator to check what the app outputs.',
  },
  filesFollow: { zh: '回答在下面的附件里。', en: 'The answer is attached below.' },
  fileFallback: {
    zh: '文件没能发到这里，请从链接下载：{name} {url}',
    en: 'The file could not be sent here. Download it: {name} {url}',
  },
  reference: { zh: '{sentence}（参考编号 {ref}）', en: '{sentence} (reference {ref})' },
  ...FAILURE_TEXTS,
  ...QUESTION_TEXTS,
  ...BUTTON_TEXTS,
} as const satisfies Record<string, InLanguages>;

export type TextKey = keyof typeof TEXTS;

/** A sentence in a person's language; words that are missing are left out. */
export function say(lang: Lang, key: TextKey, words: Readonly<Record<string, string>> = {}): string {
  return fillWords(TEXTS[key][lang], words);
}

export function hasText(key: string): key is TextKey {
  return key in TEXTS;
}

/** The language of what somebody wrote, as far as it shows: a Han character says Chinese, Latin letters alone say English. */
export function guessLang(text: string): Lang | undefined {
  if (/\p{Script=Han}/u.test(text)) return 'zh';
  if (/[A-Za-z]{2}/.test(text)) return 'en';
  return undefined;
}
