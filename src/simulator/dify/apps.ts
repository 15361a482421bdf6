import { createHash } from 'node:crypto';
import type { Flavour } from './flavours.ts';

/** The kinds of app Dify has, by the words of `GET /info`. */
export type AppMode = 'chat' | 'agent-chat' | 'advanced-chat' | 'workflow' | 'completion' | 'agent';

export const CHAT_MODES: readonly AppMode[] = ['chat', 'agent-chat', 'advanced-chat', 'agent'];
/** Modes that run as a graph: in a worker since 1.13. */
export const FLOW_MODES: readonly AppMode[] = ['advanced-chat', 'workflow'];

export type FileCategory = 'image' | 'document' | 'audio' | 'video' | 'custom';

/** Which files an app takes; what it does not take is refused when it is asked, not when it is uploaded. */
export interface FileRules {
  readonly types: readonly FileCategory[];
  /** For `custom`: with the dot, in lower case. */
  readonly extensions: readonly string[];
  readonly methods: readonly ('local_file' | 'remote_url')[];
  readonly limit: number;
}

/** A variable an app declares; `type` by Dify's names. */
export interface FormField {
  readonly type: 'text-input' | 'paragraph' | 'select' | 'number' | 'file' | 'file-list';
  readonly variable: string;
  readonly label: string;
  readonly required?: boolean;
  readonly maxLength?: number;
  readonly options?: readonly string[];
  readonly hide?: boolean;
}

export interface DemoApp {
  readonly key: string;
  readonly mode: AppMode;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Opening statement; empty for none. */
  readonly opening: string;
  readonly openingQuestions: readonly string[];
  readonly icon: string;
  /** The citation switch: without it `retriever_resources` stays empty. */
  readonly citations: boolean;
  /** Suggested questions after an answer. */
  readonly suggests: boolean;
  readonly speech: boolean;
  readonly form: readonly FormField[];
  /** Of a workflow: outputs beside its `text`. */
  readonly moreOutputs?: Readonly<Record<string, string>>;
  /** Absent: the app takes no files. */
  readonly files?: FileRules;
  /** `disabled` answers 403, `unpublished` 400 `app_unavailable`, `revoked` 401. */
  readonly state: 'ok' | 'disabled' | 'unpublished' | 'revoked';
  /** Most runs at one time, 0 for no cap; undefined takes the stand-in's own. */
  readonly maxActive?: number;
}

/** An app of one's own: what is left out is as in the demo apps. */
export type AppSpec = Pick<DemoApp, 'key' | 'mode'> & Partial<DemoApp>;

/** Variables a gateway may fill; none is required, so an app that is asked without them works too. */
const ASKER: readonly FormField[] = ['user_name', 'department', 'platform', 'chat_kind', 'lang'].map((variable) => ({
  type: 'text-input',
  variable,
  label: variable,
  maxLength: 256,
  hide: true,
}));

const EVERYTHING: FileRules = {
  types: ['image', 'document', 'audio', 'video'],
  extensions: [],
  methods: ['local_file', 'remote_url'],
  limit: 5,
};
const PICTURES: FileRules = { types: ['image'], extensions: [], methods: ['local_file', 'remote_url'], limit: 3 };

const OPENING = '你好，我是公司助理 👋 制度、报销、IT 问题都可以问我。/ Hi, ask me about policies, expenses or IT.';
const OPENING_QUESTIONS = ['年假怎么申请？', '差旅报销需要哪些材料？', 'How do I connect to the VPN?'];

export function completeApp(spec: AppSpec): DemoApp {
  const chats = CHAT_MODES.includes(spec.mode);
  return {
    id: appId(spec.key),
    name: spec.key.replace(/^app-/, ''),
    description: 'A demo app of the stand-in.',
    opening: chats ? OPENING : '',
    openingQuestions: chats ? OPENING_QUESTIONS : [],
    icon: '🤖',
    citations: true,
    suggests: chats,
    speech: true,
    form: formOf(spec.mode),
    state: 'ok',
    ...spec,
  };
}

function formOf(mode: AppMode): readonly FormField[] {
  if (CHAT_MODES.includes(mode)) return ASKER;
  const query: FormField = { type: 'paragraph', variable: 'query', label: 'Question', required: true, maxLength: 8000 };
  const doc: FormField = { type: 'file', variable: 'doc', label: 'Document' };
  return mode === 'workflow' ? [query, doc, ...ASKER] : [query, ...ASKER];
}

