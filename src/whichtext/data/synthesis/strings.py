"""What signs say: strings by kind, and programs that put them together as a shop, a poster or a label does.

Kinds are those of `retrieval.rules.vocabulary.KINDS`. Names of places and people are made of syllables, so that a
network cannot learn them by heart. Every function takes its random generator.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

__all__ = ["PROGRAMS", "Content", "compose", "kind_clash"]

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Content:
    """One line to be written."""

    string: str
    kind: str | None
    """None: running text that nobody would name by a kind."""
    weight: float = 1.0
    """Letter height relative to the other lines of the same surface."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


FIRST = _words(
    "Anna Maria Tom Peter Lucy Omar Ines Felix Nora Hugo Clara Max Sofia Leo Emma Jack Ruby Ali Mia Paul Rosa Sam Lena "
    "Karl Eva Ben Jana Luis Amy Otto Kim Joe Nina Theo Zoe Ivan Greta Finn Lola Hans Julia Marco Elsa Noah Olga "
    "Pia Raj "
    "Rita Sara Tina Uma Vera Will Yara Mei Jun Ken Ada Bea Cora Dora Ella Gina Hanna Ida Lars Nils Erik Dave Mike Kate"
)
LAST_START = _words(
    "Hol Ber Mar Stan Wil Har Lin Kes Bran Dal Fen Gar Hen Ker Lam Mor Nor Pel Ros Sal Tor Ver Wal Ash Bec Cor Den El "
    "Fal Gil Hag Jor Kal Lor Mel Nel Ol Par Quin Rad Sel Tal Ul Var Wes Yar Zel Bor Cam Dun Ed Fra Gru Ham Ing Kra"
)
LAST_END = _words(
    "ley ton berg man son field ford wood well er ing ham stone ner elli ano etti ot eau ez ov ski sen strom baum bach "
    "mann low worth more ard ett ins by ney ick"
)
TOWN_END = _words(
    "ford ton ham bury port mouth field dale burg stadt heim ville wick stead bridge haven hill brook cliff worth mere "
    "borough gate hurst leigh minster stow by ness grove"
)
ADJECTIVES = _words(
    "Golden Green Blue Red Old New Royal Happy Little Grand Silver Lucky Sunny Fresh Crystal Pearl Urban Modern "
    "Classic "
    "Star Black White Wild Secret Hidden Northern Southern Central Lazy Quiet Merry Rustic Noble Velvet Amber"
)
THINGS = _words(
    "Lion Rose Crown Lotus Dragon Garden House Corner Moon Sun Star River Bridge Oak Bear Fox Swan Anchor Kettle "
    "Lantern "
    "Olive Spoon Needle Button Feather Whale Falcon Maple Harbour Tower Mill Bell Apple Orchid Tiger Panda Boat "
    "Wheel Key "
    "Clover Violet Peacock Acorn Barrel Cherry Pepper Ginger Mango Basil Coral Pebble Comet Willow"
)
TRADES = _phrases(
    "BAKERY, CAFE, BOOKS, FLOWERS, PHARMACY, SHOES, OPTICS, JEWELLERS, TOYS, FASHION, BARBER, HAIR STUDIO, "
    "PIZZERIA, GRILL, "
    "NOODLES, SUSHI BAR, BISTRO, DELI, MARKET, HARDWARE, GALLERY, TRAVEL, PHOTO, MUSIC, SPORTS, BIKES, TAILOR, "
    "LAUNDRY, "
    "BANK, HOTEL, HOSTEL, DENTIST, CLINIC, ELECTRONICS, FURNITURE, ANTIQUES, GIFTS, STATIONERY, PERFUMERY, TEA ROOM, "
    "SEAFOOD, BUTCHER, CHEESE, WINE BAR, PUB, KARAOKE, SPA, NAILS, GARAGE, TYRES, BOULANGERIE, PATISSERIE, TABAC, "
    "BRASSERIE, "
    "FARMACIA, GELATERIA, RISTORANTE, PANIFICIO, APOTHEKE, BÄCKEREI, METZGEREI, FRISEUR, BLUMEN, COIFFURE"
)
STREET_ENDS = _phrases(
    "Street, Road, Avenue, Lane, Drive, Square, Way, Terrace, Walk, Hill, Close, Crescent, Boulevard"
)
FOREIGN_STREETS = _phrases("Rue de {}, Via {}, {}straße, {}gasse, Avenue {}, Calle {}, Place {}, Am {}, Viale {}")
PLACES = _phrases(
    "Station, Airport, Museum, Library, Town Hall, City Centre, Hospital, University, Park, Beach, Harbour, "
    "Stadium, Zoo, "
    "Market Hall, Theatre, Castle, Cathedral, Old Town, Bus Station, Car Park, Swimming Pool, Tourist Office, Campsite"
)
DIRECTIONS = _phrases(
    "EXIT, WAY OUT, ENTRANCE, Toilets, Lifts, Platforms, All directions, Check-in, Ticket office, Parking, "
    "Level 2, Gates 1-20, "
    "Baggage claim, Taxis, Buses, Emergency exit, Information, First floor, AUSGANG, SORTIE, USCITA, EINGANG, "
    "Stairs, To trains"
)
WARNINGS = _phrases(
    "NO SMOKING, NO PARKING, DANGER, CAUTION, KEEP OUT, NO ENTRY, WET FLOOR, HIGH VOLTAGE, MIND THE GAP, NO DOGS, "
    "STOP, "
    "PRIVATE PROPERTY, NO SWIMMING, BEWARE OF THE DOG, DO NOT TOUCH, NO DIVING, STAFF ONLY, HARD HATS REQUIRED, "
    "SLIPPERY, "
    "NO CYCLING, KEEP CLEAR, FRAGILE, NO LITTER, MEN AT WORK, ROAD CLOSED, DO NOT ENTER, WATCH YOUR STEP, FIRE DOOR, "
    "NO BALL GAMES, ACHTUNG, DÉFENSE DE FUMER, VIETATO FUMARE, LOW BRIDGE, SLOW, GIVE WAY, DEEP WATER"
)
NOTICES = _phrases(
    "Please ring the bell, Please wait here, Keep this door closed, Pay at the counter, Thank you for your visit, "
    "Please queue here, Mind your head, Take a number, Back in ten minutes, Ask our staff for help, Cash only, "
    "Cards welcome, "
    "Do not block this door, Children must be accompanied, Please do not feed the ducks, Open to the public, "
    "Use other door, "
    "Visitors must report here, Please keep left, All bags may be searched, Cameras are in use, Keep off the grass"
)
SLOGANS = _phrases(
    "Taste the difference, Made with love, Simply better, Think big, Every day fresh, We care for you, "
    "Your home is here, "
    "Feel the music, Come and see, Always on time, The art of living, Born to ride, Live your dream, "
    "Good food good mood, "
    "Better by design, Quality since the start, Stay curious, Love what you do, Just around the corner, More for less, "
    "Drive into tomorrow, Sleep well tonight, Colour your life, Best in town, Naturally good, Small shop big heart, "
    "Hello summer, Winter is coming, Nothing beats home, Join the team, Save water, Read more books, Be kind, "
    "Never give up"
)
OFFERS = _phrases(
    "SALE, CLEARANCE, SPECIAL OFFER, BUY ONE GET ONE FREE, LAST DAYS, SUMMER SALE, HALF PRICE, TODAY ONLY, BIG DEALS, "
    "WINTER SALE, FINAL REDUCTIONS, NEW ARRIVALS, SOLDES, SALDI, EVERYTHING MUST GO, BEST BUY"
)
TITLES = _phrases(
    "Night of Jazz, The Long Way Home, Summer Festival, Winter Market, City Marathon, Art of Glass, Film Week, "
    "The Lost Map, "
    "Spring Fair, Voices of the Sea, Open Air Cinema, The Silent Garden, Book Fair, Dance Night, Light and Shadow, "
    "Food Days, "
    "The Last Train, Music in the Park, Photo Walk, Science Day, Tango Evening, Masters of Light, River Run, "
    "The Red Door, "
    "Comedy Club, Street Art, Science of Sleep, Poetry Slam, Flea Market, Harvest Festival, Kites over the Bay"
)
MENU = _phrases(
    "Tomato soup, Onion soup, Green salad, Fish and chips, Pasta, Lasagne, Apple pie, Cheese cake, Espresso, "
    "Cappuccino, "
    "Latte, Green tea, Hot chocolate, Lemonade, Orange juice, Burger, Club sandwich, Bagel, Croissant, Pancakes, "
    "Omelette, "
    "Fried rice, Noodle soup, Spring rolls, Curry, Kebab, Ice cream, Waffle, Beer, House wine, Mint tea, Grilled fish, "
    "Roast chicken, Steak, Mushroom risotto, Pizza Margherita, Quiche, Crêpe, Gazpacho, Falafel, Hummus, Toast"
)
PRODUCTS = _phrases(
    "Orange juice, Olive oil, Honey, Strawberry jam, Sea salt, Ground coffee, Rice, Oat flakes, Soap, Shampoo, "
    "Hand cream, "
    "Toothpaste, Mineral water, Milk, Butter, Biscuits, Dark chocolate, Green tea, Red wine, Lager, Vinegar, "
    "Mustard, Ketchup, "
    "Cough syrup, Vitamin C, Batteries, Washing powder, Glue, Candle, Peanuts, Tomatoes, Tuna, Cider, Ginger ale, "
    "Apples"
)
SMALL_PRINT = _phrases(
    "ingredients sugar water salt, keep in a cool dry place, store away from light, best served cold, "
    "shake well before use, "
    "for adults and children over six, see the back for details, contents may vary, all prices include tax, "
    "no refunds given, "
    "terms and conditions apply, subject to change without notice, printed on recycled paper, "
    "free of artificial colours, "
    "do not exceed the stated dose, supported by the city council, doors open one hour before, tickets at the door, "
    "members pay half, valid until the end of the month, made in a family business, please recycle this bottle"
)
DAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
SHORT_DAYS = _words("Mon Tue Wed Thu Fri Sat Sun")
MONTHS = _words("January February March April May June July August September October November December")
DOMAINS = _words("com org net co.uk de fr it eu shop info")
CURRENCIES = _words("€ $ £ € $ £ ¥")


