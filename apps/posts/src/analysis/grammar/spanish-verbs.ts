import { verbList } from '../data/word-classes-es.ts';
import { wordSet } from '../text-document.ts';

/** Person and number: `1s`, `3p`; `inf`, `ger` and `part` for forms without. */
export type VerbForm = '1s' | '2s' | '3s' | '1p' | '2p' | '3p' | 'inf' | 'ger' | 'part';

const infinitives = wordSet(
  verbList,
  'ser estar haber ir tener hacer decir poder querer saber venir poner ver dar salir oír reír sonreír freír caer traer',
);
type Endings = ReadonlyMap<string, VerbForm>;
const persons: readonly VerbForm[] = ['1s', '2s', '3s', '1p', '2p', '3p'];
const tense = (list: string): [string, VerbForm][] => list.split(' ').map((ending, at) => [ending, persons[at]!]);
const future = [...tense('é ás á emos éis án'), ...tense('ía ías ía íamos íais ían')];

const ar: Endings = new Map([
  ...tense('ara aras ara áramos arais aran'),
  ...tense('e es e emos éis en'),
  ...tense('aba abas aba ábamos abais aban'),
  ...tense('é aste ó amos asteis aron'),
  ...tense('o as a amos áis an'),
  ...(['ado', 'ada', 'ados', 'adas'] as const).map((ending): [string, VerbForm] => [ending, 'part']),
  ['ando', 'ger'],
]);
const erIr: Endings = new Map([
  ...tense('iera ieras iera iéramos ierais ieran'),
  ...tense('a as a amos áis an'),
  ...tense('ía ías ía íamos íais ían'),
  ...tense('í iste ió imos isteis ieron'),
  ...tense('o es e emos éis en'),
  ['imos', '1p'],
  ['ís', '2p'],
  ...(['ido', 'ida', 'idos', 'idas'] as const).map((ending): [string, VerbForm] => [ending, 'part']),
  ['iendo', 'ger'],
]);

/** Irregular forms: present, past, imperfect, subjunctive; six persons each, a dash where there is none. */
const irregular = `soy eres es somos sois son|fui fuiste fue fuimos fuisteis fueron|era eras era éramos erais eran|sea seas sea seamos seáis sean|fuera fueras fuera fuéramos fuerais fueran
estoy estás está estamos estáis están|estuve estuviste estuvo estuvimos estuvisteis estuvieron|esté estés esté estemos estéis estén|estuviera estuvieras estuviera estuviéramos estuvierais estuvieran
he has ha hemos habéis han|hube hubiste hubo hubimos hubisteis hubieron|haya hayas haya hayamos hayáis hayan|hubiera hubieras hubiera hubiéramos hubierais hubieran|habré habrás habrá habremos habréis habrán|habría habrías habría habríamos habríais habrían
voy vas va vamos vais van|iba ibas iba íbamos ibais iban|vaya vayas vaya vayamos vayáis vayan
tengo tienes tiene tenemos tenéis tienen|tuve tuviste tuvo tuvimos tuvisteis tuvieron|tenga tengas tenga tengamos tengáis tengan|tuviera tuvieras tuviera tuviéramos tuvierais tuvieran|tendré tendrás tendrá tendremos tendréis tendrán|tendría tendrías tendría tendríamos tendríais tendrían
hago haces hace hacemos hacéis hacen|hice hiciste hizo hicimos hicisteis hicieron|haga hagas haga hagamos hagáis hagan|haré harás hará haremos haréis harán|haría harías haría haríamos haríais harían|hiciera hicieras hiciera hiciéramos hicierais hicieran
digo dices dice decimos decís dicen|dije dijiste dijo dijimos dijisteis dijeron|diga digas diga digamos digáis digan|diré dirás dirá diremos diréis dirán|diría dirías diría diríamos diríais dirían
puedo puedes puede podemos podéis pueden|pude pudiste pudo pudimos pudisteis pudieron|pueda puedas pueda podamos podáis puedan|podré podrás podrá podremos podréis podrán|podría podrías podría podríamos podríais podrían|pudiera pudieras pudiera pudiéramos pudierais pudieran
quiero quieres quiere queremos queréis quieren|quise quisiste quiso quisimos quisisteis quisieron|quiera quieras quiera queramos queráis quieran|querré querrás querrá querremos querréis querrán|querría querrías querría querríamos querríais querrían
sé sabes sabe sabemos sabéis saben|supe supiste supo supimos supisteis supieron|sepa sepas sepa sepamos sepáis sepan|sabré sabrás sabrá sabremos sabréis sabrán|sabría sabrías sabría sabríamos sabríais sabrían
vengo vienes viene venimos venís vienen|vine viniste vino vinimos vinisteis vinieron|venga vengas venga vengamos vengáis vengan|vendré vendrás vendrá vendremos vendréis vendrán|vendría vendrías vendría vendríamos vendríais vendrían
pongo pones pone ponemos ponéis ponen|puse pusiste puso pusimos pusisteis pusieron|ponga pongas ponga pongamos pongáis pongan|pondré pondrás pondrá pondremos pondréis pondrán
veo ves ve vemos veis ven|vi viste vio vimos visteis vieron|veía veías veía veíamos veíais veían|vea veas vea veamos veáis vean
doy das da damos dais dan|di diste dio dimos disteis dieron|dé des dé demos deis den
salgo sales sale salimos salís salen|salga salgas salga salgamos salgáis salgan|saldré saldrás saldrá saldremos saldréis saldrán
traigo traes trae traemos traéis traen|traje trajiste trajo trajimos trajisteis trajeron|traiga traigas traiga traigamos traigáis traigan
caigo caes cae caemos caéis caen|caí caíste cayó caímos caísteis cayeron
sigo sigues sigue seguimos seguís siguen|seguí seguiste siguió seguimos seguisteis siguieron|siga sigas siga sigamos sigáis sigan
pido pides pide pedimos pedís piden|pedí pediste pidió pedimos pedisteis pidieron|sirvo sirves sirve servimos servís sirven|- - sirvió - - sirvieron
siento sientes siente sentimos sentís sienten|- - sintió - - sintieron|prefiero prefieres prefiere preferimos preferís prefieren|- - prefirió - - prefirieron
duermo duermes duerme dormimos dormís duermen|- - durmió - - durmieron|- - murió - - murieron|- - eligió - - eligieron|elijo eliges elige elegimos elegís eligen
leo lees lee leemos leéis leen|leí leíste leyó leímos leísteis leyeron|creo crees cree creemos creéis creen|creí creíste creyó creímos creísteis creyeron
construyo construyes construye construimos construís construyen|- - construyó - - construyeron|incluyo incluyes incluye incluimos incluís incluyen|contribuyo contribuyes contribuye contribuimos contribuís contribuyen
conozco conoces conoce conocemos conocéis conocen|ofrezco ofreces ofrece ofrecemos ofrecéis ofrecen|agradezco agradeces agradece agradecemos agradecéis agradecen|parezco pareces parece parecemos parecéis parecen
conduje condujiste condujo condujimos condujisteis condujeron|produje - produjo - - produjeron|traduje - tradujo - - tradujeron|juego juegas juega jugamos jugáis juegan|oigo oyes oye oímos oís oyen|río ríes ríe reímos reís ríen
suelo sueles suele solemos soléis suelen|debo debes debe debemos debéis deben`;
const listed: ReadonlyMap<string, VerbForm> = new Map(
  irregular.split(/[|\n]/).flatMap((six) =>
    six
      .trim()
      .split(' ')
      .flatMap((form, at): [string, VerbForm][] =>
        form === '-' || /\W$/.test(form.normalize('NFD').replace(/\p{M}/gu, '')) ? [] : [[form, persons[at]!]],
      ),
  ),
);
const irregularParticiples = wordSet(
  'hecho dicho visto puesto escrito abierto vuelto roto muerto cubierto resuelto descubierto sido ido devuelto propuesto supuesto impreso leído creído traído caído oído',
);
const irregularGerunds = wordSet(
  'siendo yendo dando diciendo pidiendo siguiendo sirviendo sintiendo durmiendo muriendo pudiendo viniendo leyendo creyendo construyendo cayendo trayendo oyendo riendo eligiendo prefiriendo incluyendo',
);

