"""Is a query English? The matcher understands no other language, and should say so instead of guessing.

A short list of the commonest words of some languages decides; wording in quotes may be in any language.
"""

import re
import unicodedata

from whichtext.retrieval.rules.vocabulary import word_set

__all__ = ["is_english"]

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“”]*[“”]|(?<!\w)'[^']+'(?!\w)|‘[^’]*’")
_WORD = re.compile(r"[^\W\d_]+")

_ENGLISH = word_set(
    """the of on in at with to and an a above below under over by beside next near that is are what which where who
    does do for from behind between left right top bottom text word words line sign letters writing name number
    read find show me it its biggest smallest first second third last says say saying written printed big small large
    white black red blue green yellow orange grey gray brown pink purple gold silver dark light shop store phone
    price street board poster banner wall window door logo brand title middle centre center corner side upper lower"""
)
_FOREIGN = word_set(
    """der das dem den des ein eine einen einem einer auf unter über neben mit und oben unten links rechts schild wort
    wörter schrift zeile buchstaben größte grösste kleine große grosse weiße weisse schwarze rote blaue grüne gelbe
    nummer telefonnummer welche welcher welches steht wo ist zeige lies bitte
    le la les du au aux un une sur sous avec dans et est où quel quelle quels panneau mot mots texte lettres enseigne
    affiche rouge bleu bleue vert verte noir noire blanc blanche jaune gauche droite haut bas numéro téléphone plus
    grand grande petit petite lire trouve montre
    el los las del al una unos unas en con sobre bajo debajo encima junto y cuál cual qué que dónde donde cartel letrero
    palabra palabras texto letras rojo roja azul verde negro negra blanco blanca amarillo amarilla izquierda derecha
    arriba abajo número teléfono letra
    il lo gli della dello delle dei nel nella sul sulla sotto sopra accanto cartello parola parole testo lettere rosso
    rossa blu nero nera bianco bianca giallo gialla sinistra destra basso alto numero telefono insegna scritta
    os da dos das no na nos nas em sobre debaixo acima placa palavra palavras vermelho vermelha preto preta branco
    branca amarelo esquerda direita qual onde
    het een op onder boven naast met bord woord woorden tekst letters rode blauwe groene zwarte witte gele welk welke
    waar staat nummer
    på och det den ett skylten ordet texten röda blå svarta vita vänster höger
    na pod nad obok napis znak słowo czerwony niebieski biały czarny lewo prawo jest gdzie
    kelimesi yazı tabela kırmızı mavi beyaz siyah sol sağ üst alt"""
) - word_set("la le plus alto no das den des den os na al en do da los las lo il letters bord el met pod alt sol")
_WEAK = word_set("com la le das den des el los las il al en lo no na os da met plus alto pod alt sol het du")
"""Words of other languages that stand in English queries and names as well: they count where nothing is English."""
_SHARED = word_set("in on an a is me do to over under at for and")
"""English words that are words of other languages, too: they prove nothing beside foreign ones."""


def is_english(query: str) -> bool:
    """Whether a query is, or may be, English."""
    unquoted = _QUOTED.sub(" ", unicodedata.normalize("NFC", query))
    letters = [character for character in unquoted if character.isalpha()]
    latin = sum(character < "ɐ" or "Ḁ" <= character <= "ỿ" for character in letters)
    if letters and latin < 0.5 * len(letters):
        return False
    words = [word.casefold() for word in _WORD.findall(unquoted)]
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    if not english and (foreign or sum(word in _WEAK for word in words)) and len(words) > 1:
        return False
    return foreign <= sum(word in _ENGLISH and word not in _SHARED for word in words)
