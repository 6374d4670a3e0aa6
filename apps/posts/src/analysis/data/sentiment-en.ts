import type { LexiconSource } from './lexicon-source.ts';

/** English words with a valence in [-4, 4]; our own list and weights. */
export const englishSentiment: LexiconSource = {
  adjectives: [
    [
      1.9,
      'cool prompt tremendous exquisite flavorful flavourful delish scrumptious superior sublime heavenly marvelous marvellous fabulous glorious radiant fantastic first-rate top-quality high-quality user-friendly mouthwatering pristine immaculate sleek stylish comfy lightweight trustworthy dependable conscientious proactive approachable empathetic compassionate collaborative energising energizing motivating empowering enlightening thought-provoking illuminating captivating engrossing compelling riveting hooked ingenious masterful meticulous diligent tireless selfless courageous fearless determined persistent visionary cutting-edge revolutionary transformative impactful influential formidable prestigious coveted sought-after successful prosperous lucrative profitable vibrant lively festive cheerful jubilant elated euphoric exhilarated exhilarating enchanting magnetic refreshing soothing restorative healing invigorating wholesome delicate juicy tender succulent crispy creamy velvety aromatic fragrant',
    ],
    [
      -1.9,
      'afraid flimsy tinny rubbish junky crappy substandard inferior shabby worn-out tacky yucky inedible undercooked overcooked flavorless flavourless tepid stinky grimy unhygienic unsanitary rancid nauseating sickening repulsive disastrous ruinous dire grim bleak gloomy dismal woeful deplorable shocking scandalous outrageous inexcusable indefensible insulting degrading humiliating demeaning dehumanising dehumanizing patronising infuriating exasperating maddening irritating aggravating unprofessional discourteous impolite insolent snobbish stingy petty spiteful vindictive malicious ruthless callous cold-hearted inconsiderate thoughtless irresponsible lax inept clueless incapable unqualified disorganized chaotic erratic inconsistent unpredictable unstable unsustainable unworkable impractical inconvenient unintuitive unfriendly unwelcoming uninspiring uninspired unimaginative unoriginal repetitive predictable tiresome wearisome tedious long-winded pretentious shallow superficial empty hollow insincere hypocritical dishonest deceitful fraudulent misleading murky opaque unjust unequal biased exploitative oppressive authoritarian intolerant prejudiced xenophobic homophobic unemployed destitute bankrupt broke indebted desperate helpless powerless worthless unloved unwanted unappreciated unheard unseen invisible isolated abandoned betrayed deceived cheated robbed swindled duped bewildered perplexed baffled dismayed appalled aghast horrified terrified frightened petrified fearful apprehensive uneasy restless sleepless tearful mournful sorrowful heartsick inconsolable grieving bereaved traumatised traumatized shattered wrecked ruined',
    ],
    [
      1.9,
      'chuffed stoked pumped buzzing invaluable gifted skilled dedicated hardworking resilient thriving dependable knowledgeable sturdy durable witty booming peaceful spacious',
    ],
    [-2, 'hideous revolting offensive disgraceful despicable unforgivable infuriating enraged wretched appalling ruthless'],
    [
      -1.5,
      'exhausted draining alarming concerning hazardous senseless spineless deceptive sketchy discriminatory sexist ageist extortionate subpar lacklustre lackluster monotonous bland smelly disorganised convoluted cumbersome bureaucratic heartless',
    ],
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
    [
      1.9,
      'heartwarming uplifting breathtaking seamless effortless painless hassle-free well-deserved heartfelt unbeatable unmatched unrivalled award-winning record-breaking groundbreaking pioneering trailblazing first-class top-notch world-class life-changing game-changing eye-opening hilarious tasty yummy cosy cozy stellar humbled speechless energised energized refreshed recharged relieved spotless punctual attentive courteous responsive crisp polished dreamy magical iconic legendary unreal swift snappy intuitive',
    ],
    [
      -1.9,
      'unreadable unusable unhelpful unresponsive unanswered unread unpaid underpaid understaffed overworked overbooked overcrowded overhyped overrated overwhelmed underwhelming undervalued unsupported unfinished untested unbearable uncomfortable unrealistic unlawful unethical inaccessible inadequate incoherent incomplete inconsistent inaccurate inexcusable invasive ineffective inefficient insufficient intolerable illegible illogical outdated obsolete buggy glitchy laggy clunky flaky bloated soggy stale tasteless tone-deaf fake bogus shady dodgy shoddy crooked corrupt predatory manipulative condescending dismissive arrogant patronising patronizing careless reckless negligent unjustified unwarranted unresolved delayed cancelled canceled postponed stranded ghosted mandatory-fun soul-crushing mind-numbing headache-inducing half-baked half-hearted short-staffed cramped filthy leaky rusty faulty defective lifeless joyless jobless homeless burnt-out burned-out drained demoralised demoralized demotivated discouraged disheartened disillusioned gutted crushed livid fuming speeding',
    ],
    [-1.1, 'hard complicated tedious risky strange cold busy uncertain sick unstable cheap sceptical skeptical'],
  ],
  verbs: [
    [
      -1.6,
      'shatter wreck sabotage hamper hinder thwart jeopardise jeopardize undermine erode demoralise demoralize demotivate discourage dishearten depress sadden dismay appal appall horrify disgust infuriate enrage exasperate irritate aggravate baffle bewilder overwhelm suffocate stifle ostracise ostracize marginalise marginalize sideline snub shun alienate deceive swindle dupe fleece gouge detest defraud mistreat exclude botch bungle squander cripple protest grieve weep belittle overcharge underpay',
    ],
    [
      1.6,
      'delight captivate enchant fascinate charm dazzle wow astound astonish mesmerise mesmerize motivate invigorate rejuvenate revitalise revitalize nurture cheer champion commend laud salute congratulate revere flourish rock prosper excite energise energize uplift applaud outperform surpass ace master treasure savour savor relish simplify streamline',
    ],
    [
      -1.7,
      'ghost churn overcharge mislabel mishandle mismanage misplace misrepresent underpay understaff oversell overpromise exploit discriminate harass bully belittle patronise patronize gaslight micromanage nag pester spam leak crumble deteriorate worsen backfire flop bankrupt evict outsource stall freeze lag glitch malfunction squeak rattle stink rot vanish shrug sneer mock neglect plagiarise plagiarize bribe cringe dread loathe resent',
    ],
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
    [
      1.6,
      'craftsmanship savings bargain feat distinction honour-roll triumph standing-ovation delight joyride prodigy virtuoso gem treasure blessing godsend accomplishment trophy breakthrough masterpiece',
    ],
    [
      -1.7,
      'junk trash rubbish lemon dud flimflam mediocrity disrespect disregard indifference rudeness stench filth mould mold madhouse screw-up cockup foul-up red-tape deception swindle hypocrite liar cheater tyrant debacle shambles despair hardship corruption mismanagement redundancy insolvency flaw',
    ],
    [
      -1.7,
      'outage downtime breach leak overcharge runaround bureaucracy backlog bottleneck greenwashing shrinkflation micromanagement micromanager plagiarism spam spammer malware phishing hacker theft burglary eviction foreclosure bankruptcy recession downgrade setback flop fiasco blunder mishap glitch crash hiccup nuisance letdown ripoff rip-off slog grind rant whining gaslighting favouritism favoritism nepotism discrimination harassment bullying sexism racism exploitation inequality greed hypocrisy ignorance negligence incompetence arrogance apathy chore headache hassle ordeal turmoil uproar backlash lawsuit penalty surcharge markup inflation shortage scarcity drought flood wildfire earthquake accident injury illness infection cancer tumour tumor refugee funeral condolence heartbreak loneliness insomnia exhaustion fatigue anxiety',
    ],
    [
      1.7,
      'accolade applause ovation recommendation testimonial shoutout shout-out props camaraderie teamwork mentorship gratefulness comeback upgrade bonus promotion scholarship graduation wedding anniversary birthday newborn celebration festival feast treat bargain delicacy lifesaver godsend superstar rockstar legend genius role-model trailblazer powerhouse highlight standout perk laughter sunshine serenity bravery courage resilience generosity kindness warmth enthusiasm optimism inspiration craftsmanship elegance clarity',
    ],
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
    [
      0,
      `agree agreed agrees agreement agreements safety safely security secure secured securely share shared shares sharing interest interests natural naturally
 resolution united unite unity vision warmer warming party parties original originally play played playing plays player players credit credits
 create created creates creating active actively activity value values certain certainly clear cleared clearly challenge challenges challenging alert
 alerts alone avoid avoids avoided avoiding block blocks cut cuts cutting drop drops demand demands emergency emergencies fire fires force forces gun
 hide hidden limited limits limitation low lower lowest lowering missing pressure protests restrict restricted restricts strike strikes 
 stops stopped stopping trial unknown urgent warn warning warnings weapon weapons top tops yes ok okay asset assets energy energies
 feature features matter matters number opportunity opportunities care safe increase increased increases commit committed commitment
 chance chances certain engage engaged engagement encourage favor favour favors favours fit fitness focused focus join joined joins
 keen luck mature novel opened peace prepared profit profits
 protect protected protecting protection quick quickly reach reached relax responsible save saved saving savings
 simply special spirit straight sure wish wishes charges
 charge charged fee hid hides leave leaving no 
 odd obligation pay poverty punish static suspect tax ticket vague war accepted accept accepts accepting
 approval approve approved certificate earn earned earns ease easily fund funds granted greet greets humor
 importance important independence innovate intelligence invite invited invites inviting launched legal
 legally moral  hardly true grace definitely super later latest lately honestly frankly interestingly surely truthfully seriously kindly opportune promote promoted promotes promoting readiness   
 score stable supporter supporters treat truth  `,
    ],
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
  regrets: 'shame pity sad sadly unfortunately regrettably alas',
  removers:
    'gone solved fixed resolved cured healed vanished disappeared overcame overcome beat conquered disarmed eased ease eases relieved relief sorted',
  negators: `not no zero never neither nor none nobody nothing nowhere without hardly barely scarcely rarely seldom cannot cant wont dont aint didnt doesnt isnt arent wasnt werent wouldnt couldnt shouldnt havent hasnt hadnt lacks lacking
    don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't haven't hasn't hadn't ain't`,
  clauseNegators: 'nobody none nothing neither never',
  expected: `answer answers answered reply replies replied respond responds responded work works worked load loads loaded listen listens listened care cares
    cared arrive arrived deliver delivers delivered apologise apologised apologize apologized explain explained understand understands
    notice noticed refund refunded responsible responsibility`,
  praise: `classy great good nice wonderful brilliant fantastic awesome lovely perfect excellent amazing bravo congratulations congrats thanks cheers kudos wow
    well super cool fabulous splendid`,
  again: 'another again yet more one so now because just',
  today: 'today now nowadays finally tonight',
  concessions: 'after despite although though while whereas',
  reversers: `solve solved solves solving fix fixed fixes fixing avoid avoids avoided avoiding reduce reduced reduces reducing prevent prevents
    prevented eliminate eliminated overcome overcame end ended fewer less cure cures cured heal heals healed ease eases eased relieve relieves relieved forget goodbye survived survive beat halve halved halves`,
  notNegating: 'less only just merely believe imagine wait',
  besides:
    "nothing not never dont didnt doesnt isnt wasnt wont no without don't doesn't didn't won't isn't wasn't aren't haven't hasn't hadn't nobody zero",
  superlativeNegators: "never nothing nobody couldn't can't cannot",
  comparatives: 'so such better happier prouder worse more easier nicer faster stronger smarter kinder greater warmer prettier',
  intensifiers: `definitely very really so extremely incredibly totally absolutely completely truly deeply highly super remarkably especially particularly hugely
    insanely utterly genuinely seriously exceptionally such too much most painfully`,
  diminishers: 'slightly somewhat fairly kinda sorta bit little partly almost mildly marginally occasionally',
  contrasts: 'but however yet nevertheless nonetheless',
};
