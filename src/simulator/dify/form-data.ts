import { readForm } from '../multipart.ts';

/** A file of a `multipart/form-data` body. */
export interface FormFile {
  readonly field: string;
  /** Empty when the part had none. */
  readonly name: string;
  readonly mime: string;
  readonly bytes: Buffer;
}

export interface FormData {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly FormFile[];
}

/** Tells the fields of a form from its files; undefined when the content type is that of no form. */
export function readFormData(contentType: string, body: Buffer): FormData | undefined {
  const parts = readForm(contentType, body);
  if (parts === undefined) return undefined;
  const fields: Record<string, string> = {};
  const files: FormFile[] = [];
  for (const { name: field, fileName, extendedFileName, mime, content } of parts) {
    const name = extendedFileName ?? fileName;
    if (name === undefined) fields[field] = content.toString('utf8');
    else files.push({ field, name, mime: mime ?? 'application/octet-stream', bytes: content });
  }
  return { fields, files };
}