const maxCached = 20_000;
const cache = new Map<string, readonly VerbForm[]>();

/** Forms of a verb: all that a word can be; empty when it is no form of a verb of the list. Remembers up to 20,000 words. */
export function verbForms(word: string): readonly VerbForm[] {
  const known = cache.get(word);
  if (known) return known;
  const found = findForms(word);
  if (cache.size >= maxCached) cache.clear();
  if (word.length <= 40) cache.set(word, found);
  return found;
}

function findForms(word: string): readonly VerbForm[] {
  const found = new Set<VerbForm>();
  const own = listed.get(word);
  if (own) found.add(own);
  if (infinitives.has(word)) found.add('inf');
  if (irregularParticiples.has(word)) found.add('part');
  if (irregularGerunds.has(word)) found.add('ger');
  for (let cut = Math.max(2, word.length - 7); cut < word.length; cut++) {
    const [stem, ending] = [word.slice(0, cut), word.slice(cut)];
    const first = ar.get(ending);
    if (first && stemsOf(stem, ending, true).some((root) => infinitives.has(`${root}ar`))) found.add(first);
    const second = erIr.get(ending);
    if (second && stemsOf(stem, ending, false).some((root) => infinitives.has(`${root}er`) || infinitives.has(`${root}ir`)))
      found.add(second);
    const whole = future.find(([end]) => end === ending);
    if (whole && infinitives.has(stem)) found.add(whole[1]);
  }
  return [...found];
}

/** The stem as the infinitive has it: busqu → busc, llegu → lleg, and piens → pens, cuent → cont. */
function stemsOf(stem: string, ending: string, isAr: boolean): string[] {
  const stems = [stem];
  if (isAr && /^[eé]/.test(ending)) stems.push(stem.replace(/qu$/, 'c').replace(/gu$/, 'g').replace(/c$/, 'z'));
  if (!isAr && /^[oaá]/.test(ending))
    stems.push(stem.replace(/j$/, 'g').replace(/zc$/, 'c').replace(/g$/, 'gu').replace(/lg$/, 'l').replace(/ng$/, 'n'));
  for (const one of [...stems]) {
    const opened = one.replace(/ie([^aeiou]{1,3})$/, 'e$1').replace(/ue([^aeiou]{1,3})$/, 'o$1');
    if (opened !== one) stems.push(opened);
    if (!isAr && /i[^aeiou]{1,2}$/.test(one)) stems.push(one.replace(/i([^aeiou]{1,2})$/, 'e$1'));
  }
  return stems;
}

export const hasForm = (word: string, ...forms: readonly VerbForm[]): boolean => verbForms(word).some((form) => forms.includes(form));
export const isVerbForm = (word: string): boolean => verbForms(word).length > 0;
