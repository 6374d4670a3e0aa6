/** Frequent words of languages that share letters with English and Spanish; a word in several lists counts less for each. */
export const functionWords: Readonly<Record<string, string>> = {
  en: `the of and to in is that it for was on are as with his they at be this from have or by had not but what all were when we there can an
    your which their said if do will each about how up out them then she many some so these would other into has more her two him time could no
    make than first been its who now people my made over did down only way find use may our you i he me a it's don't i'm we're i've you're that's
    here why us am being because just most very after before job today work team great new congratulations hello please thank thanks welcome see
    hiring need want know let get good year years every`,
  es: `el la de que y a en un ser se no haber por con su para como estar tener le lo todo pero más hacer o poder este ir otro ese si me ya ver
    porque dar cuando él muy sin vez mucho saber qué sobre mi alguno mismo yo también hasta año dos querer entre así primero desde grande eso ni nos
    llegar pasar tiempo ella sí día uno bien poco deber entonces poner cosa tanto hombre parecer nuestro tan donde ahora parte después vida quedar
    siempre creer hablar llevar dejar nada cada seguir menos nuevo encontrar algo solo los las una del al es son está están estamos hay fue era
    esta estos estas sus nuestra nuestros nuestras hemos ha han tiene tenemos gracias hoy mañana ayer equipo trabajo hola buenos días buenas
    cómo dónde cuándo quién aquí ahí allí usted ustedes vosotros tú te ti soy eres somos unos unas e u mis tus cualquier aunque según mientras
    durante contra hacia tras nunca jamás nadie empresa años vamos puede pueden`,
  pt: `o a os as de da do das dos em no na nos nas um uma uns umas que e é não com por para como mais mas se foi ao à aos às ele ela eles elas isso
    esta este está são tem têm muito também já só pelo pela ou ser quando até sem mesmo seu sua seus suas você vocês nós estou estamos obrigado
    obrigada hoje amanhã bom dia eu meu minha nosso nossa ter foram era fazer ainda depois onde agora trabalho equipe equipa`,
  fr: `le la les de des du un une et est en que qui dans pour pas sur au aux avec ce cette ces il elle ils elles nous vous je tu on ne se son sa ses
    leur leurs plus par mais ou où comme sont été être avoir fait tout tous très bien aussi merci bonjour c'est j'ai d'un d'une l'équipe notre votre
    mon ma mes aujourd'hui quand sans même encore chez ont était`,
  de: `der die das und ist in den von zu mit sich des auf für nicht ein eine einen einem einer als auch es an werden aus er hat dass sie nach wird bei
    um am sind noch wie über so zum war haben nur oder aber vor zur bis mehr durch man ich wir ihr du mein unser danke heute sehr kann wenn`,
  it: `il lo la i gli le di che e è un una uno in per non con del della dei delle al alla da dal dalla si sono come più ma anche ha ho hai hanno
    questo questa questi queste nel nella ci mi ti vi noi voi loro io lei lui molto grazie oggi essere fare suo sua nostro nostra perché quando
    sul sulla degli ed stato ogni siamo tutti`,
  nl: `de het een en van ik te dat die in is niet zijn op aan met als voor er maar om hem dan zou of wat mijn men dit zo door over ze zich bij ook tot
    je mij uit der daar haar naar heb hoe heeft hebben deze u want nog zal me zij nu ge geen omdat iets worden toch al waren veel meer doen moet ben
    zonder kan hun dus alles onder ja eens hier wie werd altijd wij onze vandaag bedankt`,
  ca: `el la els les de del dels i a en un una que no és amb per com més però si al als es ha han hem som són molt també aquest aquesta aquests ja
    o què seva seu nostra nostre avui gràcies jo tu ell ella nosaltres vosaltres fer ser tenir perquè quan sense fins des on`,
};

/** Word endings that tell a language, with the least length of the word. */
export const tellingEndings: Readonly<Record<string, RegExp>> = {
  en: /(?:ing|tion|tions|ness|ment|ments|ly|ship|ful|less|ed|ght|ough|ould|wn|ck|th|ty|ous|able|ew|ies)$/,
  es: /(?:ción|ciones|sión|dad|dades|ando|iendo|ado|ada|ados|adas|ido|ida|idos|amos|emos|imos|aron|ieron|aba|aban|ería|ero|era|eros|ntes|miento|illo|illa|ito|ita|ísimo|ísima|ez|oso|osa|mos|ll[oa]s?|rr[oa]s?|ores?|ales|mente)$/,
  pt: /(?:ção|ções|ões|ão|dade|mente|ando|endo|inho|inha|agem|ou|eiro|eira|ei|nho|nha|lho|lha)$/,
  fr: /(?:eux|euse|tion|ment|eur|eurs|ois|aux|eau|ez|ée|ées|que|ais|ait|aient|oir)$/,
  de: /(?:ung|ungen|keit|heit|lich|isch|schaft|cht|tzt|ieren|sch|ß)$/,
  it: /(?:zione|zioni|mente|ità|ggio|ndo|tto|tta|tti|cci|glia|ssimo|ezza|izza|ato|ate|iamo|etto|ello)$/,
  nl: /(?:heid|ijk|lijk|ijke|eren|aar|oor|ij|ijn|uur|sch|oen|aan|aat|eel|oet)$/,
  ca: /(?:ció|cions|tat|ment|atge|ig|ny|nys|ssa|às|ès|ït)$/,
};

/** Letters and marks that tell a language. */
export const tellingLetters: Readonly<Record<string, RegExp>> = {
  en: /(?:n't|'ll|'re|'ve)/,
  es: /[ñ¿¡]/,
  pt: /[ãõ]|ç[ãõ]|lh|nh/,
  fr: /[êëîïœûèùâ]|ç[ao]|\b(?:l|d|qu|j|c|n|s)'/,
  de: /[ßäöü]/,
  it: /[àèìòù](?![a-z])|cch|gli|zz|\b(?:l|dell|all|un)'/,
  nl: /ij|aa|ee[rnl]|oe/,
  ca: /l·l|ç|ny\b|\b(?:l|d)'/,
};
