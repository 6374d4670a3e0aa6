import type { LexiconSource } from './lexicon-source.ts';

/** English words with a valence in [-4, 4]; our own list and weights. */
export const englishSentiment: LexiconSource = {
  adjectives: [
    [
      3.3,
      'amazing awesome excellent fantastic wonderful brilliant outstanding incredible phenomenal superb magnificent perfect stunning spectacular',
    ],
    [
      2.8,
      'great thrilled delighted beautiful inspiring extraordinary remarkable exceptional ecstatic overjoyed priceless flawless blessed terrific',
    ],
    [
      2.4,
      'happy proud excited lovely grateful thankful joyful delightful charming impressive splendid gorgeous passionate cheerful rewarding enjoyable memorable',
    ],
    [
      2,
      'good glad fun successful talented generous kind warm brave honored honoured pleased hopeful lucky friendly elegant creative insightful valuable meaningful fulfilling unforgettable exciting promising',
    ],
    [
      1.6,
      'nice useful helpful smooth strong effective efficient easy fast reliable clean fresh smart clever safe bright polite comfortable productive positive fair wise calm confident robust intuitive motivated innovative supportive sincere pleasant worthwhile',
    ],
    [1.1, 'interesting better healthy simple fine quiet accurate quick solid optimistic curious welcome affordable flexible'],
    [
      -3.3,
      'terrible horrible awful disgusting dreadful atrocious appalling abysmal horrific toxic disastrous catastrophic evil hateful miserable devastating',
    ],
    [
      -2.7,
      'worst furious heartbroken heartbreaking pathetic unacceptable outrageous shameful abusive ridiculous useless worthless devastated stupid tragic cruel',
    ],
    [
      -2.2,
      'sad angry bad disappointed disappointing boring annoying frustrating frustrated broken painful ugly rude unfair dishonest unhappy upset scared worried worse incompetent lousy poor nasty hopeless exhausting depressing depressed bitter ashamed hostile',
    ],
    [
      -1.7,
      'slow late confusing confused expensive lazy unreliable difficult tired pointless dull noisy dirty dangerous weak wrong unsafe anxious lonely stressful stressed negative overpriced unclear unprofessional disrespectful sloppy clumsy guilty jealous nervous greedy misleading mediocre messy',
    ],
    [-1.1, 'hard complicated tedious risky strange cold busy uncertain sick unstable cheap sceptical skeptical'],
  ],
  verbs: [
    [3, 'love adore cherish'],
    [2.4, 'thrill delight inspire celebrate amaze congratulate excel rejoice'],
    [1.9, 'enjoy appreciate succeed thank recommend admire praise impress improve achieve empower reward thrive shine honor'],
    [1.4, 'help support like solve trust benefit gain smile encourage grow welcome motivate deserve laugh'],
    [-3, 'hate despise destroy abuse kill betray'],
    [-2.3, 'disappoint ruin fail suck crash scam cheat insult humiliate harm suffer lie steal regret'],
    [
      -1.8,
      'annoy frustrate upset bore hurt reject complain waste ignore scare worry confuse blame damage struggle mislead threaten attack collapse cry offend',
    ],
    [-1.2, 'lack delay refuse doubt miss bother criticize criticise quit'],
  ],
  nouns: [
    [2.6, 'joy happiness masterpiece triumph excellence congratulation bliss gem'],
    [
      2,
      'success win award pleasure gratitude pride honor honour achievement breakthrough victory kindness passion dream favourite favorite champion winner hero',
    ],
    [1.4, 'gift talent wisdom opportunity trust hope milestone solution progress strength benefit growth'],
    [-3, 'disaster catastrophe nightmare hell tragedy death fraud hatred garbage'],
    [-2.3, 'failure mess shame scandal crisis layoff burnout rejection disgrace crap chaos war victim fear anger misery grief'],
    [
      -1.7,
      'problem bug error mistake complaint pain delay loss issue risk conflict stress nonsense injustice abuse threat fault defect obstacle disappointment frustration',
    ],
  ],
  fixed: [
    [2.6, 'best'],
    [2.3, 'congrats congratulations yay woohoo hooray kudos bravo wow'],
    [2, 'won loved thanks worth glad'],
    [1.7, 'well beats cheers happily'],
    [-1.8, 'lost lose loses losing ugh meh hated stole stolen stuck lied sadly unfortunately painfully fired rant'],
    [-2, 'wtf worst'],
  ],
  phrases: [
    [
      2.2,
      "paid off, pays off, over the moon, dream come true, made my day, made my week, we did it, thank you, huge thanks, many thanks, means a lot, means the world, no regrets, on track, ahead of schedule, under budget, sold out, record year, record month, record quarter, well deserved, never looked back, standing ovation, hit our target, hit our targets, blew me away, could not be happier, couldn't be happier, could not be prouder, couldn't be prouder, exceeded our expectations, exceeded expectations, on point, a pleasure, a joy, a delight, a win, what a team, what a year, what a day, what a ride, look back with, here's to, here is to, above and beyond, went the extra mile, stands out, stood out, at its best, best in class, life saver, big step forward, breath of fresh air",
    ],
    [
      -2.2,
      "give up, gave up, giving up, not once, no answer, no reply, no response, no excuse, zero respect, full of ads, impossible to, laid off, cost us, too late, too slow, too expensive, too many bugs, fell apart, falling apart, a joke, stay away, went wrong, goes wrong, broke down, went down, down the drain, out of business, out of touch, last straw, walked away, ran out of, shut down, dropped the ball, red flag, red flags, lip service, empty promises, nobody cares, no one cares, nobody listens, nobody answers, no one answers, hard to believe, hard pass, could have been avoided, should have been avoided, not acceptable, not good enough, not fair, makes no sense, made no sense, does not care, do not care, don't care, doesn't care, deserve better, deserves better, deserved better, takes forever, took forever, still waiting, how hard can it be, enough is enough, does not help, doesn't help, did not help, didn't help, never called back, never got back",
    ],
    [
      2.4,
      'such a relief, what a relief, hire her again, hire him again, hire them again, would not change a thing, highly recommend, worth it, worth every, nothing beats, well done, hats off, second to none, game changer, top notch, changed my life, changed my career, dream come true',
    ],
    [
      1.5,
      "no complaints, can't complain, cannot complain, no problem, no worries, easy to use, look forward, looking forward, no doubt, without a doubt, on time, not bad, so good, like a charm",
    ],
    [
      -2.2,
      "waste of time, waste of money, fed up, sick of, tired of, let down, what a joke, never again, never answers, never works, doesn't work, does not work, don't work, did not work, didn't work, stopped working, keeps crashing, far too, rip off, out of control, go wrong, went wrong, hit hard",
    ],
    [
      0,
      'good friday, award ceremony, loss function, squared errors, hard work, working hard, work hard, worked hard, pretty much, as well, well as, like this, like a, like to, looks like, feel like, feels like, would like, something like, kind of, kind regards, error handling, bug fix, interest rate, risk management, good morning, good afternoon, win rate, delay of, support for, support team, customer support, fast food, easy chair',
    ],
  ],
  negators: `not no never neither nor none nobody nothing nowhere without hardly barely scarcely rarely seldom cannot cant wont dont aint lacks lacking
    don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't haven't hasn't hadn't ain't`,
  clauseNegators: 'nobody none nothing neither never',
  reversers: `solve solved solves solving fix fixed fixes fixing avoid avoids avoided avoiding reduce reduced reduces reducing prevent prevents
    prevented eliminate eliminated overcome overcame end ended fewer less`,
  notNegating: 'only just merely',
  superlativeNegators: "never nothing nobody couldn't can't cannot",
  comparatives: 'so such better happier prouder worse more easier nicer faster stronger smarter kinder greater warmer prettier',
  intensifiers: `very really so extremely incredibly totally absolutely completely truly deeply highly super remarkably especially particularly hugely
    insanely utterly genuinely seriously exceptionally such too much most painfully`,
  diminishers: 'slightly somewhat fairly kinda sorta bit little partly almost mildly marginally occasionally',
  contrasts: 'but however yet nevertheless nonetheless',
};
