/** The name at the end of an address, without what the address escapes. */
export function fileNameIn(url: string): string {
  const last = (url.split(/[?#]/, 1)[0] ?? '').split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || 'file';
  } catch {
    return last;
  }
}
