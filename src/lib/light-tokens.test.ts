import createMarkdown from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { useLightTokens } from './light-tokens.ts';

const TEXT = `# 报销 *now*

请在**月底前**提交，see [the \`handbook\`](https://example.com "h") and ![a *b*](https://example.com/i.png).

| a | b |
| --- | ---: |
| ~~1~~ | <https://example.com> |

1. one
   - two **three *four***

> quoted
> \`\`\`sql
> select 1
> \`\`\`

    indented

***
[ref]: https://example.com
[ref] &amp; \\* end  
line`;

describe('tokens made in the cheap way', () => {
  it('are those the library makes', () => {
    const light = createMarkdown();
    useLightTokens(light);
    expect(plain(light.parse(TEXT, {}))).toEqual(plain(createMarkdown().parse(TEXT, {})));
    expect(light.render(TEXT)).toBe(createMarkdown().render(TEXT));
  });

  it('leave nothing out of what the library knows of a line', () => {
    const library = createMarkdown();
    const light = createMarkdown();
    useLightTokens(light);
    const known = ({ inline }: typeof light) => plain({ ...new inline.State('a *b*', light, {}, []), md: undefined });
    expect(known(light)).toEqual(known(library));
  });
});

function plain(tokens: unknown): unknown {
  return JSON.parse(JSON.stringify(tokens));
}