def pick(rng: Rng, options: Sequence[str]) -> str:
    """One of several."""
    return options[int(rng.integers(len(options)))]


def chance(rng: Rng, share: float) -> bool:
    """True with a probability."""
    return bool(rng.random() < share)


def surname(rng: Rng) -> str:
    """Made of two syllables."""
    return pick(rng, LAST_START) + pick(rng, LAST_END)


def town(rng: Rng) -> str:
    """A town that may exist."""
    return pick(rng, LAST_START) + pick(rng, TOWN_END)


def person(rng: Rng) -> str:
    """First name and surname, sometimes with a title."""
    name = f"{pick(rng, FIRST)} {surname(rng)}"
    return f"{pick(rng, _words('Dr. Prof. Mr Mrs Ms'))} {name}" if chance(rng, 0.25) else name


def shop_name(rng: Rng) -> str:
    """What stands over a door."""
    style = int(rng.integers(7))
    if style == 0:
        return f"{pick(rng, ADJECTIVES)} {pick(rng, THINGS)}"
    if style == 1:
        return f"{surname(rng)} & {pick(rng, ('Sons', 'Co', 'Partners', surname(rng)))}"
    if style == 2:
        return f"{pick(rng, FIRST)}'s"
    if style == 3:
        return f"The {pick(rng, THINGS)}"
    if style == 4:
        return surname(rng)
    if style == 5:
        return f"{pick(rng, ('Chez', 'Da', 'Casa', 'Zum', 'Le', 'La'))} {pick(rng, (pick(rng, FIRST), surname(rng)))}"
    return f"{pick(rng, THINGS)} {pick(rng, THINGS)}"


