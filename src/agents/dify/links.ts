/** What stands before a path to a file in Markdown and HTML. */
const BEGINNINGS = ['](/files/', 'src="/files/', 'href="/files/'];
const LINK = /(\]\(|src="|href=")(?=\/files\/)/g;
const LONGEST = Math.max(...BEGINNINGS.map((beginning) => beginning.length));

/** An address without a host belongs to the server that gave it. */
export function absoluteUrl(url: string, host: string): string {
  return url.startsWith('/') && !url.startsWith('//') ? host + url : url;
}

/** Gives the links to files in a whole text their host. */
export function absoluteLinks(text: string, host: string): string {
  return text.includes('/files/') ? text.replace(LINK, (before) => before + host) : text;
}

/** Gives links to files their host in a text that comes in pieces; holds back what may become such a link. */
export class LinkStream {
  readonly #host: string;
  #held = '';

  constructor(host: string) {
    this.#host = host;
  }

  get heldChars(): number {
    return this.#held.length;
  }

  push(text: string): string {
    const whole = this.#held + text;
    const cut = whole.length - openChars(whole);
    this.#held = whole.slice(cut);
    return absoluteLinks(whole.slice(0, cut), this.#host);
  }

  end(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }
}

/** How many characters at the end are the beginning, not the whole, of a link. */
function openChars(text: string): number {
  for (let count = Math.min(LONGEST - 1, text.length); count > 0; count--) {
    const tail = text.slice(-count);
    if (BEGINNINGS.some((beginning) => beginning.startsWith(tail) && beginning !== tail)) return count;
  }
  return 0;
}
