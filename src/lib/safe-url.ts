/** A web or mail address, written so that it cannot end the brackets of a Markdown link; undefined for anything else. */
export function safeUrl(url: string): string | undefined {
  if (!/^(?:https?:\/\/|mailto:)/i.test(url)) return undefined;
  return url
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
    .replace(/[\s<>]/g, encodeURIComponent);
}
