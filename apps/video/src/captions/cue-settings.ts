/** Cue settings of WebVTT: those that the standard knows, with values that it allows. @see https://www.w3.org/TR/webvtt1/#webvtt-cue-settings */

const percentage = String.raw`(?:100(?:\.0+)?|\d{1,2}(?:\.\d{1,6})?)%`;

/** `region` is left out with the regions themselves. */
const patterns: Readonly<Record<string, RegExp>> = {
  vertical: /^(?:rl|lr)$/,
  line: new RegExp(`^(?:-?\\d{1,4}|${percentage})(?:,(?:start|center|end))?$`),
  position: new RegExp(`^${percentage}(?:,(?:line-left|center|line-right))?$`),
  size: new RegExp(`^${percentage}$`),
  align: /^(?:start|center|end|left|right)$/,
};

/** @param text what follows the times of a cue. @returns the settings that are valid, each once, separated by a blank */
export function cueSettings(text: string): string {
  const kept = new Map<string, string>();
  for (const [name = '', value = ''] of text.split(/[ \t]+/).map((setting) => setting.split(':', 2)))
    if (Object.hasOwn(patterns, name) && patterns[name]!.test(value)) kept.set(name, `${name}:${value}`);
  return [...kept.values()].join(' ');
}
