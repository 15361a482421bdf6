import { LOOK_BACK } from './borders.ts';

/** What may stand between a label and its value: `订单号是：**`, `"orderId": "`, `| 单号 | `. */
const BETWEEN = '[\\s:：=＝#＃"\'`「『“‘（(\\[【<>*|为是]{0,8}$';
const SUFFIX = '(?:[ _-]?(?:id|no|num|number|key|code|ref)s?\\.?)';

const NOT_A_PHONE = new RegExp(
  `(?:${[
    '(?:订单|流水|交易|工单|运单|快递单|批次|序列|凭证|发票|合同|案|货|料|商品|条形|设备|型|单|编|批)(?:编?号码?|编码|条码|代码|码)',
    '订单ID|时间戳|金额|合计|总计|总额|总价|余额|库存|访问量|浏览量|播放量',
    `(?:order|tracking|shipment|invoice|serial|ticket|batch|transaction|txn|trace|span|request|build|sku|product|item|message|msg)${SUFFIX}`,
    'timestamp|epoch|amount|total|balance|bytes|size|offset|seq|sequence|seed|checksum',
  ].join('|')})${BETWEEN}`,
  'i',
);

const NOT_A_DOCUMENT = new RegExp(
  `(?:${[
    '订单|流水|交易|工单|运单|快递|物流|批次|序列号?|凭证|发票|合同|案号|编号|编码|型号|货号|料号|版本|设备|条码|主键|标识|哈希|时间戳|金额|单号|提交|错误码|航班|车次|房间|座位',
    '(?<![a-z])(?:id|ids|uid|uuid|guid|sn|imei|sku|ean|hash|sha|commit|pid|oid|ref|seq|key|token)',
    `(?:order|tracking|shipment|invoice|serial|ticket|batch|transaction|txn|trace|span|request|build|message|msg|session|task|job|event|part|model|error|flight)${SUFFIX}?`,
    'timestamp|epoch|version|build|amount|total|balance|checksum',
  ].join('|')})(?:号码?|编?号|代码|id)?${BETWEEN}`,
  'i',
);

const TRAVEL = /护照|通行证|证件|证号|旅行证|passport|travel (?:document|permit)/i;

/** Whether the words right before say that this long number is something else than somebody's phone. */
export function isLabelledOther(text: string, start: number): boolean {
  return NOT_A_PHONE.test(before(text, start, 32));
}

/** The same for cards and documents, whose digits look like those of any long id. */
export function isLabelledId(text: string, start: number): boolean {
  return NOT_A_DOCUMENT.test(before(text, start, 32));
}

/** Whether a travel document is spoken of shortly before. */
export function isAboutTravel(text: string, start: number): boolean {
  return TRAVEL.test(before(text, start, 32));
}

function before(text: string, start: number, length: number): string {
  return text.slice(Math.max(0, start - Math.min(length, LOOK_BACK)), start);
}
