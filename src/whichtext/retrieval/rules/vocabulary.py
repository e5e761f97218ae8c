"""The words of referring expressions and what they mean to the parser.

Plain tables from surface forms to the canonical names that `expression.Phrase` uses. Several words may form one entry; the parser takes
the longest. Nothing here computes.
"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = [
    "BRAND_LIKE",
    "CARRIERS",
    "CARRIER_SHAPES",
    "COLOURS",
    "COLOUR_MIXTURES",
    "COMMANDS",
    "COUNTS",
    "FILLERS",
    "INTENSIFIERS",
    "KINDS",
    "LOOKS",
    "NAME_OF",
    "OBJECTS",
    "ORDINALS",
    "PARTICIPLES",
    "PARTS",
    "PLACES",
    "PREPOSITIONS",
    "SIZES",
    "SUPERLATIVES",
    "UNITS",
    "VERTICAL_HINTS",
    "WHOLE",
    "WORDING_CUES",
]


def _table(rows: Mapping[str, str]) -> Mapping[str, str]:
    """Turn {canonical: "form, form, ..."} into {form: canonical}."""
    table: dict[str, str] = {}
    for canonical, forms in rows.items():
        for form in forms.split(","):
            table[form.strip()] = canonical
    return MappingProxyType(table)


# Nouns for text itself, by how much of it they designate. Canonical names: letter, word, words, line, lines, text, sentence, heading.
UNITS = _table(
    {
        "letter": "letter, character, initial, glyph, digit, numeral, symbol letter, single letter",
        "word": "word, term, adjective, verb, noun, one-word text, surname word",
        "words": "words, terms",
        "line": "line, row, text line, line of text, row of text, row of letters, line of letters, line of words, line of writing, "
        "row of writing, line of print, row of characters, line of capitals, one-line text, verse",
        "lines": "lines, rows, two-liner, lines of text",
        "text": "text, texts, writing, lettering, letters, print, printing, inscription, script, characters, capitals, wording, type, "
        "handwriting, typography, scrawl, graffiti, piece of text, bit of text, bit of writing, piece of writing, typeface, "
        "block letters, capital letters, uppercase letters, lowercase letters, small letters, caps, block capitals, scribble, "
        "engraving, carving, lettering text, printed text, embossing, neon, monogram, initials, acronym, abbreviation, text block, "
        "content, contents, what it says, scribbles",
        "sentence": "sentence, phrase, statement, paragraph, text passage, saying, quote, quotation, question, "
        "greeting, instruction, instructions, caption, note, remark, passage, expression, blurb, small print, fine print, "
        "information, description, explanation, rule, rules, order, request, verses, poem, invitation, announcement, claim, answer",
        "heading": "heading, headline, header, main heading, main text, big text",
        "subtitle": "subtitle, subheading, sub-heading, tagline, strapline, footer, footnote",
        "part": "half, piece, bit, portion, one, ones, part",
        "list": "list, entry, item, items, entries",
    }
)

# What a text is for. Canonical names are those of the attribute labels, plus percentage, time, code, question, unit, name, email.
KINDS = _table(
    {
        "shop name": "shop name, store name, name of the shop, name of the store, shop, store, restaurant name, cafe name, café name, bank name, "
        "hotel name, salon name, bar name, pub name, market name, supermarket name, restaurant, business name, "
        "bakery name, eatery name, diner name, boutique name, retailer, shop title, pharmacy name, clinic name, store title, "
        "department store, outlet name, gallery name, cinema name, theatre name, kiosk name, stall name, chain name",
        "brand": "brand, brand name, maker, manufacturer, make, company, company name, firm, firm name, maker's name, product brand, trademark, label name, "
        "sponsor, sponsor name, business, product name, product, model, model name, bank, team name, airline, publisher",
        "phone": "phone number, telephone number, phone, tel number, mobile number, contact number, hotline, hotline number, fax number, "
        "number to call, cell number, helpline, telephone, phone numbers, tel, call number, number to ring",
        "price": "price, cost, prices, dollar amount, amount, fee, charge, fare, price tag, sum, dollars, euros, pounds, amount of money, rate",
        "percentage": "percentage, percent, per cent, percent figure",
        "discount": "discount, offer, deal, reduction, sale percentage, markdown, bargain, promotion, special offer, rebate, percent off, saving, savings",
        "number": "number, figure, numbers, digits, numerals, house number, street number, room number, floor number, route number, bus number, "
        "unit number, gate number, platform number, line number, page number, building number, shop number, door number, "
        "exit number, lot number, player number, jersey number, highway number, road number, level number, stall number, "
        "two-digit number, serial number, speed limit, weight limit, height limit, floor, room, bay number, lane number, distance, weight, age, quantity, "
        "speed, height, size, temperature, level, score, telephone code, channel, route, measurement, house numbers, numbering",
        "code": "code, station code, postcode, postal code, zip code, unit code, post code, zip, bar code number, flight number, reference, serial code, area code",
        "web": "web address, website, web site, url, web page, internet address, website address, homepage, link, web link, domain, domain name, site address",
        "email": "email, e-mail, email address, e-mail address, mail address",
        "hashtag": "hashtag, hash tag, twitter handle, social media handle, handle name, user name, username",
        "address": "address, street address, full address, location, postal address",
        "street name": "street name, name of the street, road name, street, avenue, avenue name, lane name, road, name of the road, boulevard, highway name, "
        "street names, expressway name",
        "place name": "place name, town, city, village, country, state, station name, town name, city name, station, destination, district, "
        "region, name of the town, name of the city, building name, name of the building, school name, park name, mall name, "
        "university, school, museum name, place, hospital name, hotel, church name, airport name, mall, university name, "
        "suburb, county, island, department, house name, attraction, institution, venue, neighbourhood, terminal, continent, plaza",
        "direction": "direction, directions, way, way out",
        "date": "date, year, day, month, dates, founding year, weekday, expiry date, day of the week, week, years",
        "opening hours": "opening hours, opening times, hours, business hours, time, times, schedule, office hours, opening time, closing time, "
        "hours of operation, trading hours, timetable, departure time, duration",
        "warning": "warning, prohibition, notice, notice text, ban, caution, warning text, safety notice, danger",
        "slogan": "slogan, motto, tag line, advertising slogan, message, catchphrase, advertising line, appeal, punchline, mission statement",
        "title": "title, book title, film title, main title, movie title, album title, name of the book, name of the film, exhibition title, event name, "
        "event, name of the event, show title, song title, column title, chapter title",
        "menu item": "menu item, dish, food, drink, meal, dessert, flavour, flavor, ingredient, dishes, beverage, main course, starter",
        "person name": "person name, person's name, author, author's name, artist, artist's name, name of the author, first name, last name, surname, "
        "family name, player's name, player name, name of the artist, doctor's name, founder, signature, name of the person, "
        "driver's name, actor, director, poet, singer, candidate, full name of the person, nickname, man's name, woman's name",
        "licence plate": "licence plate, license plate, number plate, licence number, license number, registration number, registration, plate number, "
        "car number, numberplate, registration plate, vehicle number, license plate number, licence plate number",
        "logo": "logo, emblem, logo text, crest, badge text, wordmark, logotype, brand logo, company logo",
        "symbol": "symbol, percent sign, dollar sign, euro sign, ampersand, plus sign, hash sign, question mark, exclamation mark, asterisk, at sign, "
        "punctuation mark, percent symbol, currency symbol, money symbol, pound sign, copyright sign, sign of the dollar, dash",
        "unit": "unit, unit of measurement, measuring unit, currency",
        "name": "name, names, full name, complete name, whole name",
        "topic": "animal, fruit, sport, colour name, color name, language, category, type, subject, topic, activity, service, kind, language name, "
        "material, season, job, profession, vegetable, plant name, section, fabric, genre",
    }
)

# Heads that stand for a proper name on a shop front or a product.
BRAND_LIKE = frozenset({"shop name", "brand", "name", "logo", "title", "place name", "street name", "person name"})

# "name of the X", "X's name": the kind of text that is meant.
NAME_OF = _table(
    {
        "shop name": "shop, store, restaurant, cafe, café, bank, hotel, salon, bar, pub, market, supermarket, bakery, eatery, diner, boutique, clinic, "
        "pharmacy, hair salon, cinema, theatre, gallery, kiosk, stall, chain, hairdresser, dentist, spa, gym, coffee shop, shopfront, storefront",
        "brand": "brand, maker, company, manufacturer, firm, product, sponsor, make, business, team, airline, model, bank, publisher, group, band",
        "street name": "street, road, avenue, lane, highway, boulevard, drive, expressway",
        "place name": "town, city, village, country, state, station, building, school, park, mall, university, museum, hospital, church, airport, place, "
        "house, island, district, region, plaza, institution, college, department, venue, square, bridge, river, county",
        "person name": "person, author, artist, man, woman, player, doctor, driver, girl, boy, founder, actor, director, poet, singer, owner, lawyer, "
        "candidate, speaker, composer, guy, lady, people, writer, chef",
        "title": "book, film, movie, event, exhibition, show, play, magazine, newspaper, album, song, festival, story, game, course",
        "menu item": "food, drink, dish, meal, sandwich, cake, fruit, dessert, wine, beer, coffee, juice",
    }
)

# Surfaces that text lies on. Canonical nouns are those of the carrier labels where one fits.
CARRIERS = _table(
    {
        "sign": "sign, signs, signboard, road sign, traffic sign, street sign, shop sign, store sign, signpost sign, hanging sign, signage, notice board sign, "
        "exit sign, stop sign, warning sign, direction sign, directional sign, sale sign, light sign, lightbox, light box, name sign, neon sign, "
        "lit sign, advertising sign, overhead sign, parking sign, highway sign, nameplate, name plate, name board, nameboard, house sign, "
        "lawn sign, station sign, arrow sign, speed sign, no-parking sign, street-sign, sandwich sign, ceiling sign, price sign, wall sign, restaurant sign, "
        "door sign, sale signs, roadsign, info sign, bus stop sign, bank sign, placard sign, pub sign, sign board, signpost, octagon, road signs, street signs",
        "board": "board, boards, notice board, noticeboard, blackboard, chalkboard, whiteboard, menu board, information board, display board, scoreboard, "
        "info board, slate, bulletin board, directory, menu, sandwich board, advertising board, a-board, departure board, plank, easel",
        "wall": "wall, walls, facade, façade, brick wall, building wall, storefront, shopfront, shop front, store front, fascia, house wall, back wall, frontage, "
        "glass wall, front wall, side wall, mural, shop wall",
        "poster": "poster, posters, ad, advert, advertisement, billboard, flyer, leaflet, placard, hoarding, movie poster, ad poster, sale poster, brochure, handbill, "
        "advertising poster, film poster, advertising panel, campaign poster, commercial",
        "banner": "banner, banners, flag, roll-up, roll-up banner, pennant, streamer, ribbon, roll up, rollup, cloth banner, flags, standee, bunting, sash",
        "panel": "panel, panels, partition, screen panel, fascia panel, side panel, board panel, header panel, divider, placard panel, wall panel, light panel",
        "plaque": "plaque, plaques, plate, metal plate, stone plaque, memorial, tablet, gravestone, headstone, stone, tombstone, slab, brass plate, plates, nameplate plaque, monument",
        "label": "label, labels, tag, tags, price tag, sticker, stickers, price label, shelf label, decal, price card, stamp, seal, barcode label, name tag, wristband",
        "box": "box, boxes, package, packet, carton, cartons, pack, packaging, crate, case, cardboard box, parcel, wrapper, cracker box, tin box, packets, blister pack, container",
        "bottle": "bottle, bottles, can, jar, cup, glass bottle, tube, mug, flask, tin, jug, carafe, canister, spray can",
        "screen": "screen, screens, display, monitor, tv, television, laptop, led display, led board, display screen, tv screen, tablet screen, smartphone, electronic board, projection, "
        "display panel, computer, digital sign, led screen, tvs, phone screen, projector screen",
        "window": "window, windows, shop window, glass, glass door, glass pane, window pane, windowpane, display window, glass panel, storefront window, pane, glass front, store window, mirror, "
        "windscreen, windshield, glass wall window, window glass, door glass, glass doors",
        "pillar": "pillar, column, pillars, post, columns, pole, obelisk, totem, lamp post, lamppost, pylon, posts",
        "stand": "stand, display stand, kiosk, booth, stall, easel stand, rack, table sign, sign stand, stands, podium, a-frame, market stall, lectern, exhibition stand, display rack",
        "bus": "bus, buses, double-decker, double-decker bus, coach, tram, train, minibus, double decker, double decker bus, tour bus, trolley bus",
        "truck": "truck, lorry, van, trailer, pickup, trucks, delivery van, fire truck, delivery truck, ambulance, minivan, tanker, pickup truck, fire engine, camper van",
        "car": "car, taxi, cab, vehicle, cars, police car, automobile, taxis, bonnet, bumper, motorbike, motorcycle, scooter, jeep, suv",
        "shirt": "shirt, t-shirt, tshirt, t shirt, jersey, polo, polo shirt, sweater, jacket, vest, uniform, hoodie, dress, coat, t-shirts, shirts, shorts, trousers, cap, hat, bib, "
        "sweatshirt, tank top, tee, apron, top shirt, blouse, jumper, jeans, clothing, tie, helmet, sleeve, costume, suit, scarf",
        "bag": "bag, handbag, backpack, shopping bag, bags, tote bag, tote, carrier bag, plastic bag, suitcase, rucksack, paper bag, purse, luggage, pouch, sack",
        "door": "door, doors, doorway, gate, entrance, shutter, entry, shop entrance, store entrance, rolling shutter, front door, entrance door, roller shutter, entryway, portal, lift door, gateway, "
        "elevator door, sliding door, garage door",
        "floor": "floor, ground, pavement, mat, carpet, floor mat, doormat, tarmac, sidewalk, road surface, asphalt, kerb, curb, rug, step, steps, stairs, stair, tiles, floor tile",
        "ceiling": "ceiling, beam, roof, rafters, ceiling beam, canopy, awning, overhang, eaves, roof edge, parasol, umbrella, gantry, arch, archway, sunshade, marquee, roof beam, lintel, cornice",
        "counter": "counter, desk, checkout, cash desk, till, reception, reception desk, table, bar counter, shelf, shelves, ledge, bench, tablecloth, worktop, fridge, freezer, cabinet, shelf edge, fridges, "
        "vending machine, machine, atm, cash machine, ticket machine, wardrobe, fuel pump, petrol pump, gas pump, pump, parking meter, washing machine, dispenser",
        "building": "building, house, tower, hall, shop building, roof sign, skyscraper, hotel building, block of flats, tower block, church, structure, buildings",
        "strip": "strip, band, stripe, bar, edge strip, ribbon strip, border, header bar, footer bar, rail, rim, line strip, stripes, strips, edging, frieze, handrail, railing, bottom band, top band, bands, bars",
        "paper": "paper, sheet, card, note paper, sheet of paper, business card, page, book, cover, notice paper, newspaper, magazine, receipt, letter paper, book cover, ticket, map, certificate, "
        "postcard, menu card, envelope, pages, cards, papers, sheets, spine, book spine, diploma, calendar, name card, name badge, id card, name badge card, chart, form, notebook, document, textbook, books",
        "fence": "fence, barrier, hoarding fence, mesh, railings, hedge fence, guardrail, construction fence, grille, fencing, picket fence, barricade",
        "badge": "badge, emblem shape, medallion, button, disc, disk, circle, oval, ring, shield, square, triangle, diamond, hexagon, star, bubble, speech bubble, rectangle, round sign, roundel, ball, "
        "circle sign, dot shape, coin, medal, pin, patch, balloon, balloons, lozenge, arrow shape, heart shape, ellipse, circular sign, crest shape, squares, ovals, circles",
        "tray": "tray, plate tray, dish plate, cake, wheel, surfboard, boat, ship, dinghy, hull, bike, bicycle, plane, airplane, aircraft, bin, trash can, rubbish bin, litter bin, dustbin, "
        "mailbox, letterbox, post box, postbox, barrel, bucket, drum, clock, watch, dial, gauge, keyboard, phone booth, phone case, toy, guitar, ticket booth, tank, hydrant, tyre, tire, escalator, elevator, lift",
    }
)

# Shapes that a carrier's noun or adjective implies.
CARRIER_SHAPES = _table(
    {
        "round": "round, circular, circle, disc, disk, roundel, ring, round sign, ball, coin, medallion, dial, clock, circle sign, circular sign, circles",
        "oval": "oval, elliptical, ellipse, ovals",
        "square": "square, squares",
        "rectangle": "rectangle, rectangular",
        "strip": "strip, band, stripe, bar, ribbon, narrow, elongated, stripes, strips, bands, bars",
        "triangle": "triangle, triangular",
        "diamond": "diamond, diamond-shaped, lozenge, rhombus",
        "octagon": "octagon, octagonal, stop sign, eight-sided",
        "arrow": "arrow-shaped, arrow shape, arrow sign",
        "irregular": "star, bubble, speech bubble, cloud-shaped, star-shaped, shield, heart shape, irregular, curved, heart-shaped, wavy",
    }
)

# Things that a person points with. Canonical nouns are COCO's where one fits; others cannot be found in a photo yet and only lend their colour.
OBJECTS = _table(
    {
        "person": "person, man, woman, boy, girl, people, guy, lady, child, kid, men, women, pedestrian, player, couple, crowd, group, family, cyclist, shopper, shoppers, "
        "somebody, someone, worker, driver, head, heads, face, hair, shoulder, hand, hands, arm, arms, leg, legs, chest, passer-by, kids, children, baby, girls, boys, soldier, "
        "policeman, waiter, customer, seller, cashier, runner, passenger, foot, feet, neck, hand's, protester, model's, him, her, pedestrians, tourists, persons, back of the man, mannequin's",
        "car": "parked car, cars",
        "bus": "parked bus",
        "bicycle": "bicycle, bike, bicycles, bikes",
        "motorcycle": "motorcycle, motorbike, scooter",
        "traffic light": "traffic light, traffic lights, stoplight",
        "bench": "bench, benches",
        "bird": "bird, eagle, pigeon, parrot, penguin, bee, rooster, duck, owl, swan",
        "dog": "dog, puppy",
        "cat": "cat, kitten",
        "bottle": "bottle, bottles, wine bottle",
        "cup": "cup, mug, coffee cup, cups, glass of wine, glasses of wine",
        "chair": "chair, chairs, seat, stool, armchair, seats, stools",
        "potted plant": "plant, potted plant, plants, flowerpot, flower, flowers, bush, bushes, shrub, palm, palm tree, leaf, leaves, hedge, tree, trees, ivy, greenery, branch, branches, tree trunk, trunk, "
        "foliage, garland, rose, vine, grass, palm trunk, lawn, shrubs, hedges, christmas tree, twig",
        "tv": "flat screen, flat tv",
        "clock": "clock",
        "umbrella": "umbrella, parasol, sunshade, umbrellas",
        "handbag": "handbag",
        "boat": "boat, ship",
        "horse": "horse, horses",
        "fire hydrant": "hydrant",
        "book": "books",
        "mannequin": "mannequin, mannequins, dummy, statue, figure, figures, doll, teddy, teddy bear, bear, robot, puppet",
        "arrow": "arrow, arrows, triangle arrow, chevron, pointing hand, pointing finger",
        "picture": "picture, image, photo of, drawing, illustration, pictogram, icon, icons, cartoon, painting, portrait, picture frame, photograph, silhouette, graphic, pictures, map picture, "
        "qr code, barcode, qr-code, bar code, wheelchair symbol, heart, flame, cross, plus, tick, globe, crown, snowflake, sun, moon, anchor, airplane symbol, leaf logo, logos, emblems, symbols, "
        "swirl, frame, shape, crocodile, dots, dot, stars, kangaroo, animal, dragon, lion, elephant, tiger, cow, horse head, fish, crown logo, butterfly",
        "lamp": "lamp, lamps, light, lights, lantern, lanterns, street lamp, bulb, light bulb, spotlight, spotlights, chandelier, street light, lightbulb, torch, candle, candles, ceiling light",
        "furniture": "sofa, couch, bed, mattress, cushion, pillow, curtain, curtains, carpet roll, wardrobe door, shoe, shoes, boots, boot, clothes, jewellery, watches, screw, screws, bolt, bolts, "
        "knob, handle, hole, keyhole, wire, cable, rope, chain, pipe, hook, lock, bracket, nail, escalators, stairs rail, escalator, goods, sandwich, burger, pizza, drink, glasses, sunglasses, hose, ladder, pen, pencil, key",
        "place": "street, road, shop, store, restaurant, corridor, hall, background, foreground, distance, room, platform, station building, crossing, crossroads, corner of the street, level, water, sea, sky, park, mall, "
        "garden, lobby, yard, footpath, car park, parking lot, bridge, balcony, upper floor, ground floor, lower floor, river, beach, square place, staircase, hallway, walkway, upstairs, downstairs, roadside, interior, passage",
    }
)

COLOURS = _table(
    {
        "black": "black, blackish, pitch-black, dark-coloured",
        "white": "white, whitish, snow-white, off-white, cream-white",
        "grey": "grey, gray, greyish, grayish, concrete, steel, dark grey, dark gray, light grey, light gray",
        "red": "red, reddish, scarlet, crimson, bright red, dark red, red-framed, cherry, ruby, vermilion",
        "orange": "orange, orange-red, red-orange, orangey, apricot, amber, copper",
        "yellow": "yellow, yellowish, lemon, mustard, bright yellow",
        "green": "green, greenish, dark green, light green, lime, olive, emerald, yellow-green, mint, bright green, neon green",
        "blue": "blue, bluish, navy, navy blue, dark blue, light blue, sky-blue, sky blue, azure, cobalt, royal blue, pale blue, bright blue, indigo",
        "purple": "purple, violet, lilac, lavender, mauve, plum",
        "pink": "pink, pinkish, magenta, rose-coloured, hot pink, fuchsia, salmon",
        "brown": "brown, brownish, wooden, wood, chocolate, rusty, bronze, brick-red, dark brown, light brown, oak",
        "gold": "gold, golden, brass",
        "silver": "silver, silvery, metallic, metal, chrome, aluminium, shiny metal, silver-white, stainless",
        "turquoise": "turquoise, teal, cyan, aqua, blue-green, green-blue",
        "cream": "cream, beige, tan, ivory, sand-coloured, pale yellow, sandy, khaki, cream-coloured",
        "maroon": "maroon, burgundy, wine-red, dark pink, brick red, oxblood",
        "dark": "dark, dim, darker",
        "light": "light, pale, lighter, faint, light-coloured, faded",
        "colourful": "colourful, colorful, multicoloured, multicolored, coloured, colored, rainbow, multi-coloured",
    }
)

# How much each labelled colour name counts for a colour word of a query, in [0, 1].
COLOUR_MIXTURES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "black": {"black": 1.0, "grey": 0.25, "brown": 0.15, "blue": 0.1},
        "white": {"white": 1.0, "grey": 0.25, "silver": 0.5, "yellow": 0.1},
        "grey": {"grey": 1.0, "silver": 0.9, "black": 0.15, "white": 0.15},
        "red": {"red": 1.0, "orange": 0.25, "pink": 0.2, "brown": 0.15},
        "orange": {"orange": 1.0, "red": 0.25, "yellow": 0.3, "brown": 0.15, "gold": 0.3},
        "yellow": {"yellow": 1.0, "orange": 0.3, "gold": 0.6},
        "green": {"green": 1.0, "blue": 0.1},
        "blue": {"blue": 1.0, "purple": 0.2, "green": 0.08, "black": 0.08},
        "purple": {"purple": 1.0, "pink": 0.3, "blue": 0.2},
        "pink": {"pink": 1.0, "purple": 0.4, "red": 0.3},
        "brown": {"brown": 1.0, "orange": 0.3, "red": 0.15, "black": 0.15, "yellow": 0.1, "gold": 0.3},
        "gold": {"gold": 1.0, "yellow": 0.7, "orange": 0.5, "brown": 0.5},
        "silver": {"silver": 1.0, "grey": 0.8, "white": 0.5},
        "turquoise": {"blue": 0.7, "green": 0.7},
        "cream": {"white": 0.6, "yellow": 0.6, "brown": 0.4, "orange": 0.15, "grey": 0.15},
        "maroon": {"red": 0.7, "brown": 0.6, "purple": 0.5, "pink": 0.3},
        "dark": {"black": 1.0, "blue": 0.45, "brown": 0.5, "green": 0.3, "grey": 0.35, "red": 0.2, "purple": 0.3},
        "light": {"white": 1.0, "grey": 0.5, "yellow": 0.5, "silver": 0.6, "pink": 0.3, "blue": 0.15},
        "colourful": {"mixed": 1.0, "red": 0.3, "orange": 0.3, "yellow": 0.3, "green": 0.3, "blue": 0.3, "pink": 0.4, "purple": 0.4},
    }
)

# Look of the letters. Canonical names are those of the style labels, plus thin, curved, digits, underlined, upside down.
LOOKS = _table(
    {
        "bold": "bold, thick, heavy, boldface, fat, bolder, chunky, thick-lettered",
        "thin": "thin, fine, slim, light-weight, skinny, thinner, delicate",
        "upper": "all-caps, all caps, in all caps, uppercase, capital, upper-case, capitalised, capitalized, all-capitals, in capitals, block, all capitals",
        "lower": "lowercase, lower-case, small-letter, uncapitalised",
        "slanted": "slanted, slanting, tilted, italic, leaning, sloping, diagonal, angled, skewed, oblique, crooked, slanty, italics",
        "script": "cursive, curly, script, handwriting-style, swirly, fancy, flowing, calligraphic, brush-style, curled, ornate, joined-up, squiggly, calligraphy, decorative",
        "handwritten": "handwritten, hand-written, handwritten-looking, handwritten-style, chalk, chalked, scribbled, hand-painted, hand-lettered, scrawled",
        "lit": "lit, glowing, illuminated, lit-up, backlit, bright, shining, luminous, glaring, light-up, brightly lit, glow, electric, led, lighted",
        "neon": "neon",
        "3d": "3d, raised, embossed, three-dimensional, engraved, carved, relief, etched, sculpted, protruding, shiny, chiselled",
        "outlined": "outlined, outline, contoured, hollow, framed, bordered, edged",
        "vertical": "vertical, sideways, upright, stacked, rotated, vertically, turned sideways",
        "mirrored": "mirrored, backwards, reversed, reflected, mirror-image, mirror, back-to-front, in mirror writing",
        "upside down": "upside-down, upside down, inverted, flipped",
        "blurred": "blurred, blurry, faded, unclear, out-of-focus, fuzzy, hazy, hard-to-read, smudged, worn, barely readable",
        "cut": "cut-off, cut off, cropped, partial, half-hidden, partly hidden, half hidden, hidden, covered, incomplete, truncated, partially hidden, running out of the picture, chopped, obscured",
        "curved": "curved, arched, curving, bent, circular, wavy, arching, round-written, arced, bowed",
        "underlined": "underlined",
        "spaced": "spaced, spaced-out, widely spaced, wide-spaced",
        "serif": "serif, gothic, old-fashioned, typewriter, blackletter",
        "printed": "printed, plain, straight, typed",
        "english": "english, latin",
        "foreign": "chinese, arabic, japanese, korean, foreign, russian, thai, hindi, greek, hebrew, tamil, asian, cyrillic, malay",
        "french": "french, german, spanish, italian, portuguese, dutch",
    }
)

SIZES = _table(
    {
        "big": "big, large, huge, giant, massive, enormous, great, bigger-looking, oversized, gigantic, main, prominent, eye-catching",
        "small": "small, little, tiny, mini, minuscule, smallish, fine-print, small-print",
        "long": "long, wide, lengthy, stretched",
        "short": "short, brief",
        "tall": "tall, high, slender",
        "distant": "distant, far-away, faraway, far, remote, farther",
        "close": "close, close-up, near, foreground",
    }
)

# Superlatives and comparatives: dimension and sign. "of two" comparatives count as superlatives among the texts they compare.
SUPERLATIVES = _table(
    {
        "size+": "biggest, largest, bigger, larger, tallest letters, greatest, most prominent, hugest, taller, tallest, biggest-looking, bigger-sized",
        "size-": "smallest, smaller, tiniest, littlest, smallest-looking, tinier",
        "length+": "longest, longer, widest, wider",
        "length-": "shortest, shorter, narrowest",
        "stroke+": "boldest, thickest, bolder, thicker, heaviest",
        "stroke-": "thinnest, thinner, finest, lightest",
        "top": "topmost, uppermost, highest, top-most, upper, higher, very top, top, top-left-most, very highest",
        "bottom": "bottommost, lowest, bottom-most, lowermost, lower, very bottom, bottom, undermost, lowest-down",
        "left": "leftmost, left-most, left-hand, farthest left, furthest left, lefthand, furthest to the left, far left, very left, farthest to the left, most left, further left",
        "right": "rightmost, right-most, right-hand, farthest right, furthest right, righthand, furthest to the right, far right, very right, farthest to the right, most right, further right",
        "middle": "middle, central, middlemost, centre, center, centred",
        "near": "closest, nearest, frontmost, foremost, nearer, closer",
        "far": "farthest, furthest, farthest away, furthest away, most distant, furthest back, hindmost, farthest back",
        "bright+": "brightest, brighter, lightest-coloured",
        "value+": "highest number, largest number, higher, highest value, most expensive, dearest",
        "value-": "cheapest, lowest price, cheaper, lowest number",
    }
)

ORDINALS: Mapping[str, int] = MappingProxyType(
    {
        "first": 1,
        "1st": 1,
        "second": 2,
        "2nd": 2,
        "third": 3,
        "3rd": 3,
        "fourth": 4,
        "4th": 4,
        "fifth": 5,
        "5th": 5,
        "sixth": 6,
        "6th": 6,
        "seventh": 7,
        "eighth": 8,
        "ninth": 9,
        "tenth": 10,
        "last": -1,
        "final": -1,
        "closing": -1,
        "next-to-last": -2,
        "second-to-last": -2,
        "second to last": -2,
        "penultimate": -2,
        "next to last": -2,
        "second last": -2,
        "third-to-last": -3,
        "opening": 1,
        "starting": 1,
        "initial": 1,
    }
)

COUNTS: Mapping[str, int] = MappingProxyType(
    {
        "one": 1,
        "single": 1,
        "lone": 1,
        "two": 2,
        "both": 2,
        "pair": 2,
        "double": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "six": 6,
        "seven": 7,
        "eight": 8,
        "nine": 9,
        "ten": 10,
    }
)

# Position words in a photo or on a surface, as sets of top, bottom, left, right, middle, corner, edge.
PLACES = _table(
    {
        "top": "top, upper part, upper half, upper side, up, upper area, upper edge, top edge, top half, top part, upper section, high up, very top, top row, top side, head",
        "bottom": "bottom, lower part, lower half, underside, foot, lower side, down, lower edge, bottom edge, bottom half, base, low, low down, lower area, lower section, very bottom, bottom row, bottom part",
        "left": "left, left side, left-hand side, left half, left edge, left part, far left, left end, left hand side, left-hand edge, very left, far left edge, far left side, left-hand end, left border, left wing, left margin, left-hand part",
        "right": "right, right side, right-hand side, right half, right edge, right part, far right, right end, right hand side, right-hand edge, very right, far right edge, far right side, right-hand end, right border, right wing, right margin, right-hand part",
        "middle": "middle, centre, center, central part, middle part, heart of, very middle, very centre, middle section, midst",
        "top left": "top left, upper left, top-left, upper-left, left top, top left corner, upper left corner, top left-hand corner, upper left-hand corner, top left part, top left edge, upper left part, upper left side",
        "top right": "top right, upper right, top-right, upper-right, right top, top right corner, upper right corner, top right-hand corner, upper right-hand corner, far top right corner, top right part, top right edge, upper right part, upper right side",
        "bottom left": "bottom left, lower left, bottom-left, lower-left, left bottom, bottom left corner, lower left corner, bottom left-hand corner, lower left-hand corner, bottom left part, lower left part, lower left side",
        "bottom right": "bottom right, lower right, bottom-right, lower-right, right bottom, bottom right corner, lower right corner, bottom right-hand corner, lower right-hand corner, bottom right part, lower right part, lower right side",
        "left corner": "left corner, left-hand corner",
        "right corner": "right corner, right-hand corner",
        "top middle": "top middle, top centre, top center, upper middle, middle top, upper centre, middle of the top",
        "bottom middle": "bottom middle, bottom centre, bottom center, lower middle, middle bottom, lower centre, middle of the bottom",
        "edge": "edge, side, margin, rim edge, outer edge, very edge",
        "corner": "corner",
        "end": "end, tail end, very end",
        "start": "start, beginning, very beginning, front end",
        "front": "front, foreground, front side, front part, face",
        "back": "back, background, rear, far end, far back, back side, back part, distance, backside",
    }
)

# Nouns that name a part of a surface when "of" follows.
PARTS = frozenset(
    {
        "top", "bottom", "left", "right", "middle", "top left", "top right", "bottom left", "bottom right", "left corner", "right corner", "top middle",
        "bottom middle", "edge", "corner", "end", "start", "front", "back",
    }
)  # fmt: skip

PREPOSITIONS = _table(
    {
        "on": "on, onto, upon, across, along, all over, all across, stuck on, painted on, printed on, written on, at, in, inside, within, into, through, on top part of, around, "
        "attached to, fixed to, stuck to, tied to, taped to, pinned to, mounted on, hung on, hanging on, hanging in, in the inside of, belonging to, according to, throughout, "
        "hanging off, hung from, hanging from, suspended from, standing on, standing in, sitting on, via, stuck in, put on, nailed to, clipped to, screwed to, projected on",
        "of": "of, from",
        "above": "above, over, on top of, higher than, overhead of, atop, directly above, up above, topping, heading",
        "below": "below, under, underneath, beneath, lower than, directly below, down below, directly under",
        "left of": "left of, to the left of, on the left of, left from, left-hand of, on the left side of, to left of, left to, at the left of, on the left-hand side of",
        "right of": "right of, to the right of, on the right of, right from, right-hand of, on the right side of, to right of, right to, at the right of, on the right-hand side of",
        "beside": "beside, next to, by, near, close to, besides, alongside, nearby, adjacent to, next door to, closest to, nearest to, nearest, closest, touching, against, "
        "at the side of, on the side of, to the side of, neighbouring, flanking, facing, accompanying, beside of, nearest the, with next to it",
        "between": "between, in between, among, amongst, in the middle of the two",
        "behind": "behind, at the back of, in back of, past, beyond, seen through, through",
        "in front of": "in front of, at the front of, ahead of, facing the",
        "after": "after, following, follows, right after, coming after, comes after, that follows",
        "before": "before, preceding, right before, precedes, coming before, comes before, ahead of the",
        "with": "with, having, featuring, including, containing, showing, shows, bearing, displaying, carrying, has, contains",
        "without": "without, lacking, except, except for, but not, not",
        "worn by": "worn by, held by, carried by, behind of, pushed by",
    }
)

# Words between a noun and its preposition that carry no meaning of their own here.
PARTICIPLES = frozenset(
    """written printed painted placed shown listed displayed standing sitting hanging hung fixed attached seen visible located mounted stuck positioned
    carved engraved embroidered stitched embossed stamped mentioned named given found appearing appears running going stretching standing lying reading
    that which who is are was were being be been comes come coming appear stands stand's hangs sits lies runs set put there it its their his her going
    goes leading made done advertised announced offered sold used pasted glued tucked squeezed directly right-angled wrapped draped held worn parked
    also called known has have spelled spelt spelling facing pinned taped tied projected drawn scrawled stuck sprayed held leaning wearing saying
    looking you me us him see i can we they he she do does did to for telling pointing going leading touches touching getting this these those here one's about""".split()
)

