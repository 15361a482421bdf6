import { describe, expect, it } from 'vitest';
import { parseXml, toXml, xmlChild, xmlList, xmlText } from './xml.ts';

describe('the vendor’s XML', () => {
  it('puts texts into CDATA and numbers bare, 64-bit ids included', () =>
    expect(toXml({ Content: '你好', CreateTime: 1767225600, MsgId: 7459035031717794801n })).toBe(
      '<xml><Content><![CDATA[你好]]></Content><CreateTime>1767225600</CreateTime><MsgId>7459035031717794801</MsgId></xml>',
    ));

  it('keeps the end of a CDATA within a text', () => {
    const written = toXml({ Content: 'a]]>b' });
    expect(xmlText(parseXml(written), 'Content')).toBe('a]]>b');
  });

  it('repeats the element of a list', () => {
    const items = parseXml(toXml({ Articles: { item: [{ Title: 'a' }, { Title: 'b' }] } }));
    expect(xmlList(xmlChild(items, 'Articles'), 'item').map((item) => xmlText(item, 'Title'))).toEqual(['a', 'b']);
  });

  it('reads bare texts with entities, and empty elements', () =>
    expect(parseXml('<xml>\n<A>1 &lt; 2</A><B/></xml>')).toEqual({ A: '1 < 2', B: '' }));

  it.each([
    '',
    '<xml><A></xml>',
    '<xml><A></B></xml>',
    '<!DOCTYPE x []><xml></xml>',
    '<a>1</a><b>2</b>',
    '<xml a="1"/>',
  ])('refuses %s', (source) => expect(() => parseXml(source)).toThrow());
});