/** The same id for a key in every run: 1 app = 1 key. */
function appId(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const SPECS: readonly AppSpec[] = [
  { key: 'app-demo-chat', mode: 'chat', name: 'Company assistant (chat)', files: PICTURES },
  { key: 'app-demo-agent-chat', mode: 'agent-chat', name: 'Assistant with tools (agent)', icon: '🛠️', files: PICTURES },
  { key: 'app-demo-chatflow', mode: 'advanced-chat', name: 'Company assistant', icon: '🧭', files: EVERYTHING },
  { key: 'app-demo-workflow', mode: 'workflow', name: 'Report writer (workflow)', icon: '📄', files: EVERYTHING },
  { key: 'app-demo-completion', mode: 'completion', name: 'Translator (text generator)', icon: '✍️', files: PICTURES },
  { key: 'app-demo-agent', mode: 'agent', name: 'New Agent', icon: '🧑‍🚀', files: EVERYTHING },
  {
    key: 'app-demo-plain',
    mode: 'advanced-chat',
    name: 'No files, no citations',
    citations: false,
    suggests: false,
    speech: false,
  },
  { key: 'app-demo-disabled', mode: 'chat', name: 'Switched off', state: 'disabled' },
  { key: 'app-demo-unpublished', mode: 'advanced-chat', name: 'Never published', state: 'unpublished' },
  { key: 'app-demo-revoked', mode: 'chat', name: 'Deleted key', state: 'revoked' },
];

/** The apps every stand-in has, one key each. */
export const DEMO_APPS: readonly DemoApp[] = SPECS.map(completeApp);

// ─────────────────────────────────────────────────────────── what GET /info, /parameters, /site and /meta say

export function infoOf(app: DemoApp): object {
  const { name, description, mode } = app;
  return { name, description, tags: ['demo'], mode, author_name: 'Posthouse' };
}

export function parametersOf(app: DemoApp): object {
  const { files } = app;
  return {
    opening_statement: app.opening === '' ? null : app.opening,
    suggested_questions: app.openingQuestions,
    suggested_questions_after_answer: { enabled: app.suggests },
    speech_to_text: { enabled: app.speech },
    text_to_speech: { enabled: false, voice: '', language: '', autoPlay: 'disabled' },
    retriever_resource: { enabled: app.citations },
    annotation_reply: { enabled: false },
    more_like_this: { enabled: false },
    sensitive_word_avoidance: { enabled: false },
    user_input_form: app.form.map(fieldOf),
    file_upload: uploadOf(files),
    system_parameters: SYSTEM_LIMITS,
  };
}

/** In MB, and the number of files of one run. */
export const SYSTEM_LIMITS = {
  image_file_size_limit: 10,
  video_file_size_limit: 100,
  audio_file_size_limit: 50,
  file_size_limit: 15,
  workflow_file_upload_limit: 10,
} as const;

function fieldOf(field: FormField): object {
  const { type, variable, label, required = false, maxLength, options = [], hide = false } = field;
  const files = type.startsWith('file')
    ? {
        allowed_file_types: EVERYTHING.types,
        allowed_file_extensions: [],
        allowed_file_upload_methods: EVERYTHING.methods,
      }
    : {};
  return { [type]: { variable, label, required, default: '', max_length: maxLength ?? null, options, hide, ...files } };
}

function uploadOf(files: FileRules | undefined): object {
  const image = { enabled: files?.types.includes('image') ?? false, number_limits: files?.limit ?? 3, detail: 'high' };
  if (files === undefined) return { enabled: false, image: { ...image, transfer_methods: [] } };
  return {
    image: { ...image, transfer_methods: files.methods },
    enabled: true,
    allowed_file_types: files.types,
    allowed_file_extensions: files.extensions,
    allowed_file_upload_methods: files.methods,
    number_limits: files.limit,
    fileUploadConfig: { ...SYSTEM_LIMITS, batch_count_limit: 5 },
  };
}

export function siteOf(app: DemoApp, flavour: Flavour): object {
  return {
    title: app.name,
    chat_color_theme: null,
    chat_color_theme_inverted: false,
    icon_type: 'emoji',
    icon: app.icon,
    icon_background: '#E4FBCC',
    icon_url: null,
    description: app.description,
    copyright: null,
    privacy_policy: null,
    ...(flavour.newAgent ? { input_placeholder: null } : {}),
    custom_disclaimer: '',
    default_language: 'zh-Hans',
    show_workflow_steps: true,
    use_icon_as_answer_icon: false,
  };
}

export function metaOf(app: DemoApp): object {
  if (app.mode !== 'agent-chat' && app.mode !== 'agent') return { tool_icons: {} };
  return {
    tool_icons: {
      weather_now: { background: '#E0F2FE', content: '🌦️' },
      city_lookup: { background: '#FEF3C7', content: '🏙️' },
    },
  };
}