# Intensifiers and fillers that may be dropped anywhere.
INTENSIFIERS = frozenset(
    """just right directly immediately very really quite slightly rather so too only exactly almost mostly all-over straight well close far extremely
    fairly somewhat simply merely partly also even still really""".split()
)
FILLERS = frozenset("a an the this that these those some any its their his her my our your please really just".split())

WHOLE = frozenset("whole entire full complete all everything every entirety".split())

# Openings of commands and questions, longest first at match time; what follows is a noun phrase.
COMMANDS = (
    "can you please read me", "could you please read me", "can you read me", "could you read me", "can you read out", "can you read", "could you read", "please read out",
    "please read me", "please read", "read me out", "read out loud", "read out", "read aloud", "read to me", "read me", "read", "can you please find", "can you find me",
    "can you find", "could you find", "please find me", "please find", "help me find", "find me", "find", "can you show me", "show me", "show", "please tell me", "tell me", "can you tell me",
    "look for", "locate", "point to", "point at", "point out", "search for", "give me", "i want to know", "i want", "i need", "i am looking for", "i'm looking for", "looking for", "where can i find",
    "where can i see", "where is", "where are", "where's", "select", "highlight", "get me", "get", "pick", "let me know", "please", "hide", "redact", "cover", "blur", "black out", "check", "see", "zoom in on",
    "i would like to know", "do you see", "is there",
)  # fmt: skip

# Cues that the next words are the wording itself.
WORDING_CUES = frozenset("saying says reads say reading called named labelled labeled marked titled spelling spells".split())

# Where a noun stands that our detectors cannot find: +1 high in a photo, -1 low.
VERTICAL_HINTS: Mapping[str, float] = MappingProxyType(
    {
        "ceiling": 1.0,
        "roof": 1.0,
        "canopy": 0.7,
        "awning": 0.7,
        "balcony": 0.6,
        "sky": 1.0,
        "upstairs": 0.8,
        "overhead": 1.0,
        "chandelier": 0.8,
        "upper floor": 0.8,
        "floor": -1.0,
        "ground": -1.0,
        "grass": -0.8,
        "pavement": -1.0,
        "mat": -1.0,
        "carpet": -1.0,
        "steps": -0.7,
        "stairs": -0.5,
        "sidewalk": -1.0,
        "road surface": -1.0,
        "foot": -0.6,
        "lawn": -0.6,
        "lower floor": -0.6,
        "counter": -0.3,
        "shelf edge": -0.3,
    }
)
