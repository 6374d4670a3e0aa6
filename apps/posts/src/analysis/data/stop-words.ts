import { wordSet } from '../text-document.ts';

const english = `
a about above across after again against all almost along already also although always am among an and another any anybody anyone anything are
aren't around as at away back be became because become been before behind being below between both but by came can can't cannot could couldn't
did didn't do does doesn't doing don't done down during each either else enough even ever every everybody everyone everything few find first for
from further gave get gets getting give given go goes going gone got had hadn't has hasn't have haven't having he her here here's hers herself
him himself his how however i i'd i'll i'm i've if in instead into is isn't it it's its itself just keep kind know last least less let let's like
likely little lot lots made make makes making many may maybe me mean might mine more most much must my myself need needs neither never next no
nobody none nor not nothing now of off often on once one only onto or other others our ours ourselves out over own part per perhaps please put
quite rather really right said same saw say says see seem seems seen she should shouldn't since so some somebody someone something soon still such
take taken tell than thanks that that's the their theirs them themselves then there there's these they they're they've thing things think this
those though three through thus to today together tomorrow too took toward towards two under until up upon us use used uses using very via want
wants was wasn't way we we'd we'll we're we've well went were weren't what what's when where whether which while who who's whole whom whose why
will with within without won't would wouldn't yes yesterday yet you you'd you'll you're you've your yours yourself told come year years day days
week weeks month months time times lots good new great sure able`;

const spanish = `
a al algo algún alguna algunas alguno algunos ahí ahora allí ante antes aquel aquella aquellas aquello aquellos aquí así aun aún aunque bajo bastante
bien cada casi como cómo con conmigo contigo contra cosa cosas creo cual cuál cuales cualquier cuando cuándo cuanto cuánto cuya cuyo da dar de debe
deben del demás dentro desde después di dice dicen dijo donde dónde dos durante e el él ella ellas ello ellos en encima entonces entre era eran
eras eres es esa esas ese eso esos esta está estaba estaban estado estamos están estar estas estás este esto estos estoy etc fin fue fueron fui
gracias gran grande ha haber había habían habéis hace hacemos hacen hacer hacia hago han has hasta hay haya he hemos hizo hoy iba igual incluso ir
jamás junto la las le les lo los luego más mañana mas me mejor menos mi mí mía mías mientras mío míos mis mismo misma mismos mismas mucha muchas
mucho muchos muy nada nadie ni ningún ninguna ninguno no nos nosotras nosotros nuestra nuestras nuestro nuestros nunca o os otra otras otro otros
para parte pero poca pocas poco pocos podemos poder podría por porque primer primera primero pueda puede pueden puedes puedo pues que qué
quien quién quienes quiero sabe se sé sea sean según ser si sí sido siempre siendo sigue sin sino sobre sois solo sólo somos son soy su sus suya
suyas suyo suyos también tal tampoco tan tanta tantas tanto tantos te tenemos tener tengo tenido tenía ti tiene tienen tienes toda todas todavía
todo todos tras tres tu tú tus tuvo un una unas uno unos usted ustedes va vamos van varias varios vas ver vez veces voy vuestra vuestro y ya yo
cuáles quiénes demasiado demasiada demasiados demasiadas cuánta cuántas cuántos acaso además ahora ambos ambas allá acá alrededor apenas cerca lejos deprisa despacio fuera arriba abajo delante detrás quizá quizás ayer año años día días semana semanas mes meses vosotros nueva nuevo nuevas nuevos buen buena bueno`;

/** Words that carry no topic. */
export const stopWords = { en: wordSet(english), es: wordSet(spanish) } as const;

/** Words that begin a sentence rather than a name: after an abbreviation or an initial they tell that a sentence has ended. */
export const sentenceStarters = wordSet(
  'the this that these those he she it we they i you there here but and so when what why how our my your if in on at as for after before',
  'el la los las un una este esta esto ese eso él ella nosotros ellos yo tú hay pero y así cuando qué por cómo nuestro nuestra mi tu si en al para después antes no lo',
);
