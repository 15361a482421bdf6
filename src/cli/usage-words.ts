/** What Commander says of a command that was typed wrongly, in English, and the same in Chinese. */
const IN_CHINESE: readonly (readonly [RegExp, string])[] = [
  [/^unknown command '(.*)'/, '没有“$1”这个命令'],
  [/^unknown option '(.*)'/, '没有“$1”这个选项'],
  [/^missing required argument '(.*)'/, '缺少参数 $1'],
  [/^required option '(.*)' not specified/, '缺少选项 $1'],
  [/^option '(.*)' argument missing/, '选项 $1 缺少值'],
  [/^option '(.*)' argument '(.*)' is invalid\. /, '选项 $1 的值“$2”不对：'],
  [/^command-argument value '(.*)' is invalid for argument '(.*)'\. /, '参数 $2 的值“$1”不对：'],
  [/^too many arguments.* Expected (\d+) arguments? but got (\d+): (.*)\.$/, '参数过多：应为 $1 个，现有 $2 个（$3）'],
  [/Allowed choices are (.*)\.$/, '应为 $1 之一。'],
  [/\(Did you mean (?:one of )?(.*)\?\)/, '（是否想用 $1？）'],
];

/** Each part that is known is put into Chinese; what Commander may say one day stays as it is. */
export function usageInChinese(words: string): string {
  return IN_CHINESE.reduce((text, [english, chinese]) => text.replace(english, chinese), words);
}
