/** English words whose syllables the rules count wrongly, by the number of their syllables. */
const exceptions: Readonly<Record<number, string>> = {
  1: `eye eyes were where there here they queue whose leagues plague vague tongue rogue real weird friend priest tier pier
    fierce pierce lounge gauge guide since fleece seize geese choose loose goose please cheese leave breathe league lived loved moved used ones`,
  2: `every business people maybe quiet science client diet lion giant poem poet fuel cruel duel fluid ruin react chaos being going doing seeing
    hundred naked sacred wicked rugged crooked ragged evening argue argued value valued issue issued rescue tissue premier soldier
    frontier cashier senior junior genius savior trial dial vial liar friar riot pious bias really neon leopard something
    sometimes someone somewhere someday somehow careful safely likely homework lifetime timeline wednesday purpose service practice
    office promise justice notice premise surface palace preface necklace colleague technique unique antique fatigue intrigue marriage carriage
    million billion trillion onion union fashion cushion region legion vision passion mission nation station motion action question
    movement statement basement pavement placement engaged forehead baseline deadline guideline sideline pipeline headline lovely homepage
    workplace awesome handsome wholesome lonesome eighteen cafe cliche toward quiche forward     layoff comfort chocolate awful towel vowel jewel trowel bowel flower power tower shower lawyer mayor layer player buyer
    beyond loyal royal crayon rhythm prism schism chasm spasm iron desire acquire inquire require inspire expire retire
    admire entire aspire useful useless hopeful hopeless careless skiing trying flying crying playing saying paying buying staying
    software hardware homeless closely nicely widely mostly lately rarely barely surely timely lonely safety ninety nineteen ticket
    makeup wholesale gateway drawer sincere severe fewer newer viewer sewer brewer saying steering`,
  3: `area idea anyone everyone everything employee employer recipe beloved animal violin violent violence
    reliance compliance appliance alliance behavior society reaction reacted familiar peculiar companion
    opinion religion rebellion reunion dominion champion period theory theories video stereo radio studio audio creating     creative creation creator diamond violet poetry cruelty fluency influence sarcasm however moreover     marketplace placeholder stakeholder caretaker microphone takeover homeowner camera favorite favourite separate
    interest general several different carefully gratefully family memory history factory victory battery gallery
    grocery nobody somebody anyway scientist quietly diary variance museum vehicle
    management engagement involvement retirement requirement achievement advancement replacement improvement excitement judgement resume
    finally usual manual annual mutual virtual casual`,
  4: `everybody anybody reality ideally reliable variety anxiety experience convenience convenient ingredient obedient material
    territory secretary necessary dictionary ordinary temporary military january millennial colonial associate appreciate negotiate
    initiate evaluate situation graduation portfolio curriculum cooperate coordinate usually actually gradually visually casually
    category memorable comfortable interesting february `,
};

/** Word to number of syllables. */
export const syllableExceptions: ReadonlyMap<string, number> = new Map(
  Object.entries(exceptions).flatMap(([count, words]) =>
    words
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => [word, Number(count)] as const),
  ),
);
