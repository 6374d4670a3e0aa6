import type { FullLanguage } from '../text-document.ts';

/** Words that show a valence word to be a subject and no attitude: "a talk about crisis management", "evaluación de riesgos"; our own lists. */
export interface TopicSource {
  /** Nouns that are subjects of trades and studies as well as complaints. */
  readonly subjects: string;
  /** Words that name a subject: "about", "sobre". */
  readonly openers: string;
  /** Nouns of what is done with a subject; in English they follow it, in Spanish they stand before it with a preposition. */
  readonly handlings: string;
  /** Verbs of figures: "unemployment stood at 6%". */
  readonly measures: string;
}

export const topicSources: Readonly<Record<FullLanguage, TopicSource>> = {
  en: {
    subjects: `accident accidents abuse addiction aggression anger anxiety attack attacks bankruptcy bias bug bugs bullying burnout cancer change churn complaint complaints conflict conflicts
corruption crash crime crises crisis damage danger death debt debts defect defects delay delays dementia depression disaster disasters discrimination disease diseases dispute disputes
divorce downtime dropout drought error errors failure failures fall falls fatigue fault faults fear fire fires flood floods fraud grief harassment hazard hazards hunger illness
incident incidents inequality inflation infection infections injury injuries insolvency insomnia layoffs lawsuit lawsuits leak leaks loneliness loss losses malware misconduct mistake mistakes noise outage outages
overload pain pollution poverty prejudice pressure problem problems racism recession redundancy rejection risk risks scam scams sexism shortage shortages stress suicide
terror terrorism theft threat threats tension trauma turnover unemployment uncertainty violence virus vulnerability vulnerabilities war waste weakness weaknesses
benefit benefits creativity excellence fairness freedom friendship growth happiness health innovation kindness leadership motivation progress prosperity resilience satisfaction success talent trust wellbeing wellness wealth`,
    openers:
      'lists listing reviews reviewing about on covers covering cover discusses discussing discuss regarding concerning around explains explaining describes analyses analyzes compares studies into',
    handlings: `management resolution assessment analysis prevention detection insurance group committee department policy policies report reports reporting training workshop seminar webinar
course courses rate rates level levels research study law hotline handling response mitigation recovery reduction register officer team unit control model models
monitoring tracking tracker statistics data figures planning plan strategy protocol procedure procedures calculation classification centre center fund awareness theory
metrics index survey forecast conference desk form forms log logs code codes ratio acquisition communication relief support factors`,
    measures: 'stood stands was is remained rose fell reached averaged amounted dropped increased decreased ranges ranged',
  },
  es: {
    subjects: `accidente accidentes abandono abuso abusos acoso adicción adicciones agotamiento agresión agresiones ansiedad ataque ataques avería averías bancarrota bullying cáncer catástrofe catástrofes
conflicto conflictos contaminación corrupción crimen crisis culpa daño daños defecto defectos delito delitos demencia depresión desempleo desigualdad desigualdades despido despidos desastre desastres
deuda deudas discapacidad discriminación disputa disputas divorcio dolor dolores duelo enfermedad enfermedades error errores escasez estafa estafas estrés fallo fallos fatiga fracaso fraude fraudes
guerra hambre impago impagos incendio incendios incidencia incidencias incidente incidentes inflación insolvencia insomnio inundación inundaciones lesión lesiones mentira miedo morosidad muerte
obesidad paro pérdida pérdidas plaga plagas pobreza problema problemas queja quejas quiebra racismo reclamación reclamaciones recesión residuos retraso retrasos riesgo riesgos robo robos rotación ruido
saturación sequía soledad suicidio tensión terrorismo trauma traumas violencia vulnerabilidad vulnerabilidades amenaza amenazas
beneficio beneficios bienestar creatividad crecimiento éxito excelencia felicidad innovación liderazgo mejora motivación progreso resiliencia salud satisfacción talento`,
    openers:
      'repasa repasan repasamos recoge recopila resume enumera sobre acerca trata tratan tratará aborda abordan analiza analizan explica explican compara comparan estudia estudian estudio',
    handlings: `gestión resolución evaluación análisis prevención detección tratamiento seguro seguros comité departamento política políticas informe informes formación taller seminario curso cursos
tasa tasas nivel niveles índice índices investigación estudio ley leyes manejo respuesta mitigación reducción registro área unidad control modelo modelos seguimiento estadística estadísticas datos cifras
plan planes planificación estrategia protocolo protocolos procedimiento procedimientos cálculo clasificación centro fondo teoría encuesta encuestas previsión congreso formulario formularios código códigos
jornada jornadas charla ponencia mesa libro artículo tesis máster grado servicio identificación medición`,
    measures: 'situó sitúa fue es subió bajó alcanzó alcanza llegó asciende ascendió cerró cerrará aumentó disminuyó mantuvo mantiene',
  },
};
