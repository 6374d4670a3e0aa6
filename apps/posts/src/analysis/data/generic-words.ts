/** Nouns that seldom say what a text is about: people at large, times, measures, places of a text, and abstract carriers. Our own lists. */
export const genericNouns = {
  en: `people person thing way time day week weekend month year decade century hour minute second morning afternoon evening night midnight noon today tomorrow yesterday moment
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december spring summer autumn winter
    number part kind sort type lot bit piece half couple pair dozen place line word sentence paragraph page point end start beginning side top bottom middle case fact reason idea
    example result problem question answer story life world man woman guy child parent mother father mum dad mom sister brother son daughter aunt uncle grandmother grandfather
    friend neighbour neighbor everyone someone nobody anyone promise weight kilometre kilometer metre meter mile kilo litre liter percent percentage cent dollar euro pound
    quarter season chance hand head eye foot face heart back front mention difference attention sense set level amount rest matter need want help look talk work thought name
    colour color principle twice job stuff thank thanks kudos hat respect luck opposite version step stage phase period date order list row column corner edge detail
    sign note comment link post thread bio dm tip piece bunch range series group size length speed price round turn try shot trick mistake choice option opinion view`,
  es: `gente persona cosa manera forma modo vez tiempo día semana mes año década siglo hora minuto segundo mañana tarde noche mediodía madrugada finde fin momento instante
    lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre primavera verano otoño invierno
    número parte tipo clase mitad tercio lugar sitio palabra frase párrafo línea página paso punto final principio inicio comienzo lado centro medio caso hecho razón motivo idea
    ejemplo resultado problema pregunta respuesta historia vida mundo hombre mujer niño niña padre madre mamá papá hermano hermana hijo hija tío tía abuelo abuela
    amigo amiga vecino vecina promesa peso kilómetro metro kilo litro euro dólar centavo céntimo porcentaje ciento trimestre temporada oportunidad mano cabeza ojo pie cara corazón
    seña diferencia atención sentido pieza grupo nivel cantidad resto trabajo nombre color sorpresa verdad duda ganas falta cuenta favor vista gusto suerte gracia
    versión etapa fase periodo período fecha orden lista fila columna rincón detalle nota comentario enlace publicación hilo consejo par montón serie tamaño velocidad
    vuelta intento truco error elección opción opinión voz alta dinero clave cargo costumbre lección tema asunto cuestión efecto causa medida objetivo meta reto`,
} as const;

/** Adjectives that judge or measure: with them a noun is seldom a term. */
export const gradableAdjectives = {
  en: `big bigger biggest small smaller smallest large larger largest long longer longest short shorter shortest old older oldest new newer newest young younger youngest whole entire wrong right
    broken boring decent useful full empty high higher highest low lower lowest early earlier late later main real own different similar same other final next previous recent many few several certain sure
    able ready likely available possible impossible common rare usual normal special various unfinished tiny huge enormous little great greatest good better best bad worse worst poor rich soft hard
    harder easy easier fast faster slow slower fresh cheap cheaper expensive equal clear dark bright warm cold hot dry wet clean dirty quiet loud amazing incredible awesome fantastic wonderful lovely
    nice beautiful perfect excellent terrible horrible awful happy sad proud excited grateful important interesting simple complex strong weak quick fair deep busy free tired outside`,
  es: `grande grandes gran mayor mayores menor menores pequeño pequeña pequeños pequeñas largo larga largos largas corto corta cortos cortas viejo vieja viejos viejas nuevo nueva nuevos nuevas joven
    entero entera enteros enteras equivocado equivocada equivocados equivocadas aburrido aburrida aburridos aburridas decente decentes útil útiles lleno llena llenos llenas vacío vacía vacíos vacías alto alta altos altas bajo baja
    bajos bajas temprano tardío principal principales real reales propio propia propios propias distinto distinta distintos distintas diferente diferentes similar similares mismo misma mismos mismas otro otra final próximo próxima
    próximos próximas anterior anteriores siguiente siguientes reciente recientes varios varias cierto cierta ciertos ciertas seguro segura listo lista listos listas probable disponible disponibles posible posibles imposible imposibles
    común comunes raro rara raros raras normal normales especial especiales diminuto diminuta enorme enormes poco poca buen buena bueno buenos buenas mejor mejores mal malo mala malos malas peor peores pobre pobres rico rica
    suave duro dura duros duras fácil fáciles difícil difíciles rápido rápida rápidos rápidas lento lenta lentos lentas fresco barato barata baratos baratas caro cara caros caras suficiente suficientes exterior familiar junto juntos
    increíble increíbles maravilloso maravillosa fantástico fantástica bonito bonita hermoso hermosa perfecto perfecta excelente excelentes terrible horrible feliz felices triste orgulloso orgullosa importante importantes interesante
    interesantes simple simples sencillo sencilla sencillos sencillas complejo compleja fuerte fuertes débil débiles justo justa profundo profunda libre cansado cansada auténtico auténtica verdadero verdadera único única`,
} as const;
