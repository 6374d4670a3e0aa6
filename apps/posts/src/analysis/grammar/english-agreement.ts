import { baseOf, baseOfThird, gerundOf, participleOfPast, pastFrom, pastOfParticiple, thirdOf } from './english-words.ts';
import type { PatternRule, Suggest } from './grammar-rule.ts';

const toPlural: Readonly<Record<string, string>> = {
  is: 'are',
  was: 'were',
  has: 'have',
  does: 'do',
  "isn't": "aren't",
  "wasn't": "weren't",
  "hasn't": "haven't",
  "doesn't": "don't",
};
const toSingular: Readonly<Record<string, string>> = {
  are: 'is',
  were: 'was',
  have: 'has',
  do: 'does',
  "aren't": "isn't",
  "weren't": "wasn't",
  "haven't": "hasn't",
  "don't": "doesn't",
  am: 'is',
};
const plural: Suggest = ([verb = '']) => [toPlural[verb] ?? baseOfThird(verb) ?? ''].filter(Boolean);
const singular: Suggest = ([verb = '']) => [toSingular[verb] ?? thirdOf(verb)];
const base: Suggest = ([verb = '']) => [baseOfThird(verb) ?? baseOf(verb) ?? ''].filter(Boolean);
const single = "is|was|has|isn't|wasn't|hasn't|doesn't";
const indicative = "are|have|aren't|weren't|haven't|don't";
const determiner = 'the|my|our|your|his|her|their|these|those|both|all|many|several|few|most|two|three|four|five|some';
const oneOf = 'the|my|our|your|his|her|their|this|that|every|each|a|an|another';
const plainVerbs =
  'work|need|want|go|make|come|say|know|think|live|give|take|help|seem|become|keep|sell|write|speak|provide|offer|run|look|love|like|use|begin|start|bring|show';
const containers =
  'list|box|set|pile|quality|cost|price|use|lack|process|status|level|purpose|result|role|impact|collection|cause|owner|head|one|size|amount|success|value|pack|bag|stack';