def brand(rng: Rng) -> str:
    """A word that nobody owns."""
    name = (
        pick(rng, LAST_START) + pick(rng, _words("o a ix ex ora ino elle via ion us ka zo ta ra lux tech ty")).lower()
    )
    return name.upper() if chance(rng, 0.5) else name


def digits(rng: Rng, count: int) -> str:
    """That many digits, the first not 0."""
    return str(int(rng.integers(1, 10))) + "".join(str(int(d)) for d in rng.integers(0, 10, count - 1))


def phone(rng: Rng) -> str:
    """Phone number in one of several layouts."""
    style = int(rng.integers(7))
    if style == 0:
        return f"{digits(rng, 4)} {digits(rng, 4)}"
    if style == 1:
        return f"0{digits(rng, 3)} {digits(rng, 6)}"
    if style == 2:
        return f"+{digits(rng, 2)} {digits(rng, 3)} {digits(rng, 3)} {digits(rng, 3)}"
    if style == 3:
        return f"({digits(rng, 3)}) {digits(rng, 3)}-{digits(rng, 4)}"
    if style == 4:
        return f"{digits(rng, 3)}-{digits(rng, 4)}"
    if style == 5:
        return " ".join(["0" + digits(rng, 1), *(digits(rng, 2) for _ in range(4))])
    return f"1800 {digits(rng, 3)} {digits(rng, 3)}"


