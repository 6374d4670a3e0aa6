/**
 * Regular forms of a word, so that a lexicon lists lemmas only. Forms that do not exist do no harm: no text contains them.
 */
export function englishVerb(base: string): string[] {
  const stem = base.replace(/e$/, '');
  const doubled = /[^aeiou][aeiou][bdgklmnprt]$/.test(base) ? `${base}${base.at(-1)}` : stem;
  if (/[^aeiou]y$/.test(base)) return [base, `${base.slice(0, -1)}ies`, `${base.slice(0, -1)}ied`, `${base}ing`];
  const third = /(?:s|sh|ch|x|z)$/.test(base) ? `${base}es` : `${base}s`;
  return [base, third, `${stem}ed`, `${stem}ing`, `${doubled}ed`, `${doubled}ing`];
}

export function englishNoun(base: string): string[] {
  if (/[^aeiou]y$/.test(base)) return [base, `${base.slice(0, -1)}ies`];
  return [base, /(?:s|sh|ch|x)$/.test(base) ? `${base}es` : `${base}s`];
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

/**
 * Forms of a Spanish verb.
 *
 * @param entry the infinitive, with the stressed stem after a colon when the vowel changes: `perder:pierd`
 */
export function spanishVerb(entry: string): string[] {
  const [infinitive = '', changed] = entry.split(':');
  const stem = infinitive.slice(0, -2);
  const ar = infinitive.endsWith('ar');
  const join = (root: string, end: string) => softened(root, end, ar) + end;
  return [
    infinitive,
    ...clitics.map((clitic) => infinitive + clitic),
    ...future.map((end) => infinitive + end),
    ...(ar ? arStressed : erStressed).map((end) => join(changed ?? stem, end)),
    ...(ar ? arPlain : erPlain).map((end) => join(stem, end)),
  ];
}

/** Keeps the sound of a stem before e: destacar, destaqué; pagar, pagué; gozar, gocé. */
function softened(root: string, end: string, ar: boolean): string {
  if (!ar || !/^[eé]/.test(end)) return root;
  if (root.endsWith('c')) return `${root.slice(0, -1)}qu`;
  if (root.endsWith('g')) return `${root}u`;
  return root.endsWith('z') ? `${root.slice(0, -1)}c` : root;
}
