import type { IncomingMessage } from 'node:http';
import type { DemoApp } from './apps.ts';
import { type Call, optionalUser, type World } from './call.ts';
import { isUuid } from './chance.ts';
import { seconds } from './clock.ts';
import { extensionOf, maxBytesOf } from './file-kinds.ts';
import type { FormFile } from './form-data.ts';
import { invalidParam, notFound, refusal } from './refusals.ts';
import type { StoredFile } from './rows.ts';
import type { GeneratedFile } from './steps.ts';

const BLOCKED = ['exe', 'bat', 'dll'];
const MAX_NAME = 200;

interface Owner {
  readonly app: DemoApp;
  readonly user: string;
}

/** `POST /files/upload` */
export function upload(call: Call): void {
  const { world, app, req } = call;
  const form = call.form();
  const file = onlyFile(call, form.files);
  const user = optionalUser(form.fields.user);
  const stored = keep(world, { app, user }, file);
  const url = world.signer.sign(`/files/${stored.id}/file-preview`, req);
  call.send(201, {
    id: stored.id,
    reference: null,
    name: stored.name,
    size: stored.bytes.length,
    extension: stored.extension,
    mime_type: stored.mime,
    created_by: world.store.endUserId(app, user),
    created_at: seconds(stored.createdAt),
    preview_url: null,
    source_url: url,
    original_url: null,
    user_id: null,
    tenant_id: null,
    conversation_id: null,
    file_key: null,
  });
}

function onlyFile({ world }: Call, files: readonly FormFile[]): FormFile {
  const [file, second] = files.filter(({ field }) => field === 'file');
  if (file === undefined) throw refusal(400, 'no_file_uploaded', 'Please upload your file.');
  if (second !== undefined || files.length > 1) throw refusal(400, 'too_many_files', 'Only one file is allowed.');
  if (file.name === '') throw refusal(400, 'filename_not_exists_error', 'The specified filename does not exist.');
  if (/[/\\]/.test(file.name)) throw invalidParam('Filename contains invalid characters');
  const extension = extensionOf(file.name);
  if ((world.options.blockedExtensions ?? BLOCKED).includes(extension)) {
    throw refusal(400, 'file_extension_blocked', `File extension '.${extension}' is not allowed for security reasons.`);
  }
  if (file.bytes.length > maxBytesOf(extension)) throw refusal(413, 'file_too_large', 'File size exceeded.');
  return file;
}

function keep(world: World, owner: Owner, file: Omit<FormFile, 'field'>): StoredFile {
  const stored: StoredFile = {
    ...owner,
    id: world.chance.uuid(),
    name: shortName(file.name),
    extension: extensionOf(file.name),
    mime: file.mime,
    // The request's body would live as long as this view of it.
    bytes: Uint8Array.from(file.bytes),
    createdAt: world.clock.now(),
    attached: false,
  };
  world.store.addFile(stored);
  return stored;
}

function shortName(name: string): string {
  if (name.length <= MAX_NAME) return name;
  const extension = extensionOf(name);
  return `${name.slice(0, MAX_NAME - extension.length - 1)}.${extension}`;
}

/** Keeps what an answer made, under an address that lives for 300 s. */
export function keepGenerated(
  world: World,
  req: IncomingMessage,
  owner: Owner,
  file: { name: string; mime: string; bytes: Uint8Array },
): GeneratedFile {
  const stored = keep(world, owner, { ...file, bytes: Buffer.from(file.bytes) });
  stored.attached = true;
  const url = world.signer.sign(`/files/tools/${stored.id}.${stored.extension}`, req);
  return {
    id: stored.id,
    name: stored.name,
    extension: stored.extension,
    mime: stored.mime,
    size: stored.bytes.length,
    url,
  };
}

/** `GET /files/{file_id}/preview`: only what a message of this app carries, and only for its owner. */
export function preview(call: Call): void {
  const { world, app, params, query } = call;
  const file = world.store.files.get(params[0] ?? '');
  if (file === undefined || !file.attached) throw refusal(404, 'file_not_found', 'The requested file was not found.');
  if (file.app.id !== app.id || file.user !== optionalUser(query.get('user'))) {
    throw refusal(403, 'file_access_denied', 'Access to the requested file is denied.');
  }
  const ranges = /^(?:audio|video)\//.test(file.mime) ? ['Accept-Ranges', 'bytes'] : [];
  sendBytes(call, file, [...ranges, ...(query.get('as_attachment') === 'true' ? attachment(file) : [])]);
}

function sendBytes({ res, headers }: Pick<Call, 'res' | 'headers'>, file: StoredFile, more: readonly string[]): void {
  const length = String(file.bytes.length);
  res.writeHead(200, ['Content-Type', file.mime, 'Content-Length', length, ...headers, ...more]).end(file.bytes);
}

function attachment(file: StoredFile): string[] {
  return ['Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`];
}

const SIGNED = /^\/files\/(?:tools\/([0-9a-f-]+)\.\w+|([0-9a-f-]+)\/file-preview)$/i;

/** Files by their signed address, outside of `/v1` and without a key. */
export function signedFile(world: World, call: Pick<Call, 'path' | 'query' | 'res' | 'headers'>): void {
  const { path, query } = call;
  const found = SIGNED.exec(path);
  const id = found?.[1] ?? found?.[2] ?? '';
  const file = isUuid(id) ? world.store.files.get(id) : undefined;
  if (file === undefined) throw notFound('File not found');
  if (!world.signer.isValid(path, query)) throw refusal(403, 'forbidden', 'Invalid request.');
  sendBytes(call, file, found?.[1] === undefined ? [] : attachment(file));
}