def price(rng: Rng) -> str:
    """Price with or without a currency."""
    whole, cents = int(rng.integers(1, 100)), pick(rng, _words("99 50 95 00 20 90 75 49 80"))
    sign = pick(rng, CURRENCIES)
    style = int(rng.integers(5))
    if style == 0:
        return f"{whole},{cents} €"
    if style == 1:
        return f"{sign}{whole}"
    if style == 2:
        return f"{whole}.{cents}"
    return f"{sign}{whole}.{cents}"


def percentage(rng: Rng) -> str:
    """A reduction."""
    return f"{'-' if chance(rng, 0.3) else ''}{int(rng.integers(1, 16)) * 5}%{' OFF' if chance(rng, 0.4) else ''}"


def hours(rng: Rng) -> str:
    """From when to when."""
    start, end = int(rng.integers(6, 12)), int(rng.integers(15, 24))
    style = int(rng.integers(4))
    if style == 0:
        return f"{start}:00 - {end}:00"
    if style == 1:
        return f"{start}am - {end - 12}pm"
    if style == 2:
        return f"{start}.30-{end}.00"
    return f"{start:02}:{pick(rng, _words('00 15 30'))} – {end}:{pick(rng, _words('00 30 45'))}"


def days_and_hours(rng: Rng) -> str:
    """Days with their hours on one line."""
    first = int(rng.integers(0, 4))
    days = pick(rng, (f"{SHORT_DAYS[first]} - {SHORT_DAYS[int(rng.integers(first + 1, 7))]}", pick(rng, DAYS), "Daily"))
    return f"{days} {hours(rng)}"


def date(rng: Rng) -> str:
    """A day, a month or a year."""
    day, month, year = int(rng.integers(1, 29)), pick(rng, MONTHS), int(rng.integers(1900, 2031))
    style = int(rng.integers(6))
    if style == 0:
        return f"{day} {month}"
    if style == 1:
        return f"{month} {year}"
    if style == 2:
        return f"{day:02}.{int(rng.integers(1, 13)):02}.{year}"
    if style == 3:
        return f"since {year}"
    if style == 4:
        return f"{pick(rng, DAYS)} {day} {month[:3]}"
    return f"{day} - {day + 2} {month} {year}"


def web(rng: Rng, name: str | None = None) -> str:
    """Web address, of a name where there is one."""
    stem = "".join(
        c for c in (name or surname(rng) + pick(rng, ("", pick(rng, THINGS)))).lower() if c.isascii() and c.isalnum()
    )
    return f"{pick(rng, ('www.', 'www.', ''))}{stem}.{pick(rng, DOMAINS)}"


