"""What the parser must understand: made-up expressions with the parse that a careful reader of English would demand."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whichtext.errors import BadQuery
from whichtext.retrieval.rules import vocabulary
from whichtext.retrieval.rules.encoding import COLOUR_NAMES
from whichtext.retrieval.rules.expression import Sort
from whichtext.retrieval.rules.lexicon import (
    ADJECTIVES,
    ANCHOR_NOUNS,
    COMMAND_LEXICON,
    GOODS_NOUNS,
    NEIGHBOUR_NOUNS,
    PLACE_LEXICON,
    PREPOSITION_LEXICON,
    TARGET_NOUNS,
    Lexicon,
    find_noun,
)
from whichtext.retrieval.rules.parser import _Parser, parse
from whichtext.retrieval.rules.patterns import PATTERN_NAMES
from whichtext.retrieval.rules.spelling import correct
from whichtext.retrieval.rules.tokens import MAX_QUERY_LENGTH, tokenise


def expressions(table: str) -> pytest.MarkDecorator:
    """Parametrise a test with the rows "query → parse" of a table."""
    rows = [tuple(part.strip() for part in line.split("→")) for line in table.strip().splitlines() if line.strip()]
    return pytest.mark.parametrize(("query", "expected"), rows, ids=[row[0][:60] for row in rows])


# ---- how the letters look ------------------------------------------------------------------------------------------


@expressions("""
the red text → text colour=red
green letters → text colour=green
text that is purple → text colour=purple
the black and yellow lettering → text colour=black+yellow
the dark blue numbers → number colour=blue
the letters painted in orange → text colour=orange
the white word on blue → word colour=white on(?thing colour=blue)
white-on-red writing → text colour=white on(?thing colour=red)
the tiny white print → text colour=white size=small
the big golden letters → text colour=gold size=big
the big, white letters → text colour=white size=big
the thin grey letters → text colour=grey look=thin
words in turquoise → words colour=turquoise
the line that is written in brown → line colour=brown
the pale pink sentence → sentence colour=pink
the silver lettering on black → text colour=silver on(?thing colour=black)
""")
def test_the_colour_of_the_ink_is_read(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@expressions("""
the bold heading → heading look=bold
the handwritten note → sentence look=handwritten
the word in italics → word look=slanted
the text in capital letters → text look=upper
the lowercase word → word look=lower
the phrase written in cursive → sentence look=script
the upside-down word → word look=upside_down
the sentence in small print → sentence size=small
the glowing letters → text look=lit
the engraved inscription → text look=3d
the blurry line → line look=blurred
the faded lettering → text look=blurred
the vertical text → text look=vertical
the curved text → text look=curved
the underlined word → word look=underlined
the outlined number → number look=outlined
the mirrored text → text look=mirrored
the half-hidden word → word look=cut
the neon word → word look=neon
the Chinese text → text look=foreign
the French sentence → sentence look=french
the wide letters → text size=long
the huge word → word size=big
the little text → text size=small
the old-fashioned serif letters → text look=serif
a word in thick red capitals → word colour=red look=bold+upper
the name in big blue letters → name colour=blue size=big
text, red, top left → text colour=red place=top+left
red text on white background → text colour=red on(area colour=white)
white letters against a dark background → text colour=white beside(area colour=dark)
""")
def test_the_style_and_the_size_of_the_letters_are_read(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


# ---- where it is ---------------------------------------------------------------------------------------------------


@expressions("""
the text at the top → text place=top
the word in the bottom left corner → word place=bottom+left
the number in the middle of the picture → number place=middle
the sign on the right → sign place=right
the writing in the background → text place=back
the price in the foreground → price place=front
the line on the far left → line place=left
top right text → text place=top+right
the text at the very bottom of the photo → text place=bottom
the word on the left-hand side of the image → word place=left
the phone number, bottom right → phone place=bottom+right
the upper text → text super=top
the sign in the upper right corner → sign place=top+right
the left sign → sign super=left
the word at the edge of the photo → word place=edge
the writing at the back → text place=back
the logo in the centre → logo place=middle
the letters in the lower half of the picture → text place=bottom
the sign top left → sign place=top+left
the number down in the right corner → number place=right+corner
the red words high up on the left → words colour=red place=top+left
a text in the top centre → text place=top+middle
text in the top left corner of the window → text on(top+left of window)
the word on the left of the photo → word place=left
the text to the right of the picture of a dog → text right of(picture of(dog))
the text just under the red line → text below(line colour=red)
the sign on the left side of the street → sign on(left of place)
the word on the right side of the banner → word on(right of banner)
the sign on the left side of the lamp post → sign left of(pillar)
the text on the right-hand side of the photo → text place=right
the number at the top right of the photo → number place=top+right
the writing across the middle of the flag → text on(middle of banner)
the name in the middle → name place=middle
""")
def test_the_place_in_the_photo_is_read(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@expressions("""
the first word → word ordinal=1
the last line → line ordinal=-1
the second sign from the left → sign ordinal=2 from=left
the third word from the right → word ordinal=3 from=right
second from the left → text ordinal=2 from=left
the third word of the second line → word ordinal=3 of(line ordinal=2)
the first letter of the last word → letter ordinal=1 of(word ordinal=-1)
the penultimate line on the poster → line ordinal=-2 on(poster)
the fourth line from the bottom → line ordinal=4 from=bottom
the second to last word of the heading → word ordinal=-2 of(heading)
the 3rd row → line ordinal=3
the first of the two lines → line ordinal=1
the last of the three words on the board → word ordinal=-1 on(board)
the second price down → price ordinal=2 from=top
the first word after the logo → word ordinal=1 after(logo)
the last digit of the phone number → letter ordinal=-1 look=digits of(phone)
the second line from the top of the menu → line ordinal=2 from=top of(board)
the fifth red word → word ordinal=5 colour=red
the very first line of the notice on the gate → line ordinal=1 of(warning on(door))
the 2nd sticker from the right → label ordinal=2 from=right
the red and white sign's second line → line ordinal=2 of(sign colour=red+white)
the third sign from the right in the back → sign ordinal=3 from=right place=back
the first line of text on the label → line ordinal=1 on(label)
last word on the second line from the top → word ordinal=-1 on(line ordinal=2 from=top)
the first three words → words count=3 ordinal=1
the last two lines → lines count=2 ordinal=-1
""")
def test_ordinals_and_where_they_count_from_are_read(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@expressions("""
the largest word → word super=size+
the smallest text on the poster → text super=size- on(poster)
the topmost line → line super=top
the longest word on the sign → word super=length+ on(sign)
the bottommost number → number super=bottom
the rightmost letter → letter super=right
the second largest word → word ordinal=2 super=size+
the lowest price → price super=value-
the highest number → number super=value+
the highest sign → sign super=top
the biggest of the red words → word super=size+ colour=red
the thickest letters → text super=stroke+
the most prominent text → text super=size+
the nearest sign → sign super=near
the word closest to the camera → word super=near
the sign farthest away → sign super=far
the sign furthest to the left → sign super=left
the cheapest dish → menu item super=value-
the lower of the two signs → sign super=bottom
the taller letters → text super=size+
the shortest line → line super=length-
the brightest sign → sign super=bright+
the text on the widest banner → text on(banner super=width+)
the word with the largest letters → word super=size+
the second biggest number on the jersey → number ordinal=2 super=size+ on(shirt)
the word with the most letters → word super=length+
the largest sign in the photo → sign super=size+
what is the largest number on the scoreboard → number super=size+ on(board)
the most expensive drink → menu item super=value+
the text closest to the bottom edge → text super=bottom
the sign nearest the camera → sign super=near
the last letter on the far right → letter ordinal=-1 place=right
the sign furthest from the camera → sign super=far
the sign closest to the door → sign beside(door)
the tallest building's sign → sign of(building super=size+)
""")
def test_superlatives_are_read_by_what_they_compare(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


# ---- what it is related to -----------------------------------------------------------------------------------------


@expressions("""
the word on the white sign → word on(sign colour=white)
the text on the door of the red bus → text on(door of(bus colour=red))
the number on the yellow taxi → number on(car colour=yellow)
the writing on the shop window → text on(window)
the slogan on the blue banner above the entrance → slogan on(banner colour=blue above(door))
the label on the green bottle → label on(bottle colour=green)
the text inside the yellow circle → text on(badge colour=yellow shape=round)
the letters along the side of the truck → text on(edge of truck)
the words on the back of the jacket → words on(back of shirt)
the price on the small yellow label → price on(label colour=yellow size=small)
the name on the wooden board → name on(board colour=brown)
the sticker on the window of the car → label on(window of(car))
what is written on the mug → text on(bottle)
the text on the triangular sign → text on(sign shape=triangle)
the number on the front of the tram → number on(front of bus)
the sign without a number → sign without(number)
the poster with the red heading → poster with(heading colour=red)
the red sign's text → text of(sign colour=red)
the bus's destination → place name of(bus)
the round sign's number → number of(sign shape=round)
the text on the sign on the wall → text on(sign on(wall))
the text on the box on the top shelf → text on(box on(counter super=top))
the words on the awning → words on(ceiling)
the year on the gravestone → date on(plaque)
the white sign with black letters → sign colour=white with(text colour=black)
the two signs on the lamp post → sign count=2 on(pillar)
the message on the side of the ambulance → slogan on(edge of truck)
the banner hanging from the balcony → banner on(place)
the brand name on the side of the white delivery van → brand on(edge of truck colour=white)
the number on the locomotive → number on(bus)
the sign attached to the fence → sign on(fence)
the words carved into the stone → words on(plaque)
the neon sign in the window → sign look=neon on(window)
the handwritten price on the chalkboard → price look=handwritten on(board)
the number above the entrance of the hotel → number above(door of(place))
the text on the blue part of the flag → text on(area colour=blue of(banner))
the number painted on the road → number on(place)
the words around the edge of the coin → words on(edge of badge shape=round)
the sign that is hanging from the ceiling → sign on(ceiling)
the label of the bottle on the left → label of(bottle place=left)
the text in the green circle with the white arrow → text on(badge colour=green shape=round with(arrow colour=white))
the station name on the yellow strip above the train → place name on(strip colour=yellow shape=strip above(bus))
the words below the clock on the tower → words below(clock on(building))
the smallest line at the bottom of the label on the wine bottle → line super=size- on(bottom of label on(bottle))
the two numbers on either side of the door → number count=2 beside(door)
the text on both sides of the logo → text beside(logo)
the sign halfway up the pole → sign on(pillar)
the text in the shadow → text on(?shadow)
the text made of light bulbs → text with(lamp)
the word with a heart above it → word with(picture)
the text inside the box in the middle → text on(box place=middle)
third line from the top on the left-hand page → line ordinal=3 from=top on(paper super=left)
""")
def test_what_a_text_is_on_is_read(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@expressions("""
the sign above the car → sign above(car)
the text next to the man in the green shirt → text beside(person colour=green with(shirt colour=green))
the number worn by the runner → number worn by(person)
the poster held by the woman → poster worn by(person)
the name on the shirt of the boy → name on(shirt of(person))
the text left of the traffic light → text left of(traffic light)
the sign behind the bicycle → sign behind(bicycle)
the word under the arrow → word below(arrow)
the number on the player's back → number on(back of person)
the sign to the right of the tree → sign right of(potted plant)
the poster in front of the horse → poster in front of(horse)
the text over the woman's head → text above(person of(person))
the number next to the dog → number beside(dog)
the sign the man is holding → sign worn by(person)
the sign hanging above the door → sign above(door)
the number between the two lamps → number between(lamp count=2)
the text on the T-shirt of the girl on the left → text on(shirt of(person place=left))
the badge on the policeman's uniform → badge on(shirt of(person))
the word beside the heart → word beside(picture)
the sign nearest to the fountain → sign beside(furniture)
the placard carried by the protester → poster worn by(person)
the writing on the cap of the driver → text on(shirt of(person))
the number on the jersey of the player in the middle → number on(shirt of(person place=middle))
the letters between the clock and the door → text between(clock & door)
the words on the shirt the man is wearing → words on(shirt worn by(person))
the text on the man in black → text on(person colour=black)
the number on the back of the cyclist → number on(back of person)
the sign behind the two women → sign behind(person count=2)
the sign between the tree and the lamp post → sign between(potted plant & pillar)
the word next to the smiley → word beside(picture)
the text beneath the drawing of a fish → text below(picture of(picture))
""")
def test_objects_and_people_beside_a_text_are_read(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@expressions("""
the line below the word SALE → line below(word says=SALE)
the word between LUNCH and DINNER → word between(?thing says=LUNCH & ?thing says=DINNER)
the text after the phone number → text after(phone)
the word before "street" → word before(?thing says=street)
the price next to the word Espresso → price beside(word says=Espresso)
the line above the address → line above(address)
the word to the left of OPEN → word left of(?thing says=OPEN)
the text between the title and the author → text between(title & person name)
the number following the letters NH → number after(text says=NH)
the word right after the first comma → word after(symbol ordinal=1)
the two words above the price → words count=2 above(price)
the sentence that follows the heading → sentence after(heading)
the line directly below the largest one → line below(line super=size+)
the word after never → word after(?thing says=never)
the slogan below the logo → slogan below(logo)
the small text underneath the title of the poster → text size=small below(title of(poster))
the number to the right of "Platform" → number right of(?thing says=Platform)
the line between the price and the bar code → line between(price & picture)
the last word before the comma → word ordinal=-1 before(symbol)
the word that follows "New" → word after(?thing says=New)
the number beside the phone symbol → number beside(picture)
what comes after the date? → text after(date)
the text above and below the logo → text above(logo) below(logo)
the words under "Welcome to" → words below(?thing says=Welcome_to)
the word over SALE → word above(?thing says=SALE)
the word to the left of the comma → word left of(symbol)
the text to the right of and below the logo → text right of(logo) below(logo)
""")
def test_other_texts_beside_a_text_are_read(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@expressions("""
the top of the board → text on(top of board)
the left half of the banner → text on(left of banner)
the text in the bottom right corner of the poster → text on(bottom+right of poster)
the number at the end of the line → number on(end of line)
the word in the middle of the sign → word on(middle of sign)
the upper part of the label → text on(top of label)
the text along the bottom edge of the billboard → text on(bottom of poster)
the writing at the start of the second line → text on(start of line ordinal=2)
the bottom line of the menu → line super=bottom of(board)
the last part of the web address → text on(end of web)
the first half of the slogan → text on(start of slogan)
the right side of the blackboard → text on(right of board)
the price at the top left of the red flyer → price on(top+left of poster colour=red)
""")
def test_parts_of_surfaces_and_of_texts_are_read(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


# ---- what it means -------------------------------------------------------------------------------------------------


@expressions("""
the phone number → phone
the opening hours of the museum → opening hours of(place)
the street name on the blue plate → street name on(plaque colour=blue)
the web site → web
the e-mail address at the bottom → email place=bottom
the shop name → shop name
the shop's name → shop name
the name of the pharmacy → shop name
the brand on the can → brand on(bottle)
the number plate of the white van → licence plate of(truck colour=white)
the expiry date on the carton → date on(box)
the discount on the red tag → discount on(label colour=red)
the destination of the bus → place name of(bus)
the author of the book → person name of(paper)
the title of the film → title
the warning on the fence → warning on(fence)
the postcode in the address → code on(address)
the hashtag on the poster → hashtag on(poster)
the speed limit → number
the name of the street → street name
the price of the cheese sandwich → price of(menu item mod=cheese)
the total on the receipt → price on(paper)
the room number on the door → number on(door)
the company's web address → web of(brand)
the year → date
the percentage on the yellow star → percentage on(badge colour=yellow shape=irregular)
the barcode number → code
the currency symbol → symbol
the email address of the school → email of(place)
the candidate's name → person name
the dish of the day → menu item
the ingredients on the back of the packet → menu item on(back of box)
the direction on the brown sign → direction on(sign colour=brown)
the shop's phone number → phone of(place)
the motto under the crest → slogan below(logo)
the net weight on the jar → number on(bottle)
the route number of the tram → number of(bus)
the name of the station → place name
the doctor's surname → person name
the flavour on the tub → menu item on(box)
the departure time of the train to Oslo → opening hours of(bus says=Oslo)
the price of the red shoes → price of(furniture colour=red)
the fax number → phone
the artist's name on the album cover → person name on(box)
the country on the stamp → place name on(label)
the page number → number
the deadline → date
the chapter title at the top of the page → title on(top of paper)
the house number next to the door → number beside(door)
the sponsor on the player's shirt → brand on(shirt of(person))
the title of the third book from the left → title of(paper ordinal=3 from=left)
the author on the spine of the red book → person name on(paper of(paper colour=red))
the second bus's route number → number of(bus ordinal=2)
the girl's name on the cup → person name on(bottle)
the speed on the round sign with the red border → number on(sign shape=round with(strip colour=red))
number plate → licence plate
price per kilo of the apples → price of(picture)
""")
def test_the_meaning_of_a_text_is_read(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


# ---- questions and commands ----------------------------------------------------------------------------------------


@expressions("""
what does the red sign say? → sign colour=red
what does it say on the door? → text on(door)
what is written above the window? → text above(window)
how much is the coffee? → price of(menu item)
when does the bakery open? → opening hours of(place)
which stop comes first? → place name ordinal=1
where is the exit sign? → sign
what is the phone number on the poster? → phone on(poster)
what is the name of the café? → shop name
what number is on the bus? → number on(bus)
which word is the largest? → word super=size+
which sign is on the left? → sign place=left
what is the street called? → street name
how far is it to Leeds? → number beside(?thing says=Leeds)
what time does the shop close? → opening hours of(place)
what's the price of the tea? → price of(menu item)
whose name is on the trophy? → person name on(tray)
what does the sign on the left say? → sign place=left
what is the first word on the banner? → word ordinal=1 on(banner)
who is the author? → person name
is there a phone number? → phone
what does the text under the picture say → text below(picture)
what is on the red button? → text on(badge colour=red)
where does it say no parking? → text says=no_parking
how big is the discount? → discount
at what time does the museum open? → opening hours of(place)
which street does the sign name? → street name on(sign)
what word comes after FIRE? → word after(?thing says=FIRE)
what does the man's t-shirt say? → shirt of(person)
what year was the company founded? → date of(brand)
how much does the ticket cost? → price on(paper)
which platform is it? → number
what is the last word of the sentence? → word ordinal=-1 of(sentence)
what do the white letters say? → text colour=white
which of the signs is the highest? → sign super=top
what is the second line of the poem? → line ordinal=2 of(sentence)
what does the woman's red bag say? → bag colour=red of(person)
where can I find the price? → price
what is it called? → name
what city is named on the sign? → place name on(sign)
how many calories are in the bar? → number mod=calories on(strip shape=strip)
how tall is the bridge? → number of(place)
how old is the whisky? → number of(menu item)
what's written in red? → text colour=red
what does the first line say? → line ordinal=1
what does it say under the logo? → text below(logo)
who is the book by? → person name on(paper)
what is playing at the cinema? → text on(place)
which day is it closed? → date
what's the website on the truck? → web on(truck)
what is the number of the bus? → number of(bus)
what are the two words on the door? → words count=2 on(door)
which one is the cheapest? → text super=value-
which price is the lowest? → price super=value-
which bus goes to Dover? → bus says=Dover
what's the name of the street on the corner? → street name place=corner
what is the man's number? → number of(person)
what number is the player wearing? → number worn by(person)
what does the label on the jar on the top shelf say? → label on(bottle on(counter super=top))
what brand of beer is on the umbrella? → brand of(menu item) on(ceiling)
what is the third item on the menu? → list ordinal=3 on(board)
when was the church built? → date on(building)
how long is the walk to the castle? → number of(?walk)
what is the woman holding? → text worn by(person)
what does the man in red say? → text on(person colour=red)
""")
def test_questions_ask_for_a_text(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@expressions("""
read me the red text → text colour=red
please read the sign on the door → sign on(door)
can you tell me the price of the bread → price of(menu item)
find the number of the bus → number of(bus)
show me where it says open → text says=open
hide the licence plate of the car → licence plate of(car)
could you please read out the last line for me? → line ordinal=-1
I'm looking for the shop's phone number → phone of(place)
tell me what the poster says → poster
let me know which word is underlined → word look=underlined
zoom in on the smallest text → text super=size-
blur the phone number on the van → phone on(truck)
highlight every word on the left page → word whole on(paper super=left)
Hello, could you kindly tell me the price, please? → price
excuse me, what is the name of the station? thanks → place name
Would you mind reading me the last line? → line ordinal=-1
I would like to know the opening hours → opening hours
give me all the text on the box → text whole on(box)
point to the word below the arrow, please → word below(arrow)
read the sign → sign
Read me what is written on the yellow sign. → text on(sign colour=yellow)
read it out: the last line → line ordinal=-1
could you tell me what time the library opens please → opening hours of(place)
do you see a price anywhere? → price
please could I have the phone number of the restaurant → phone of(place)
""")
def test_commands_and_politeness_add_nothing(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


# ---- what it says --------------------------------------------------------------------------------------------------


@expressions("""
the sign that says STOP → sign says=STOP
the sign saying "no entry" → sign says=no_entry
the word 'hello' → word says=hello
the banner with the words GRAND OPENING → banner with(words says=GRAND_OPENING)
the word starting with B → word starts=B
the word ending in "ing" → word ends=ing
the line containing the word bus → line with(word says=bus)
the sign that reads wet paint on the bench → sign says=wet_paint on(counter)
the text about parking → text mod=parking
the shop called Bella → shop name says=Bella
the word beginning with the letter Q → word starts=Q
the words FIRE EXIT → words says=FIRE_EXIT
the sign labelled Danger → sign says=Danger
the line that ends with a question mark → line ends=question mark
the price that starts with a dollar sign → price starts=dollar sign
the street sign that says Mill Lane → sign says=Mill_Lane
the number 42 → number says=42
the letter K → letter says=K
the sign of Bella Italia → sign of(?thing says=Bella_Italia)
the word sale → word says=sale
the text "made in italy" on the label → text says=made_in_italy on(label)
the red “Exit” above the door → text colour=red says=Exit above(door)
the poster that says summer sale in red → poster colour=red says=summer_sale
the word Coffee on the cup → word says=Coffee on(bottle)
the line that begins with Open → line starts=Open
the price 4.99 on the blue tag → price says=4.99 on(label colour=blue)
the sign which says closed → sign says=closed
the label that reads fragile on the crate → label says=fragile on(box)
the word "no" in the second line → word says=no on(line ordinal=2)
a word that starts with an s → word starts=s
words containing the letter z → words with(letter says=z)
text with an exclamation mark → text with(symbol)
the button labelled start → badge says=start
the Exit sign → sign says=Exit
the EXIT sign above the left door → sign says=EXIT above(door super=left)
the text Fresh Fish on the chalkboard → text says=Fresh_Fish on(board)
the number after No. → number after(?thing says=No)
the line reading "Mind the gap" → line says=Mind_the_gap
the sign with 'Push' on it → sign with(?thing says=Push)
the words 'on sale' in yellow → words colour=yellow says=on_sale
a sign that says "50% off" → sign says=50%_off
the word ending with er → word ends=er
the word that starts with the letter T and ends with P → word starts=T ends=P
where it says Gate 5 → text says=Gate_5
the banner says what → banner
the one that says pull → text says=pull
the plate reading AB 123 → plaque says=AB_123
the shop sign with the name of a fruit → sign with(menu item)
""")
def test_wording_is_kept_as_it_was_written(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@expressions("""
the two words → words count=2
the two lines below the heading → lines count=2 below(heading)
the three-line text → text lines=3
all three words → words count=3 whole
the two-word name → name words=2
both numbers on the door → number count=2 on(door)
the four-letter word → word letters=4
the three letter word → word letters=3
the 4-digit code → code letters=4 look=digits
the five digit number → number letters=5 look=digits
the two-line sign → sign lines=2
the one-word line → line words=1
a word of six letters → word letters=6
the word with five letters → word letters=5
the text with two lines → text lines=2
the name consisting of two words → name words=2
the pair of words on the roof → words count=2 on(ceiling)
the single letter on the flag → letter count=1 mod=single on(banner)
all of the text on the sign → text whole on(sign)
every line except the last → line whole without(line ordinal=-1)
a three-word slogan in blue → slogan words=3 colour=blue
the seven-digit phone number → phone letters=7 look=digits
the two letter code → code letters=2
the text not in red → text without(?thing colour=red)
the word that isn't red → word without(?thing colour=red)
letters that aren't white → text without(?thing colour=white)
the name of the man in the blue jacket → person name of(person colour=blue with(shirt colour=blue))
the smaller of the two prices → price super=size-
the rightmost of the three signs → sign super=right
the one on the left → text place=left
the text with a red border → text with(strip colour=red)
""")
def test_counts_and_numbers_of_letters_are_read(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


# ---- how people type -----------------------------------------------------------------------------------------------


@expressions("""
the secnd word → word ordinal=2
the botom line → line super=bottom
the yelow sign → sign colour=yellow
teh red text → text colour=red
the phone nubmer → phone
the lagest word → word super=size+
the whtie sign → sign colour=white
the adress on the envelope → address on(paper)
the name of the resturant → shop name
the headlin → heading
the numbr plate → licence plate
the text on the bilboard → text on(poster)
whats the price → price
wheres the phone number → phone
""")
def test_slips_of_the_keyboard_are_forgiven(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@expressions("""
the gray letters in the center → text colour=grey place=middle
the license plate of the truck → licence plate of(truck)
the store's phone number → phone of(place)
the multicolored text → text colour=colourful
the zip code → code
the movie theater's name → shop name
the text on the sidewalk → text on(floor)
the gas price → price
the capitalized word → word look=upper
the word on the center panel → word on(panel super=middle)
the flavor on the package → menu item on(box)
""")
def test_american_spelling_is_understood(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@expressions("""
The First Word On The White Sign → word ordinal=1 on(sign colour=white)
THE PHONE NUMBER ON THE VAN → phone on(truck)
What Does The Sign Say → sign
WHAT IS THE NAME OF THE SHOP? → shop name
Red Text → text colour=red
Phone Number → phone
LARGEST WORD → word super=size+
THE WORD "SALE" → word says=SALE
The Price Of The Tea → price of(menu item)
""")
def test_capitals_of_the_whole_query_mean_nothing(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@expressions("""
the small white text on the black label that is stuck on the side of the big blue box standing next to the red bottle on the table → text colour=white size=small on(label colour=black on(edge of box colour=blue size=big beside(bottle colour=red on(counter))))
the phone number at the bottom of the yellow poster that hangs in the window of the small shop on the left side of the street → phone on(bottom of poster colour=yellow on(window of(place size=small on(left of place))))
can you please read me the second line of the white text on the dark green sign above the entrance of the old church → line ordinal=2 of(text colour=white on(sign colour=green above(door of(building))))
what is the number written in white on the back of the red jersey worn by the player who is standing next to the goalkeeper → number colour=white on(back of shirt colour=red worn by(person beside(person)))
the third word of the last line on the brown wooden sign between the two trees at the right edge of the picture → word ordinal=3 of(line ordinal=-1 on(sign colour=brown between(potted plant count=2 place=right)))
please tell me the price of the large cappuccino on the blackboard that is hanging on the wall behind the counter → price of(menu item size=big on(board on(wall behind(counter))))
the largest of the three yellow words in the upper half of the square poster to the left of the glass door of the bank → word super=size+ colour=yellow on(top of poster shape=square left of(window of(place)))
""")  # noqa: E501 (one row an expression)
def test_long_descriptions_keep_their_structure(query: str, expected: str) -> None:
    assert str(parse(query).phrase) == expected


@pytest.mark.parametrize(
    ("query", "expected", "unknown"),
    [
        ("the text on the zorgel", "text on(?zorgel)", ("zorgel",)),
        ("the flumph", "?flumph", ("flumph",)),
        ("the word above the brindled quokka", "word above(?quokka mod=brindled)", ("brindled", "quokka")),
        ("the wumpus sign", "sign mod=wumpus", ("wumpus",)),
        ("what does the gizmotron say", "?gizmotron", ("gizmotron",)),
        ("the price of the snarfle", "price of(?snarfle)", ("snarfle",)),
        ("the frobnicator's serial number", "number of(?frobnicator)", ("frobnicator's",)),
        ("the red plinkus", "?plinkus colour=red", ("plinkus",)),
        ("the third blorp from the left", "?blorp ordinal=3 from=left", ("blorp",)),
        ("largest text on the tralfam next to the door", "text super=size+ on(?tralfam beside(door))", ("tralfam",)),
        ("SALE", "?sale", ("SALE",)),
        ("how much is the snarfle?", "price of(?snarfle)", ("snarfle",)),
    ],
)
def test_an_unknown_noun_is_kept_and_reported(query: str, expected: str, unknown: tuple[str, ...]) -> None:
    parsed = parse(query)
    assert (str(parsed.phrase), parsed.unknown) == (expected, unknown)


def test_a_known_query_reports_nothing() -> None:
    parsed = parse("the second word on the white sign at the top left")
    assert (parsed.unknown, parsed.skipped, parsed.corrected) == ((), (), ())


def test_a_slip_is_reported_as_written_and_as_understood() -> None:
    assert parse("the Yelow sign and the botom line").corrected == (("botom", "bottom"),)


# ---- what holds for every query ------------------------------------------------------------------------------------

_WORDS = sorted(
    {
        word
        for table in (vocabulary.UNITS, vocabulary.COLOURS, vocabulary.PREPOSITIONS, vocabulary.PLACES)
        for entry in table
        for word in entry.split()
    }
    | vocabulary.PARTICIPLES
    | vocabulary.FILLERS
    | vocabulary.VERBS
    | vocabulary.WORDING_CUES
    | {"what", "which", "how", "who", "where", "when", ",", "SALE", '"', "'", "?", "photo", "zorgel", "of", "and"}
)
_SAMPLES = (
    "the red text",
    "the second sign from the left",
    "the phone number on the white van",
    "the word below the word SALE",
    "the top of the board",
    "the text on the zorgel",
    "the sign that says STOP",
    "last line of the poster in the window",
    "the man's shirt",
)


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=MAX_QUERY_LENGTH))
def test_any_text_is_parsed_or_refused_as_a_bad_query(query: str) -> None:
    try:
        parsed = parse(query)
    except BadQuery:
        assert not any(character.isalnum() for character in query)
    else:
        assert str(parsed.phrase)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=40).map(" ".join))
def test_any_sequence_of_known_words_is_parsed(query: str) -> None:
    if any(character.isalnum() for character in query) and len(query) <= MAX_QUERY_LENGTH:
        assert str(parse(query).phrase)


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=20).map(" ".join))
def test_a_query_is_parsed_the_same_every_time(query: str) -> None:
    tokens, corrected = correct(tokenise(query))
    assert _Parser(tokens).query(corrected) == _Parser(tokens).query(corrected)


@pytest.mark.parametrize("query", _SAMPLES)
@pytest.mark.parametrize(
    "form",
    [
        "  {}\t\n",
        "{}.",
        "{}?",
        "{}!",
        "{} …",
        "please {}",
        "Please, {}",
        "{} please",
        "{}, please",
        "read me {}",
        "Read me {} please.",
        "can you find {}?",
        "please show me {}",
        "{} for me",
        "{}, thank you!",
    ],
)
def test_what_surrounds_a_description_does_not_change_it(query: str, form: str) -> None:
    assert parse(form.format(query)).phrase == parse(query).phrase


@pytest.mark.parametrize(
    "unit",
    [
        "on the sign ",
        "of the ",
        "the man's ",
        "and ",
        "the left half of ",
        "between ",
        '"',
        "what ",
        "(",
        "first ",
        "saying ",
        "a-",
        "in red ",
        "that is ",
        "with the word ",
        "the the ",
        "a row of ",
        "does first ",
        "does the box that ",
        "man's does what ",
        "which ",
        "’s ",
        "the word ",
        "not ",
        "please ",
        "read ",
    ],
)
def test_repetition_up_to_the_longest_query_is_parsed(unit: str) -> None:
    for opening in ("the text ", "what does ", "A"):
        query = (opening + unit * MAX_QUERY_LENGTH)[:MAX_QUERY_LENGTH]
        assert str(parse(query).phrase)


@pytest.mark.parametrize("query", ["", "   ", "\n", "...", "?!", '""', "—"])
def test_a_query_without_content_is_refused(query: str) -> None:
    with pytest.raises(BadQuery):
        parse(query)


def test_an_overlong_query_is_refused() -> None:
    with pytest.raises(BadQuery, match="512"):
        parse("a" * (MAX_QUERY_LENGTH + 1))


# ---- the tables of vocabulary --------------------------------------------------------------------------------------

_NOUN_TABLES: dict[Sort, Mapping[str, str]] = {
    "unit": vocabulary.UNITS,
    "kind": vocabulary.KINDS,
    "carrier": vocabulary.CARRIERS,
    "object": vocabulary.OBJECTS,
}


def _texts(entry: str) -> list[str]:
    return [token.text for token in tokenise(entry)]


@pytest.mark.parametrize("sort", _NOUN_TABLES)
def test_every_noun_is_found_by_the_lexicon_of_its_table(sort: Sort) -> None:
    lexicon = {name: table.lexicon for name, table in TARGET_NOUNS}[sort]
    for entry in _NOUN_TABLES[sort]:
        texts = _texts(entry)
        assert lexicon.match(texts, 0) == (" ".join(texts), len(texts)), entry


def test_every_noun_is_read_as_a_whole_in_every_order_of_the_tables() -> None:
    for table in _NOUN_TABLES.values():
        for entry in table:
            texts = _texts(entry)
            for nouns in (TARGET_NOUNS, ANCHOR_NOUNS, NEIGHBOUR_NOUNS, GOODS_NOUNS):
                found = find_noun(nouns, texts, 0)
                assert found is not None, entry
                assert found.length == len(texts), entry


@pytest.mark.parametrize(
    ("table", "lexicon"),
    [
        (vocabulary.COLOURS, ADJECTIVES),
        (vocabulary.LOOKS, ADJECTIVES),
        (vocabulary.SIZES, ADJECTIVES),
        (vocabulary.SUPERLATIVES, ADJECTIVES),
        (vocabulary.ORDINALS, ADJECTIVES),
        (vocabulary.COUNTS, ADJECTIVES),
        (vocabulary.PLACES, PLACE_LEXICON),
        (vocabulary.PREPOSITIONS, PREPOSITION_LEXICON),
        (vocabulary.COMMANDS, COMMAND_LEXICON),
    ],
    ids=["colours", "looks", "sizes", "superlatives", "ordinals", "counts", "places", "prepositions", "commands"],
)
def test_every_entry_is_found_by_its_lexicon(table: Iterable[str], lexicon: Lexicon) -> None:
    for entry in table:
        texts = _texts(entry)
        assert lexicon.match(texts, 0) == (" ".join(texts), len(texts)), entry


def test_no_adjective_means_two_things() -> None:
    names = ("COLOURS", "LOOKS", "SIZES", "SUPERLATIVES", "ORDINALS", "COUNTS")
    tables = [frozenset(getattr(vocabulary, name)) for name in names]
    for place, table in enumerate(tables):
        for name, other in zip(names[place + 1 :], tables[place + 1 :], strict=True):
            assert not table & other, f"{names[place]} and {name}"


def test_every_surface_that_is_an_object_too_is_told_apart_by_its_relation() -> None:
    for entry in frozenset(vocabulary.CARRIERS) & frozenset(vocabulary.OBJECTS):
        if vocabulary.CARRIERS[entry] != vocabulary.OBJECTS[entry]:
            found = find_noun(NEIGHBOUR_NOUNS, _texts(entry), 0)
            assert found is not None, entry
            assert (found.sort, found.head) == ("object", vocabulary.OBJECTS[entry]), entry


def test_every_colour_has_a_mixture_of_colours_that_are_measured() -> None:
    assert set(vocabulary.COLOURS.values()) == set(vocabulary.COLOUR_MIXTURES)
    for mixture in vocabulary.COLOUR_MIXTURES.values():
        assert set(mixture) <= {*COLOUR_NAMES, "mixed"}
        assert all(0 < share <= 1 for share in mixture.values())


def test_names_of_things_are_kinds() -> None:
    assert set(vocabulary.NAME_OF.values()) <= set(vocabulary.KINDS.values())


def test_patterns_are_of_kinds_that_can_be_asked_for() -> None:
    assert set(PATTERN_NAMES) <= {*vocabulary.KINDS.values(), *vocabulary.UNITS.values()}


def test_parts_are_places() -> None:
    assert set(vocabulary.PARTS) <= set(vocabulary.PLACES.values())


def test_words_are_corrected_to_words_of_the_tables_alone() -> None:
    for word in vocabulary.SPELLED_WORDS:
        assert correct(tokenise(word))[1] == (), word
    assert not vocabulary.REAL_WORDS & set(vocabulary.SPELLED_WORDS)


def test_heads_that_ground_high_or_low_are_nouns() -> None:
    nouns = {*vocabulary.CARRIERS, *vocabulary.OBJECTS, *vocabulary.UNITS, *vocabulary.KINDS}
    assert set(vocabulary.VERTICAL_HINTS) - {"upstairs", "overhead"} <= nouns
