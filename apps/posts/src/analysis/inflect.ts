/**
 * Regular forms of a word, so that a lexicon lists lemmas only. Forms that do not exist do no harm: no text contains them.
 */
export function englishVerb(base: string): string[] {
  return [...regularVerb(base), ...(englishPasts.get(base) ?? [])];
}

/** Irregular verbs with their past and participle. */
const englishPasts = new Map(
  `be am is are was were been being isn't wasn't aren't i'm we're they're it's; have has had having; do does did done; go goes went gone; get got gotten getting; make made; take took taken;
  come came; give gave given; find found; think thought; tell told; become became; leave left; feel felt; bring brought; begin began begun; keep kept; hold held;
  write wrote written; stand stood; hear heard; let letting; mean meant; set setting; meet met; run ran running; pay paid; sit sat; speak spoke spoken; lie lying;
  lead led; grow grew grown; lose lost; fall fell fallen; send sent; build built; understand understood; draw drew drawn; break broke broken; spend spent;
  cut cutting; rise rose risen; drive drove driven; buy bought; wear wore worn; choose chose chosen; hit hitting; put putting; win won winning; beat beaten;
  bear bore borne; bite bit bitten; blow blew blown; freeze froze frozen; hang hung; shut shutting; sleep slept; shoot shot; steal stole stolen; stick stuck;
  sell sold; fit fitting; quit quitting; smell smelt; burn burnt; dream dreamt; sink sank sunk; sweep swept; throw threw thrown; forget forgot forgotten;
  forgive forgave; shine shone; teach taught; catch caught; fight fought; cost costing; backfire backfired; nail nailed; knock knocked`
    .split(';')
    .map((entry) => entry.trim().split(/\s+/))
    .map(([base = '', ...forms]): [string, string[]] => [base, forms]),
);

function regularVerb(base: string): string[] {
  const stem = base.replace(/e$/, '');
  const doubled = /[^aeiou][aeiou][bdgklmnprt]$/.test(base) ? `${base}${base.at(-1)}` : stem;
  if (/[^aeiou]y$/.test(base)) return [base, `${base.slice(0, -1)}ies`, `${base.slice(0, -1)}ied`, `${base}ing`];
  const third = /(?:s|sh|ch|x|z)$/.test(base) ? `${base}es` : `${base}s`;
  return [base, third, `${stem}ed`, `${stem}ing`, `${doubled}ed`, `${doubled}ing`];
}

export function englishNoun(base: string): string[] {
  if (/[^aeiou]y$/.test(base)) return [base, `${base.slice(0, -1)}ies`];
  return [base, /(?:s|sh|ch|x|ero|ado|cho)$/.test(base) ? `${base}es` : `${base}s`];
}

export function englishAdjective(base: string): string[] {
  if (base.endsWith('le')) return [base, `${base.slice(0, -1)}y`];
  if (base.endsWith('ic')) return [base, `${base}ally`];
  if (/[^aeiou]y$/.test(base)) return ['', 'er', 'est', 'ly'].map((end) => (end ? `${base.slice(0, -1)}i${end}` : base));
  const stem = base.replace(/e$/, '');
  return base.length <= 6 ? [base, `${base}ly`, `${stem}er`, `${stem}est`] : [base, `${base}ly`];
}

/** Gender, number, superlative and adverb of a Spanish adjective. */
export function spanishAdjective(base: string): string[] {
  if (base.endsWith('o')) {
    const stem = base.slice(0, -1);
    const hard = stem.endsWith('c') ? `${stem.slice(0, -1)}qu` : stem.endsWith('g') ? `${stem}u` : stem;
    return [...genders(stem), ...genders(`${hard}ísim`), `${stem}amente`];
  }
  if (base.endsWith('e') || base.endsWith('a')) return [base, `${base}s`, ...genders(`${base.slice(0, -1)}ísim`), `${base}mente`];
  if (base.endsWith('z')) return [base, `${base.slice(0, -1)}ces`, ...genders(`${base.slice(0, -1)}císim`), `${base}mente`];
  if (base.endsWith('or')) return [...['', 'a', 'es', 'as'].map((end) => base + end)];
  return [base, `${base}es`, `${base}mente`, ...genders(`${base}ísim`)];
}

export function spanishNoun(base: string): string[] {
  if (/[aeiouáéó]$/.test(base)) return [base, `${base}s`];
  if (base.endsWith('z')) return [base, `${base.slice(0, -1)}ces`];
  if (/ón$/.test(base)) return [base, `${base.slice(0, -2)}ones`];
  return [base, `${base}es`];
}

const genders = (stem: string): string[] => [`${stem}o`, `${stem}a`, `${stem}os`, `${stem}as`];
const clitics = ['me', 'te', 'se', 'nos', 'os', 'lo', 'la', 'los', 'las', 'le', 'les'];
const arStressed = ['o', 'as', 'a', 'an', 'e', 'es', 'en'];
const arPlain = 'amos áis é aste ó asteis aron aba abas ábamos aban ado ada ados adas ando emos ara aran ase'.split(' ');
const erStressed = ['o', 'es', 'e', 'en', 'a', 'as', 'an'];
const erPlain = 'emos éis í iste ió imos isteis ieron ía ías íamos ían ido ida idos idas iendo amos iera ieran'.split(' ');
const future = ['é', 'ás', 'á', 'emos', 'éis', 'án', 'ía', 'ías', 'íamos', 'ían'];