def email(rng: Rng) -> str:
    """Mail address."""
    box = pick(rng, ("info", "hello", "office", pick(rng, FIRST).lower()))
    return f"{box}@{surname(rng).lower()}.{pick(rng, DOMAINS)}"


def street(rng: Rng) -> str:
    """Street name."""
    if chance(rng, 0.25):
        return pick(rng, FOREIGN_STREETS).format(pick(rng, (surname(rng), town(rng), pick(rng, FIRST))))
    return f"{pick(rng, (surname(rng), pick(rng, THINGS), pick(rng, ADJECTIVES), town(rng)))} {pick(rng, STREET_ENDS)}"


def address(rng: Rng) -> str:
    """House number and street."""
    number = int(rng.integers(1, 240))
    return f"{number} {surname(rng)} {pick(rng, STREET_ENDS)}" if chance(rng, 0.7) else f"{street(rng)} {number}"


def plate_number(rng: Rng) -> str:
    """Number plate of a car."""
    letters = "".join(pick(rng, "ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(5))
    style = int(rng.integers(3))
    if style == 0:
        return f"{letters[:2]}{digits(rng, 2)} {letters[2:]}"
    if style == 1:
        return f"{letters[:2]}-{digits(rng, 3)}-{letters[2:4]}"
    return f"{letters[:3]} {digits(rng, 4)}"


def code(rng: Rng) -> str:
    """Letters and digits that stand for something."""
    letters = "".join(pick(rng, "ABCDEFGHKLMNPRSTUVX") for _ in range(2))
    return pick(rng, (f"{letters}{digits(rng, 2)}", f"{letters[0]}{digits(rng, 1)}", f"{letters}-{digits(rng, 4)}"))


def direction(rng: Rng) -> str:
    """Where it goes."""
    return pick(rng, (pick(rng, DIRECTIONS), pick(rng, PLACES), f"To {town(rng)}"))


def place(rng: Rng) -> str:
    """Name of a place."""
    return pick(rng, (town(rng), f"{town(rng)} {pick(rng, PLACES)}", f"{surname(rng)} {pick(rng, PLACES)}", town(rng)))


def cased(rng: Rng, string: str, share_upper: float = 0.4) -> str:
    """The string, sometimes in capitals."""
    return string.upper() if chance(rng, share_upper) else string


# Programs: what stands together on one surface, largest first or in reading order.


def fascia(rng: Rng) -> list[Content]:
    """Sign over a shop."""
    lines = [Content(cased(rng, shop_name(rng), 0.55), "shop name", 1.0)]
    extra = int(rng.integers(5))
    if extra == 0:
        lines.append(Content(pick(rng, TRADES), None, 0.45))
    elif extra == 1:
        lines.append(Content(phone(rng), "phone", 0.42))
    elif extra == 2:
        lines.append(Content(pick(rng, SLOGANS), "slogan", 0.36))
    elif extra == 3:
        lines[0] = Content(pick(rng, TRADES), "shop name", 1.0)
    return lines


def road(rng: Rng) -> list[Content]:
    """A small traffic-like sign: one to three short lines."""
    style = int(rng.integers(6))
    if style <= 1:
        return [Content(str(int(rng.integers(1, 13)) * 10), "number", 1.0)]
    if style == 2:
        return [Content(word, "warning", 1.0) for word in pick(rng, [w for w in WARNINGS if len(w) < 13]).split()]
    if style == 3:
        return [Content("STOP", "warning", 1.0)]
    if style == 4:
        return [Content(code(rng), "code", 1.0)]
    return [Content("MAX", None, 0.6), Content(f"{int(rng.integers(2, 40))} t", "number", 1.0)]


def stop(rng: Rng) -> list[Content]:
    """The octagon."""
    return [Content(pick(rng, ("STOP", "STOP", "STOP", "HALT", "PARE")), "warning", 1.0)]


def guide(rng: Rng) -> list[Content]:
    """Arrow or direction sign."""
    lines = [Content(direction(rng), "direction", 1.0)]
    if chance(rng, 0.45):
        lines = [Content(f"{lines[0].string} {int(rng.integers(1, 99))} km", "direction", 1.0)]
    return lines


def guides(rng: Rng) -> list[Content]:
    """Several directions below each other."""
    return [Content(direction(rng), "direction", 1.0) for _ in range(int(rng.integers(2, 6)))]


def street_plate(rng: Rng) -> list[Content]:
    """Street name on a corner."""
    lines = [Content(cased(rng, street(rng), 0.5), "street name", 1.0)]
    if chance(rng, 0.3):
        lines.append(Content(town(rng), "place name", 0.5))
    return lines


def house_number(rng: Rng) -> list[Content]:
    """Just a number."""
    return [Content(str(int(rng.integers(1, 400))), "number", 1.0)]


def door_plate(rng: Rng) -> list[Content]:
    """Doctor, lawyer, office."""
    lines = [Content(person(rng), "person name", 1.0), Content(pick(rng, TRADES).title(), None, 0.7)]
    if chance(rng, 0.5):
        lines.append(Content(phone(rng), "phone", 0.7))
    if chance(rng, 0.4):
        lines.append(Content(days_and_hours(rng), "opening hours", 0.6))
    return lines


def opening(rng: Rng) -> list[Content]:
    """Opening hours."""
    head = pick(rng, ("OPEN", "Opening hours", "Hours", "We are open"))
    return [Content(head, None, 1.3)] + [
        Content(days_and_hours(rng), "opening hours") for _ in range(int(rng.integers(1, 4)))
    ]


def menu(rng: Rng) -> list[Content]:
    """Menu board: dishes and prices in lines."""
    items = rng.permutation(len(MENU))[: int(rng.integers(2, 6))]
    lines = [Content(pick(rng, ("MENU", "Today", "Lunch", "Specials", "Drinks", "Breakfast")), "title", 1.5)]
    for item in items:
        lines.append(Content(MENU[int(item)], "menu item", 1.0))
        if chance(rng, 0.35):
            lines.append(Content(price(rng), "price", 1.0))
    return lines


def poster(rng: Rng) -> list[Content]:
    """Event poster."""
    title = cased(rng, pick(rng, TITLES), 0.5).split()
    half = (len(title) + 1) // 2
    rows = (
        [" ".join(title[:half]), " ".join(title[half:])] if len(title) > 2 and chance(rng, 0.6) else [" ".join(title)]
    )
    lines = [Content(row, "title", 1.0) for row in rows if row]
    options = [
        Content(date(rng), "date", 0.5),
        Content(place(rng), "place name", 0.5),
        Content(web(rng), "web", 0.35),
        Content(person(rng), "person name", 0.55),
        Content(price(rng), "price", 0.5),
        Content(hours(rng), "opening hours", 0.4),
        Content(phone(rng), "phone", 0.45),
    ]
    order = rng.permutation(len(options))[: int(rng.integers(1, 5))]
    return lines + [options[int(number)] for number in order]


def advert(rng: Rng) -> list[Content]:
    """Advertising banner."""
    style = int(rng.integers(4))
    if style == 0:
        lines = [Content(pick(rng, OFFERS), "discount", 1.0), Content(percentage(rng), "percentage", 0.9)]
    elif style == 1:
        lines = [Content(cased(rng, pick(rng, SLOGANS)), "slogan", 1.0), Content(brand(rng), "brand", 0.7)]
    elif style == 2:
        lines = [Content(brand(rng), "brand", 1.0), Content(pick(rng, SLOGANS), "slogan", 0.5)]
    else:
        lines = [Content(cased(rng, pick(rng, TITLES)), "title", 1.0), Content(date(rng), "date", 0.55)]
    if chance(rng, 0.55):
        extra = Content(web(rng), "web", 0.4) if chance(rng, 0.5) else Content(phone(rng), "phone", 0.42)
        lines.append(extra)
    return lines


def blade(rng: Rng) -> list[Content]:
    """Tall narrow sign: one word from top to bottom."""
    word = pick(rng, [trade for trade in TRADES if " " not in trade and len(trade) < 10])
    return [Content(pick(rng, (word, word, brand(rng).upper())), "shop name")]


def offer(rng: Rng) -> list[Content]:
    """Star or burst: a short cry."""
    style = int(rng.integers(4))
    if style == 0:
        return [Content("SALE", "discount")]
    if style == 1:
        return [Content(percentage(rng).replace(" OFF", ""), "percentage")]
    if style == 2:
        return [Content("NEW", None, 0.7), Content(price(rng), "price")]
    return [Content("only", None, 0.5), Content(price(rng), "price")]


def tag(rng: Rng) -> list[Content]:
    """Price tag."""
    lines = [Content(pick(rng, PRODUCTS), "menu item", 0.6), Content(price(rng), "price", 1.0)]
    return lines if chance(rng, 0.6) else lines[1:]


def label(rng: Rng) -> list[Content]:
    """Label of a product with small print."""
    lines = [Content(brand(rng), "brand", 1.0), Content(pick(rng, PRODUCTS), None, 0.55)]
    if chance(rng, 0.4):
        lines.append(
            Content(f"{pick(rng, _words('250 500 750 100 330 1000'))} {pick(rng, _words('g ml'))}", "number", 0.4)
        )
    for _ in range(int(rng.integers(0, 4))):
        lines.append(Content(pick(rng, SMALL_PRINT), None, 0.26))
    return lines


def screen(rng: Rng) -> list[Content]:
    """Departure board or information display."""
    lines = [Content(pick(rng, ("Departures", "Arrivals", "Next train", "Welcome", "Now serving")), "title", 1.0)]
    for _ in range(int(rng.integers(1, 5))):
        row = pick(
            rng, (town(rng), f"{code(rng)} {town(rng)}", f"{int(rng.integers(0, 24)):02}:{digits(rng, 2)} {town(rng)}")
        )
        lines.append(Content(row, "place name", 0.9))
    if chance(rng, 0.4):
        lines.append(Content(f"Gate {int(rng.integers(1, 60))}", "number", 0.9))
    return lines


def shirt(rng: Rng) -> list[Content]:
    """Front or back of a shirt."""
    style = int(rng.integers(4))
    if style == 0:
        return [
            Content(surname(rng).upper(), "person name", 0.5),
            Content(str(int(rng.integers(1, 99))), "number", 1.3),
        ]
    if style == 1:
        return [Content(brand(rng), "brand")]
    if style == 2:
        return [Content(row, "slogan") for row in _rows(pick(rng, SLOGANS), 2)]
    return [Content(pick(rng, ("STAFF", "CREW", "SECURITY", "TEAM", "COACH", "VOLUNTEER")), None)]


def vehicle(rng: Rng) -> list[Content]:
    """Side of a van."""
    name = shop_name(rng)
    lines = [Content(cased(rng, name), "shop name", 1.0)]
    if chance(rng, 0.5):
        lines.append(Content(pick(rng, TRADES), None, 0.55))
    if chance(rng, 0.75):
        lines.append(Content(phone(rng), "phone", 0.6))
    if chance(rng, 0.45):
        lines.append(Content(web(rng, name), "web", 0.45))
    return lines


def bus_side(rng: Rng) -> list[Content]:
    """Side of a bus: an advertisement."""
    return advert(rng)[:2]


def number_plate(rng: Rng) -> list[Content]:
    """Number plate."""
    return [Content(plate_number(rng), "licence plate", 1.0)]


def notice(rng: Rng) -> list[Content]:
    """Sheet of paper with a notice."""
    lines = [
        Content(
            pick(rng, ("NOTICE", "IMPORTANT", "INFORMATION", "ATTENTION", "LOST CAT", "TO LET", "FOR SALE")),
            "title",
            1.2,
        )
    ]
    lines += [Content(row, "notice") for row in _rows(pick(rng, NOTICES), 2)]
    for _ in range(int(rng.integers(0, 5))):
        lines.append(Content(pick(rng, SMALL_PRINT), None, 0.5))
    if chance(rng, 0.5):
        lines.append(Content(pick(rng, (phone(rng), email(rng))), None, 0.7))
        kind = "email" if "@" in lines[-1].string else "phone"
        lines[-1] = Content(lines[-1].string, kind, 0.7)
    return lines


def caution(rng: Rng) -> list[Content]:
    """Warning sign."""
    words = pick(rng, WARNINGS)
    lines = [Content(row, "warning", 1.0) for row in _rows(words, 2 if len(words) > 11 else 1)]
    if chance(rng, 0.35):
        lines.append(Content(pick(rng, NOTICES), "notice", 0.5))
    return lines


def named(rng: Rng) -> list[Content]:
    """Oval or round sign with a name, maybe a year."""
    lines = [Content(row, "shop name", 1.0) for row in _rows(shop_name(rng), 2)]
    if chance(rng, 0.5):
        lines.append(Content(pick(rng, (pick(rng, TRADES), f"since {int(rng.integers(1850, 2020))}")), None, 0.5))
        if lines[-1].string.startswith("since"):
            lines[-1] = Content(lines[-1].string, "date", 0.5)
    return lines


def place_sign(rng: Rng) -> list[Content]:
    """Name of a town or building."""
    lines = [Content(cased(rng, place(rng)), "place name", 1.0)]
    if chance(rng, 0.35):
        lines.append(Content(address(rng), "address", 0.5))
    if chance(rng, 0.2):
        lines.append(Content(pick(rng, ("Welcome", "Bienvenue", "Willkommen")), None, 0.6))
    return lines


def contact(rng: Rng) -> list[Content]:
    """Company board with address, phone and web."""
    name = pick(rng, (shop_name(rng), brand(rng)))
    lines = [Content(name, "shop name", 1.4)]
    for option in (
        Content(address(rng), "address"),
        Content(phone(rng), "phone"),
        Content(web(rng, name), "web"),
        Content(email(rng), "email"),
    ):
        if chance(rng, 0.6):
            lines.append(option)
    return lines


def crowd(rng: Rng) -> list[Content]:
    """Page full of small text."""
    lines = [Content(pick(rng, TITLES), "title", 1.6)]
    lines += [Content(pick(rng, SMALL_PRINT), None, 0.9) for _ in range(int(rng.integers(6, 13)))]
    return lines


def _rows(text: str, most: int) -> list[str]:
    words = text.split()
    if most < 2 or len(words) < 2:
        return [text]
    half = (len(words) + 1) // 2
    return [" ".join(words[:half]), " ".join(words[half:])]


PROGRAMS: Mapping[str, Callable[[Rng], list[Content]]] = MappingProxyType(
    {
        program.__name__: program
        for program in (
            *(fascia, road, stop, guide, guides, street_plate, house_number, door_plate, opening, menu, poster, advert),
            *(offer, tag, label, screen, shirt, vehicle, bus_side, number_plate, notice, caution, named, place_sign),
            *(contact, crowd, blade),
        )
    }
)


def compose(rng: Rng, program: str) -> list[Content]:
    """The lines of a program; at least one."""
    return PROGRAMS[program](rng)


_KIN = (
    frozenset({"shop name", "brand", "title", "place name", "person name", "street name", "slogan", "menu item"}),
    frozenset({"price", "percentage", "discount", "number"}),
    frozenset({"number", "code", "licence plate", "phone"}),
    frozenset({"street name", "address", "place name", "direction"}),
    frozenset({"warning", "notice", "direction", "slogan", "discount"}),
    frozenset({"opening hours", "date", "number"}),
    frozenset({"web", "email"}),
)


def kind_clash(first: str | None, second: str | None, string: str) -> float:
    """How surely a text of the `second` kind is none of the `first`: 1 the same, 0 could pass for it, -1 never.

    first: what is asked for; string: the wording of the text.
    """
    if first == second:
        return 1.0
    has_digits = any(char.isdigit() for char in string)
    if first in {"number", "code"} and has_digits:
        return 0.0
    if second is None:
        return -1.0 if first in {"phone", "web", "email", "price", "percentage", "date", "opening hours"} else 0.0
    return 0.0 if any(first in kin and second in kin for kin in _KIN) else -1.0
