import { textAt } from '../../lib/read.ts';
import { readForm } from '../multipart.ts';
import { appOf, checkRobot, type Endpoint, json, jsonBody } from './call.ts';
import { ApiRefusal, OldRefusal } from './errors.ts';
import type { MediaType } from './files.ts';
import type { DingtalkLimits } from './limits.ts';

/** Where temporary addresses of files lie. */
export const FILE_PATH = '/dingtalk/files/';

export const FILE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/v1.0/robot/messageFiles/download',
    api: 'new',
    token: 'app',
    counted: true,
    run(call) {
      const { world } = call;
      const app = appOf(call);
      const body = jsonBody(call);
      checkRobot(app, body);
      const code = textAt(body, 'downloadCode');
      if (code === '') throw new ApiRefusal(400, 'invalidParameter.downloadCode.empty', 'downloadCode is empty');
      const ticket = world.files.share(world.files.byCode(app.id, code));
      return json({ downloadUrl: `${world.baseUrl}${FILE_PATH}${ticket}` });
    },
  },
  {
    method: 'POST',
    path: '/media/upload',
    api: 'old',
    token: 'app',
    counted: true,
    run({ world, query, headers, body }) {
      const type = query.get('type') ?? '';
      const kind = MEDIA[type as MediaType];
      if (kind === undefined) throw new OldRefusal(40004, 'invalid media type');
      const file = readForm(headers['content-type'] ?? '', body)?.find(({ name }) => name === 'media');
      if (file?.fileName === undefined || file.content.length === 0)
        throw new OldRefusal(41005, 'no media in the form');
      const ending = /\.([^.]+)$/.exec(file.fileName)?.[1]?.toLowerCase() ?? '';
      if (!kind.endings.includes(ending))
        throw new OldRefusal(40005, `files of type .${ending} are not taken as ${type}`);
      if (file.content.length > kind.most(world.limits)) throw new OldRefusal(40006, 'the file is too large');
      const mediaId = world.files.upload(type as MediaType, file.fileName, file.mime ?? 'text/plain', file.content);
      return json({ type, media_id: mediaId, created_at: world.clock.now() });
    },
  },
];

interface MediaKind {
  readonly endings: readonly string[];
  readonly most: (limits: DingtalkLimits) => number;
}

/** (upload-media-files) */
const MEDIA: Readonly<Partial<Record<string, MediaKind>>> = {
  image: { endings: ['jpg', 'jpeg', 'gif', 'png', 'bmp'], most: ({ imageBytes }) => imageBytes },
  voice: { endings: ['amr', 'mp3', 'wav'], most: ({ voiceBytes }) => voiceBytes },
  video: { endings: ['mp4'], most: ({ videoBytes }) => videoBytes },
  file: {
    endings: ['doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx', 'zip', 'pdf', 'rar'],
    most: ({ fileBytes }) => fileBytes,
  },
};
