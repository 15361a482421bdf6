import { describe, expect, it } from 'vitest';
import { childrenAt, parseXml, XmlError } from './xml.ts';

describe('reading XML', () => {
  it('gives texts by name, CDATA and bare alike', () => {
    const text = '<xml><To><![CDATA[a <b> &amp; c]]></To><Count>2</Count><Empty></Empty><Gone/></xml>';
    expect(parseXml(text)).toEqual({ To: 'a <b> &amp; c', Count: '2', Empty: '', Gone: '' });
  });

  it('keeps every digit of an id above 2^53', () => {
    expect(parseXml('<xml><MsgId>7459035031717794801</MsgId></xml>')).toEqual({ MsgId: '7459035031717794801' });
  });

  it('keeps blanks and line breaks inside a text', () => {
    expect(parseXml('<xml><T><![CDATA[ one\n two ]]></T></xml>')).toEqual({ T: ' one\n two ' });
  });

  it('joins a text that was cut because it held the end mark of CDATA', () => {
    expect(parseXml('<xml><T><![CDATA[a]]]]><![CDATA[>b]]></T></xml>')).toEqual({ T: 'a]]>b' });
  });

  it('knows the five predefined entities', () => {
    expect(parseXml('<xml><T>&lt;a&gt; &amp;amp; &quot;&apos;</T></xml>')).toEqual({ T: '<a> &amp; "\'' });
  });

  it('takes one child and many alike', () => {
    const one = parseXml('<xml><Id>a</Id></xml>');
    const many = parseXml('<xml><Id>a</Id><Id>b</Id></xml>');
    expect([childrenAt(one, 'Id'), childrenAt(many, 'Id'), childrenAt(one, 'None')]).toEqual([['a'], ['a', 'b'], []]);
  });

  it('takes a declaration and blanks around the document', () => {
    expect(parseXml('<?xml version="1.0" encoding="UTF-8"?>\n<xml><T>1</T></xml>\n')).toEqual({ T: '1' });
  });

  it.each([
    ['a document type', '<!DOCTYPE x><xml><T>1</T></xml>'],
    ['entities of its own', '<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><T>&a;</T></xml>'],
    ['a reach for a file', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml>&a;</xml>'],
    ['an unknown entity', '<xml><T>&nbsp;</T></xml>'],
    ['a numeric entity', '<xml><T>&#65;</T></xml>'],
    ['a comment', '<xml><!-- hello --><T>1</T></xml>'],
    ['an instruction', '<xml><?php echo 1 ?></xml>'],
    ['names that reach into objects', '<xml><__proto__><x>1</x></__proto__></xml>'],
    ['endless nesting', `<xml>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</xml>`],
    ['a text that was cut', '<xml><T>1</T><Con'],
    ['a tag that was never closed', '<xml><T>1</xml>'],
    ['two documents', '<xml><T>1</T></xml><xml><T>2</T></xml>'],
    ['JSON', '{"a":1}'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(() => parseXml(text)).toThrow(XmlError);
  });
});
