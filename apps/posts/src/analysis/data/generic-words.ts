/** Nouns that seldom say what a text is about. Our own lists. */
export const genericNouns = {
  en: `people person thing way time day week month year hour minute morning afternoon evening night weekend today tomorrow yesterday noon number part kind sort lot bit
    half place word line page step point end start side top bottom case fact reason idea example result problem question answer story life world man woman child
    parent friend guy everyone someone nobody promise check task weight kilometre metre percent cent dollar euro quarter season moment chance hand head eye foot
    staff sign mention difference attention sense piece group set level amount rest front back matter use need want help look talk job work thought name
    strategy paper colour sore ward region principle january february march april june july august september october november december aunt uncle mother father
    grandmother grandfather mum dad mom sister brother son daughter neighbour twice aloud ask cut ship own fail fall attend reading written remote useful completely community visit list`,
  es: `gente persona cosa manera forma modo vez tiempo día semana mes año hora minuto mañana tarde noche mediodía finde fin número parte tipo clase mitad lugar sitio
    palabra línea página paso punto final principio inicio lado caso hecho razón idea ejemplo resultado problema pregunta respuesta historia vida mundo hombre mujer
    niño niña padre madre amigo amiga promesa tarea peso kilómetro metro euro dólar peso trimestre temporada momento mano cabeza ojo pie personal seña diferencia
    atención sentido pieza grupo nivel cantidad resto trabajo nombre color sorpresa dinero riesgo cargo región clave voz ficha instalación aire campaña enero febrero
    marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre tía tío abuela abuelo mamá papá hermana hermano hijo hija vecina vecino verdad duda
    ganas falta cuenta favor vista gusto cuarta cuarto quinta quinto novecienta doscienta veintisiete salarial distancia junto demasiado línea cuál escríbanlo alcaldía tablero`,
} as const;

/** Adjectives that judge or measure: with them a noun is no term. */
export const gradableAdjectives = {
  en: `big bigger biggest small smaller smallest large larger long longer short shorter old older new newer young whole entire wrong right broken boring decent useful full
    empty high low early late main real own different similar same other final next previous recent many few several several certain sure able ready likely available
    possible impossible common rare usual normal special various unfinished automatic medium tiny huge little great good better best bad worse worst poor rich soft hard
    easy fast slow fresh cheap expensive written sore risky equal clear dark bright warm cold hot dry wet clean dirty quiet loud`,
  es: `grande grandes gran mayor mayores menor menores pequeño pequeña pequeños pequeñas largo larga largos largas corto corta cortos cortas viejo vieja viejos viejas nuevo
    nueva nuevos nuevas entero entera enteros equivocado equivocada equivocados aburrido aburrida decente útil lleno llena vacío vacía alto alta bajo baja temprano tardío
    principal real propio propia propias propios distinto distinta distintos diferente diferentes similar mismo misma otro final próximo próxima anterior reciente recientes
    varios varias cierto cierta seguro segura listo lista probable disponible disponibles posible imposible común raro rara normal especial especiales diminuto enorme
    enormes poco buen buena bueno buenos buenas mejor mejores mal malo mala peor peores pobre rico suave suaves duro dura fácil difícil rápido lento fresco barato caro
    escrito escrita suficiente mediana mediano exterior familiar oculto junto juntos silencioso silenciosos vivo viva vivas vivos`,
} as const;