/** Subject and verb, forms of verbs, singular and plural. */
export const agreementRules: readonly PatternRule[] = [
  ['subject-verb', "he|she|it [don't]", "doesn't", 0.95],
  ['subject-verb', "^ he|she|it [have|do|are|aren't|haven't] !to|i|you|we|they", singular, 0.85],
  ['subject-verb', "~if|wish|though ^ he|she|it [were|weren't] !to", singular, 0.7],
  ['subject-verb', "~between|and|or|of we|they|you|youre [was|is|has|doesn't|wasn't|isn't|hasn't] !up", plural, 0.9],
  ['subject-verb', "~and|or|than|as|between i [is|are|aren't|isn't]", 'am/was', 0.9],
  ['subject-verb', "~and|or i [has|doesn't|does|hasn't]", plural, 0.93],
  ['subject-verb', `^ he|she [@plainverb] !.|,`, singular, 0.85],
  [
    'subject-verb',
    `^ ~that|if he|she|it [${plainVerbs}] =in|at|on|for|with|to|a|the|very|me|us|every|from|as|well|hard|my|our`,
    singular,
    0.88,
  ],
  ['subject-verb', '^ we|they|you|i [@onlythird]', plural, 0.9],
  ['subject-verb', 'i [works|lives|needs|wants|likes|loves|thinks|uses|knows]', plural, 0.92],
  ['subject-verb', `^ ${determiner} @adj* @subjects [${single}]`, plural, 0.9],
  ['subject-verb', `^ these|those|many|several|two|three|four|five|both|most @any? @subjects [${single}]`, plural, 0.9],
  ['subject-verb', `people|children|customers|clients|men|women [${single}]`, plural, 0.8],
  [
    'subject-verb',
    `^ ${determiner} @adj* @subjects [works|needs|wants|says|goes|makes|comes|gives|takes|knows|thinks|seems|becomes|keeps|means|brings|sells|lives|loves|likes|helps|gets|leaves|runs|begins|provides|depends|believes|prefers|expects|deserves]`,
    plural,
    0.88,
  ],
  ['subject-verb', `^ ${oneOf} @adj* @single [${indicative}] !you|we|i|they`, singular, 0.86],
  ['subject-verb', `~if|wish|though|unless ^ ${oneOf} @adj* @purenoun [were]`, singular, 0.7],
  [
    'subject-verb',
    `^ ${oneOf} @adj* boss|manager|brother|sister|mother|father|friend|colleague|customer|client|boy|girl|man|woman|company|price|system|product|city|car|app|shop|machine|farm|daughter|son|wife|husband|neighbour|neighbor|teacher|driver|supplier [${plainVerbs}] =in|at|on|for|with|to|a|the|very|me|us|every|from|as|well|hard|my|our`,
    singular,
    0.85,
  ],
  [
    'subject-verb',
    `the|a|my|our|your|his|her|this ${containers} of @det? @adj* @plural [are|were|have|aren't|weren't|haven't]`,
    singular,
    0.82,
  ],
  ['subject-verb', `^ one of @det? @adj* @plural [are|were|have]`, singular, 0.9],
  ['subject-verb', `^ each|every|either|neither of @any? @any? [are|were|have]`, singular, 0.88],
  [
    'subject-verb',
    "^ everyone|everybody|nobody|someone|somebody|anyone|everything|nothing|something [are|were|have|don't|aren't|weren't|haven't|do]",
    singular,
    0.92,
  ],
  ['subject-verb', '^ every|each @single [are|were|have]', singular, 0.92],
  [
    'subject-verb',
    `the news|information|advice|equipment|furniture|feedback|software|money|knowledge|evidence|traffic|weather [are|were|have|aren't|weren't]`,
    singular,
    0.92,
  ],
  ['subject-verb', 'there [is|was] many|several|few|two|three|four|five|six|ten|hundreds|thousands|lots', plural, 0.9],
  ['subject-verb', "there [is|was|wasn't|isn't] @number|no|some @adj* @plural", plural, 0.85],
  [
    'subject-verb',
    'there [are|were] a|an|one !lot|few|couple|number|handful|bunch|million|hundred|thousand|variety|range @adj* @single',
    singular,
    0.85,
  ],
  [
    'verb-form',
    "have|has|had|haven't|hasn't|hadn't|i've|we've|they've|you've not|never|already|just? [went|saw|did|wrote|took|ate|drove|spoke|began|broke|chose|gave|knew|fell|forgot|sang|swam|rang|grew|flew|threw|wore|stole|rose|drank|shook]",
    ([past = '']) => [participleOfPast.get(past) ?? ''].filter(Boolean),
    0.93,
  ],
  [
    'verb-form',
    "have|has|had|haven't|hasn't|hadn't|i've|we've|they've|you've [came|became|ran]",
    ([past = '']) => [participleOfPast.get(past) ?? ''].filter(Boolean),
    0.93,
  ],
  [
    'verb-form',
    '^ so? i|we|they|he|she [seen|done|gone|written|taken|eaten|driven|spoken|begun|broken|chosen|given|known|grown|drunk]',
    ([participle = '']) => [pastOfParticiple.get(participle) ?? ''].filter(Boolean),
    0.9,
  ],
  [
    'verb-form',
    '~have|has|had|and i|we|they|he|she [seen|gone]',
    ([participle = '']) => [pastOfParticiple.get(participle) ?? ''].filter(Boolean),
    0.8,
  ],
  ['verb-form', "did|didn't @pronoun? [@irregularpast]", base, 0.93],
  ['verb-form', "didn't|don't|doesn't|won't|couldn't|wouldn't|can't|shouldn't never|really|even? [@past]", base, 0.88],
  ['verb-form', "doesn't|don't|didn't|can't|won't|couldn't|wouldn't|shouldn't [@third] ", base, 0.9],
  [
    'verb-form',
    'will|would|can|could|should|must|might @pronoun? [has|is|was|does|goes|works|needs|makes|takes|comes|gets|gives|wants|helps|went|came|made|took|gave|got|had|did|saw]',
    ([verb = '']) => [verb === 'is' || verb === 'was' ? 'be' : (baseOfThird(verb) ?? baseOf(verb) ?? '')].filter(Boolean),
    0.82,
  ],
  ['verb-form', 'does|did he|she|it|they|we|you|anyone|everyone [@third|@irregularpast]', base, 0.9],
  ['verb-form', 'to [goes|makes|has|does|went|works|takes|gives|gets|wrote|bought]', base, 0.85],
  [
    'verb-form',
    'look|looking|looks|looked forward to [meet|hear|see|work|speak|read|join|learn|start|talk|welcome|share|help|receive|connect|build]',
    ([verb = '']) => [gerundOf(verb)],
    0.93,
  ],
  ['verb-form', 'interested in [@onlyverb]', ([verb = '']) => [gerundOf(verb)], 0.85],
  ['verb-form', 'i|we|they|he|she [am|are|is agree|agreed]', '$2', 0.9],
  ['verb-form', 'if i|we|you|they|he|she|it [would have]', 'had', 0.9],
  [
    'verb-form',
    'asked|ask|wondered|wonder|know|knew me|us|him|her|them? what|where|why|how|when|who [did @pronoun @verb]',
    ([, who = '', verb = '']) => [`${who} ${pastFrom(verb)}`],
    0.85,
  ],
  ['verb-form', 'is|are|was|were [work|talk|make|go|come|try|look|speak] =on|at|to|in|with|for', ([verb = '']) => [gerundOf(verb)], 0.8],
  ['plural', '[advices]', 'advice', 0.95],
  ['plural', '[informations]', 'information', 0.97],
  [
    'plural',
    '[furnitures|equipments|feedbacks|homeworks|softwares|knowledges|evidences|luggages|hardwares|staffs|moneys|traffics|baggages]',
    ([word = '']) => [word.slice(0, -1)],
    0.9,
  ],
  ['plural', '[an|a advice|information|equipment|furniture] !@noun', '$2', 0.85],
  [
    'plural',
    'many|several|few|two|three|four|five|six|seven|eight|nine|ten|these|those [@single] =is|are|was|were|in|on|at|for|to|and|that|who|with|from|ago|have|of',
    ([noun = '']) => [/[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : /(?:s|sh|ch|x)$/.test(noun) ? `${noun}es` : `${noun}s`],
    0.75,
  ],
  [
    'plural',
    'one of the|my|our|your|his|her|their best|most|biggest|first|few @adj? [@single] =i|in|of|is|was|that|we',
    ([noun = '']) => [`${noun}s`],
    0.7,
  ],
  ['plural', 'too? how|so|too [much] @adj? @pureplural', 'many', 0.85],
  ['plural', '~how [many] information|advice|money|time|feedback|equipment|work|software|furniture|traffic|knowledge', 'much', 0.9],
  ['plural', '^ [this] @pureplural is|are|was|were|have|need', 'these', 0.85],
  [
    'fewer',
    '~no|much|nothing [less] people|customers|clients|meetings|employees|emails|errors|mistakes|bugs|cars|jobs|calls|tickets|students|workers|orders|items|posts|words|followers|applications|accidents|complaints|questions|steps|problems|tasks|features|members|visitors|orders|interviews|candidates|rules|trees|books',
    'fewer',
    0.9,
  ],
  ['comparison', '[more @comparative] !and', (words) => [words[1] ?? ''], 0.92],
  ['comparison', '[most best|fastest|easiest|biggest|cheapest|hardest|happiest|highest|lowest]', '$2', 0.95],
  [
    'adverb',
    'plays|played|play|works|worked|work|sings|sang|writes|wrote|speaks|spoke|performed|performs|runs|did|does|sleep|slept|went @any? @any? ~some|any|no|much|a|the|very|is|was|so|are|do|more|for|and|too|be|not|as|of|pretty [good] $',
    'well',
    0.75,
  ],
  ['pronoun', 'between you and [i]', 'me', 0.95],
  ['pronoun', 'for|with|to|from|between|about|of @any and [i] $', 'me', 0.85],
  [
    'preposition',
    'discuss|discussed|discusses|discussing|emphasize|emphasized|mention|mentioned [about @any]',
    (words) => [words[1] ?? ''],
    0.85,
  ],
  ['preposition', 'depend|depends|depended|depending [of]', 'on', 0.95],
  ['preposition', 'interested [on|about] ', 'in', 0.85],
  ['preposition', 'responsible [of]', 'for', 0.9],
  ['preposition', '[despite of]', 'despite', 0.95],
  ['preposition', 'according [with]', 'to', 0.92],
  ['preposition', 'capable [to] @verb', 'of', 0.7],
  ['preposition', 'explain|explained|describe|described|suggest|suggested [me|us] ', 'to $1', 0.85],
  ['preposition', 'listen|listened|listening [music|you|me|him|her|them|podcasts|the|my|your|our|their]', 'to $1', 0.92],
  [
    'preposition',
    "have|has|i've|been|am|is|are|we've|lived|worked @any? @any? [since] @number|many|several|a|few years|months|weeks|days|year|month|few|long !ago",
    'for',
    0.85,
  ],
  ['preposition', 'married [with]', 'to', 0.85],
  ['preposition', 'arrived|arrive|arrives|arriving [to] the|my|our|work|london|madrid|his|her', 'at/in', 0.8],
  [
    'article',
    "i|i'm|he|she|am|is|was|he's|she's|as|became|become am|is|was? [engineer|teacher|doctor|nurse|student|developer|designer|manager|architect|lawyer|accountant|consultant|analyst|electrician|welder|writer|entrepreneur|founder|freelancer|recruiter] with|from|at|in|who|and|$",
    ([noun = '']) => [`${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`],
    0.75,
  ],
];