const pastStems: Readonly<Record<string, string>> = {
  tener: 'tuv',
  estar: 'estuv',
  andar: 'anduv',
  hacer: 'hic',
  decir: 'dij',
  poder: 'pud',
  poner: 'pus',
  venir: 'vin',
  traer: 'traj',
  querer: 'quis',
  saber: 'sup',
  ducir: 'duj',
  caber: 'cup',
  haber: 'hub',
};
const strongPast = ['e', 'iste', 'o', 'imos', 'isteis', 'ieron', 'eron', 'iera', 'ieran'];
const contracted: Readonly<Record<string, string>> = {
  tener: 'tendr',
  hacer: 'har',
  decir: 'dir',
  poder: 'podr',
  poner: 'pondr',
  venir: 'vendr',
  querer: 'querr',
  saber: 'sabr',
  salir: 'saldr',
  valer: 'valdr',
};
const participles: Readonly<Record<string, string>> = {
  hacer: 'hech',
  decir: 'dich',
  poner: 'puest',
  volver: 'vuelt',
  solver: 'suelt',
  romper: 'rot',
  cubrir: 'cubiert',
  abrir: 'abiert',
  escribir: 'escrit',
  ver: 'vist',
  morir: 'muert',
};
const vowelChange: readonly (readonly [RegExp, string])[] = [
  [/zc$/, ''],
  [/ie([^aeiou]{1,3})$/, 'i$1'],
  [/ue([^aeiou]{1,3})$/, 'u$1'],
];

/**
 * Forms of a Spanish verb. Strong pasts, contracted futures and participles of the usual irregular verbs and their compounds are known.
 *
 * @param entry the infinitive, with the stressed stem after a colon when the vowel changes: `perder:pierd`
 */
export function spanishVerb(entry: string): string[] {
  const [infinitive = '', changed] = entry.split(':');
  const stem = infinitive.slice(0, -2);
  const ar = infinitive.endsWith('ar');
  const join = (root: string, end: string) => softened(root, end, ar) + end;
  const weak = infinitive.endsWith('ir') && changed ? vowelChange.reduce((root, [from, to]) => root.replace(from, to), changed) : stem;
  return [
    infinitive,
    ...clitics.map((clitic) => infinitive + clitic),
    ...future.map((end) => infinitive + end),
    ...(ar ? arStressed : erStressed).map((end) => join(changed ?? stem, end)),
    ...(changed && /(?:g|zc)$/.test(changed) ? ['es', 'e', 'en'].map((end) => stem + end) : []),
    ...(ar ? arPlain : erPlain).map((end) => join(stem, end)),
    ...(ar
      ? []
      : [...hardened(changed ?? stem), ...glided(stem), ...['ió', 'ieron', 'iendo', 'iera', 'ieran', 'amos'].map((end) => weak + end)]),
    ...irregular(infinitive),
  ];
}

/** The consonant before o and a: vencer, venzo; exigir, exija; conseguir, consigo. */
function hardened(stem: string): string[] {
  const hard = stem.endsWith('gu') ? stem.slice(0, -1) : stem.replace(/g$/, 'j').replace(/([^aeioz])c$/, '$1z');
  return hard === stem ? [] : ['o', 'a', 'as', 'an', 'amos'].map((end) => hard + end);
}

/** Between vowels i is y: cayó, destruyeron; stressed it has an accent: caído. */
function glided(stem: string): string[] {
  if (!/[aeou]$/.test(stem)) return [];
  return [
    ...['ó', 'eron', 'endo', 'era', 'eran', 'en', 'e', 'a', 'an'].map((end) => `${stem}y${end}`),
    ...genders(`${stem}íd`),
    `${stem}ímos`,
  ];
}

function irregular(infinitive: string): string[] {
  const of = (list: Readonly<Record<string, string>>, forms: (root: string) => string[]): string[] =>
    Object.entries(list).flatMap(([base, root]) =>
      infinitive.endsWith(base) && (infinitive === base || base.length > 3) ? forms(infinitive.slice(0, -base.length) + root) : [],
    );
  return [
    ...of(pastStems, (root) => strongPast.map((end) => (root.endsWith('c') && end === 'o' ? `${root.slice(0, -1)}z` : root) + end)),
    ...of(contracted, (root) => future.map((end) => root + end)),
    ...of(participles, genders),
  ];
}

/** Keeps the sound of a stem before e: destacar, destaqué; pagar, pagué; gozar, gocé. */
function softened(root: string, end: string, ar: boolean): string {
  if (!ar || !/^[eé]/.test(end)) return root;
  if (root.endsWith('c')) return `${root.slice(0, -1)}qu`;
  if (root.endsWith('g')) return `${root}u`;
  return root.endsWith('z') ? `${root.slice(0, -1)}c` : root;
}
