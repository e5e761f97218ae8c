"""The words of referring expressions and what they mean to the parser.

Plain tables from surface forms to the canonical names that `expression.Phrase` uses. Several words may form one entry;
the parser takes the longest. Spelling is British: `tokens` turns American spelling into it.
Nothing here computes.
"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = [
    "ADVERBS",
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
    "NUMBERED_THINGS",
    "NUMBER_WORDS",
    "OBJECTS",
    "ORDINALS",
    "PARTICIPLES",
    "PARTS",
    "PLACES",
    "PLAIN_ADJECTIVES",
    "PREPOSITIONS",
    "REAL_WORDS",
    "SIZES",
    "SPELLED_WORDS",
    "SUPERLATIVES",
    "TOPIC_CUES",
    "TRANSPARENT",
    "UNITS",
    "VERBS",
    "VERTICAL_HINTS",
    "WHOLE",
    "WORDING_CUES",
    "word_set",
]


def word_set(words: str) -> frozenset[str]:
    """The words of a string."""
    return frozenset(words.split())


def _ordered(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _entries(entries: str) -> frozenset[str]:
    return frozenset(entries.split(", "))


def _table(rows: Mapping[str, str]) -> Mapping[str, str]:
    """Turn {canonical: "form, form, ..."} into {form: canonical}."""
    table: dict[str, str] = {}
    for canonical, forms in rows.items():
        for form in forms.split(","):
            table[form.strip()] = canonical
    return MappingProxyType(table)


# Nouns for text itself, by how much of it they designate. Canonical names: letter, word, words, line, lines, text,
# sentence, heading.
UNITS = _table(
    {
        "letter": (
            "letter, character, initial, glyph, digit, numeral, symbol letter, capital letter, uppercase letter, "
            "lowercase letter, small letter, zero"
        ),
        "word": "word, term, adjective, verb, noun, noun word",
        "words": "words, terms",
        "line": (
            "line, row, text line, line of text, row of text, row of letters, line of letters, line of words, line of "
            "writing, row of writing, line of print, row of characters, line of capitals, one-line text, verse, text "
            "row, row of digits, row of numbers, line of digits, line of numbers, line of small print, line of type"
        ),
        "lines": "lines, rows, two-liner, lines of text, text lines, rows of text",
        "text": (
            "text, texts, writing, lettering, letters, print, printing, inscription, script, characters, capitals, "
            "wording, type, handwriting, typography, scrawl, graffiti, piece of text, bit of text, bit of writing, "
            "piece of writing, typeface, block letters, capital letters, uppercase letters, lowercase letters, caps, "
            "block capitals, scribble, engraving, carving, lettering text, printed text, embossing, neon, monogram, "
            "initials, acronym, abbreviation, text block, content, contents, what it says, scribbles, block, block of "
            "text, block of letters, block of writing, paragraph of text, logotype text, marking, markings, "
            "calligraphy, italics, marks, words and numbers, caption text, label text, lettering style, handwritten "
            "text, zeros"
        ),
        "sentence": (
            "sentence, phrase, statement, paragraph, text passage, saying, quote, quotation, question, greeting, "
            "instruction, instructions, caption, note, remark, passage, expression, blurb, small print, fine print, "
            "information, description, explanation, rule, rules, order, request, verses, poem, invitation, "
            "announcement, claim, answer, line of verse, thought, advice, apology, wish, promise, proverb, prayer, "
            "thanks, thank you, lyrics, story, dedication"
        ),
        "heading": "heading, headline, header, main heading, main text, title line, header text, page heading",
        "subtitle": (
            "subtitle, subheading, sub-heading, tagline, strapline, footer, footnote, lower heading, slogan line below"
        ),
        "part": "half, piece, bit, portion, one, ones, part, section of text, bits, pieces, ending",
        "list": "list, entry, item, items, entries",
    }
)

# What a text is for. Canonical names are those of the attribute labels, plus percentage, time, code, question, unit,
# name, email.
KINDS = _table(
    {
        "shop name": (
            "shop name, store name, name of the shop, name of the store, shop, store, restaurant name, cafe name, café "
            "name, bank name, hotel name, salon name, bar name, pub name, market name, supermarket name, restaurant, "
            "business name, bakery name, eatery name, diner name, boutique name, retailer, shop title, pharmacy name, "
            "clinic name, store title, department store, outlet name, gallery name, cinema name, theatre name, kiosk "
            "name, stall name, chain name, name of the cafe, name of the café, name of the restaurant, name of the "
            "bank, name of the hotel, salon, supermarket, bookstore, bookshop, coffee shop, cinema, theatre, clinic, "
            "pharmacy, boutique, spa, eatery, diner, hair salon, barber shop, movie theatre, café, cafe, bar and "
            "grill, brewery, winery, shopping centre name, jeweller, jewellery shop, shoe shop, clothes shop, clothing "
            "store, toy shop, gift shop, phone shop, bike shop, pet shop, book shop, grocery store, grocery, "
            "convenience store, flower shop, food court, fast food chain, shops, stores"
        ),
        "brand": (
            "brand, brand name, maker, manufacturer, make, company, company name, firm, firm name, maker's name, "
            "product brand, trademark, label name, sponsor, sponsor name, business, product name, product, model, "
            "model name, bank, team name, airline, publisher, brands, carmaker, car make, telecom company, oil "
            "company, insurance company, airline name, shoe brand, fashion brand, phone brand, phone model, car model, "
            "car brand, vendor, record label, television channel, sponsors, organisation, organisation name, agency, "
            "charity, club, club name, football club, team"
        ),
        "phone": (
            "phone number, telephone number, phone, tel number, mobile number, contact number, hotline, hotline "
            "number, fax number, number to call, cell number, helpline, telephone, phone numbers, tel, call number, "
            "number to ring, phone no, tel no, telephone no, mobile no, whatsapp number, freephone number, emergency "
            "number, hotline no, phone line, telephone line"
        ),
        "price": (
            "price, cost, prices, dollar amount, amount, fee, charge, fare, price tag, sum, dollars, euros, pounds, "
            "amount of money, rate, total, total price, sale price, original price, old price, new price, entrance "
            "fee, ticket price, price per kilo, petrol price, gas price, fuel price, amount due, balance, deposit, "
            "rent, tariff, salary, special price, unit price, price figure, total amount, cents, pence"
        ),
        "percentage": (
            "percentage, percent, per cent, percent figure, percentages, percent value, percentage sign value, alcohol "
            "content, alcohol percentage, discount percentage, percentage discount"
        ),
        "discount": (
            "discount, offer, deal, reduction, sale percentage, markdown, bargain, promotion, special offer, rebate, "
            "percent off, saving, savings, discounts, offers, deals, sale offer, discount percentage off, price "
            "reduction, cashback, voucher value"
        ),
        "number": (
            "number, figure, numbers, digits, numerals, house number, street number, room number, floor number, route "
            "number, bus number, unit number, gate number, platform number, line number, page number, building number, "
            "shop number, door number, exit number, lot number, player number, jersey number, highway number, road "
            "number, level number, stall number, two-digit number, serial number, speed limit, weight limit, height "
            "limit, floor, room, bay number, lane number, distance, weight, age, quantity, speed, height, size, "
            "temperature, level, score, telephone code, channel, route, measurement, house numbers, numbering, bus "
            "line number, train number, seat number, table number, queue number, ticket number, order number, model "
            "number, part number, lot, batch number, catalogue number, telephone extension, voltage, wattage, power, "
            "current, rating, capacity, volume, calories, kilometres, miles, metres, kilometre number, shirt number, "
            "race number, start number, bib number, car race number, track number, car number sign, distance figure, "
            "distances, altitude, elevation, depth, width, length, clearance, maximum speed, maximum height, maximum "
            "weight, ordinal, apartment number, flat number, box number, reference number, pin, counter number, "
            "terminal number, fraction, total number, mileage, population, percentage points, paper size, shoe size, "
            "dimensions, speed limits, temperatures, room numbers, zeros number, value, roman numeral, roman numerals, "
            "floor level, floor indicator, net weight"
        ),
        "code": (
            "code, station code, postcode, postal code, zip code, unit code, post code, zip, bar code number, flight "
            "number, barcode number, reference, serial code, area code, product code, promo code, discount code, "
            "airport code, country code, item code, barcode digits, sector code, model code, route code, colour code, "
            "chassis number, tracking number, booking code, voucher code, access code, wifi password, password, "
            "certification mark, registered mark, trade mark sign"
        ),
        "web": (
            "web address, website, web site, url, web page, internet address, website address, homepage, link, web "
            "link, domain, domain name, site address, web site address, internet site, web domain, web addresses, "
            "websites"
        ),
        "email": "email, e-mail, email address, e-mail address, mail address, contact email, e mail, e mail address",
        "hashtag": (
            "hashtag, hash tag, twitter handle, social media handle, handle name, user name, username, social handle, "
            "instagram handle, instagram name, facebook name, username handle, hashtags, twitter name"
        ),
        "address": (
            "address, street address, full address, location, postal address, postal code and city, shop address, "
            "addresses, office address, building address"
        ),
        "street name": (
            "street name, name of the street, road name, street, avenue, avenue name, lane name, road, name of the "
            "road, boulevard, highway name, street names, expressway name, streets, roads, crossroad name, bridge "
            "name, drive name, motorway name, name of the avenue, name of the lane, motorway, square name, path name"
        ),
        "place name": (
            "place name, town, city, village, country, state, station name, town name, city name, station, "
            "destination, district, region, name of the town, name of the city, building name, name of the building, "
            "school name, park name, mall name, university, school, museum name, place, hospital name, hotel, church "
            "name, airport name, mall, university name, suburb, county, island, department, house name, attraction, "
            "institution, venue, neighbourhood, terminal, continent, plaza, destination name, destinations, towns, "
            "cities, bus stop name, stop name, platform name, college, college name, library, library name, city and "
            "state, town and state, village name, region name, county name, country name, state name, river name, "
            "lake, lake name, mountain, mountain name, trail, beach name, campus, faculty, faculty name, location "
            "name, resort, resort name, farm, farm name, estate, borough, harbour, zoo, church, temple, stadium, "
            "stadium name, arena, academy, academy name, office name, next stop, last stop, terminus, theme park, "
            "national park, driving school, preschool, hall name, tower name, kindergarten"
        ),
        "direction": "direction, directions, way, way out, exit direction, compass direction, route direction",
        "date": (
            "date, year, day, month, dates, founding year, weekday, expiry date, day of the week, week, years, birth "
            "date, date of birth, release date, opening date, closing date, best before date, use by date, best-before "
            "date, expiration date, founding date, sell-by date, day and month, month and year, deadline, birth year, "
            "year of birth, year of foundation, years of birth and death, anniversary, decade, century"
        ),
        "opening hours": (
            "opening hours, opening times, hours, business hours, time, times, schedule, office hours, opening time, "
            "closing time, hours of operation, trading hours, timetable, departure time, duration, clock time, start "
            "time, arrival time, showtime, show time, collection times, time of day, time display, visiting hours, "
            "parking hours, minutes, shop hours, store hours, meeting time, waiting time, times of day, departure "
            "times"
        ),
        "warning": (
            "warning, prohibition, notice, notice text, ban, caution, warning text, safety notice, danger, warnings, "
            "warning message, warning line, warning word, danger notice, prohibition text, no smoking notice, safety "
            "instruction, disclaimer, hazard warning"
        ),
        "slogan": (
            "slogan, motto, tag line, advertising slogan, message, catchphrase, advertising line, appeal, punchline, "
            "mission statement, slogans, ad slogan, punch line, ad line, catch phrase, tagline text, advertising "
            "message, campaign slogan, battle cry, headline slogan"
        ),
        "title": (
            "title, book title, film title, main title, movie title, album title, name of the book, name of the film, "
            "exhibition title, event name, event, name of the event, show title, song title, column title, chapter "
            "title, titles, name of the exhibition, name of the show, play title, film name, movie name, show name, "
            "book name, name of the album, album name, game title, game name, festival, festival name, name of the "
            "festival, concert, name of the movie, magazine name, newspaper name, magazine title, name of the "
            "magazine, tour, tour name, programme name, column heading, section title, page title, film, movie, "
            "exhibition, tournament name, tournament, conference, programme"
        ),
        "menu item": (
            "menu item, dish, food, drink, meal, dessert, flavour, flavor, ingredient, dishes, beverage, main course, "
            "starter, drinks, sandwich, soup, salad, pizza name, cocktail, beer, wine, tea, coffee, juice, cappuccino, "
            "espresso, latte, americano, mocha, macchiato, hot chocolate, burger name, snack, fillings, sauce, ice "
            "cream flavour, flavours, ingredients, variety, product flavour, set meal, breakfast, lunch, dinner, dish "
            "of the day, drink name, food name, dish name, pizza, burger, hamburger, hot dog, fries, chips, cake, "
            "cookie, cookies, bread, cheese, pasta, steak, curry, ice cream, chocolate, milk, water, whisky, rum, gin, "
            "vodka, cider, tart, pie, sushi, noodle soup, rice, fruit juice, lemonade, smoothie, doughnut, donut, "
            "pancake, waffle, crisps, sweets, yogurt"
        ),
        "person name": (
            "person name, person's name, author, author's name, artist, artist's name, name of the author, first name, "
            "last name, surname, family name, player's name, player name, name of the artist, doctor's name, founder, "
            "signature, driver's name, actor, director, poet, singer, candidate, full name of the person, nickname, "
            "man's name, woman's name, singer name, actor name, composer, composer name, speaker, speaker name, owner "
            "name, editor, editor name, photographer, architect, dentist name, lawyer, lawyer name, writer, writer "
            "name, names of the authors, authors, actors, names of the actors, artist name, given name, first names, "
            "last names, surnames, director name, founder name, candidate name, driver name, player, player surname, "
            "chef, chef name, designer, designer name, film star, couple name, doctor surname, doctor name, author "
            "surname, poet name, saint name, character name, president, mayor, minister, saint, illustrator"
        ),
        "licence plate": (
            "licence plate, license plate, number plate, licence number, license number, registration number, "
            "registration, plate number, car number, numberplate, registration plate, vehicle number, license plate "
            "number, licence plate number, vehicle registration, car plate, registration mark, registration plate "
            "number, plate of the car, car registration, car licence plate"
        ),
        "logo": (
            "logo, emblem, logo text, crest, badge text, wordmark, logotype, brand logo, company logo, logos text, "
            "company emblem, trade name logo, sponsor logo, brand mark, logos, emblems, team logo, shop logo, store "
            "logo"
        ),
        "symbol": (
            "symbol, percent sign, dollar sign, euro sign, ampersand, plus sign, hash sign, question mark, exclamation "
            "mark, asterisk, at sign, punctuation mark, percent symbol, currency symbol, money symbol, pound sign, "
            "copyright sign, sign of the dollar, dash, apostrophe, comma, full stop, colon, semicolon, hyphen, slash, "
            "bracket, brackets, parenthesis, parentheses, quotation mark, quotation marks, inverted commas, opening "
            "quotation mark, bullet point, bullet points, dots, equals sign, minus sign, degree sign, trademark sign, "
            "registered sign, symbol character, punctuation, dollar symbol, euro symbol, pound symbol, dot, period, "
            "star sign, at symbol, hash, full stops, exclamation point, exclamation, and sign, and symbol, currency "
            "sign, tilde, exclamation marks, question marks, hyphens, symbols, percentage sign, percentage symbol"
        ),
        "unit": "unit, unit of measurement, measuring unit, currency, units, time unit, weight unit",
        "name": "name, names, proper name, label name text, name tag text, naming",
        "topic": (
            "animal, fruit, sport, colour name, color name, language, category, type, subject, topic, activity, "
            "service, kind, language name, material, season, job, profession, vegetable, plant name, section, fabric, "
            "genre, holiday, course, metal, service name, colour, sport name, animal name, product category, subject "
            "name, event type, brand category, team colour, planet, religion, instrument, flower name, tree name, "
            "herb, spice, disease, element, gender, nationality, party, political party, department name, services, "
            "products, sports, languages, subjects, materials, treatment, treatments, facilities, facility, attraction "
            "type, occupation, weather, sale type, kind of animal"
        ),
    }
)

# "name of the X", "X's name": the kind of text that is meant.
NAME_OF = _table(
    {
        "shop name": (
            "shop, store, restaurant, cafe, café, bank, hotel, salon, bar, pub, market, supermarket, bakery, eatery, "
            "diner, boutique, clinic, pharmacy, hair salon, cinema, theatre, gallery, kiosk, stall, chain, "
            "hairdresser, spa, gym, coffee shop, movie theatre, shopfront, storefront, brewery, winery, florist, "
            "butcher, barber, bookstore, bookshop, jeweller, food court, supplier shop, casino, club house, nightclub, "
            "motel, hostel, inn, tavern, bistro, canteen, cafeteria, laundry, garage, grocery, nail salon, tea house, "
            "pizzeria, barber shop, clothing store, clothes shop, shoe shop, place shop, shops, stores"
        ),
        "brand": (
            "brand, maker, company, manufacturer, firm, product, sponsor, make, business, team, airline, model, "
            "publisher, group, band, organisation, charity, agency, club, fashion brand, record label, vendor, "
            "carrier, channel, sponsors, brands, railway, bus company, phone, beer brand, car, watch, drink brand, "
            "label"
        ),
        "street name": (
            "street, road, avenue, lane, highway, boulevard, drive, expressway, crossroad, square street, motorway, "
            "alley, path, trail"
        ),
        "place name": (
            "town, city, village, country, state, station, building, school, park, mall, university, museum, hospital, "
            "church, airport, place, house, island, district, region, plaza, institution, college, department, venue, "
            "square, bridge, river, county, farm, academy, library, stadium, arena, zoo, temple, preschool, "
            "kindergarten, driving school, lake, valley, mountain, beach, campus, bus stop, stop, resort, hall, tower, "
            "office, estate, harbour, port, room, garden, tree, cathedral, castle, theme park, government office, "
            "council, ministry"
        ),
        "person name": (
            "person, author, artist, man, woman, player, doctor, driver, girl, boy, founder, actor, director, poet, "
            "singer, owner, lawyer, candidate, speaker, composer, guy, lady, people, writer, chef, dentist, designer, "
            "editor, photographer, architect, saint, president, mayor, minister, couple, boy or girl, child, baby, "
            "pilot, captain, runner, winner, soldier, men, women, host, character, victim, authors, players, artists"
        ),
        "title": (
            "book, film, movie, event, exhibition, show, play, magazine, newspaper, album, song, festival, story, "
            "game, course, tournament, conference, concert, programme, musical, tour, series, sale, holiday, "
            "competition, campaign, project"
        ),
        "menu item": (
            "food, drink, dish, meal, sandwich, cake, fruit, dessert, wine, beer, coffee, juice, soup, salad, pizza, "
            "burger, tea, cocktail, product flavour, ice cream, snack, sauce, cheese, bread"
        ),
    }
)

# Surfaces that text lies on. Canonical nouns are those of the carrier labels where one fits.
CARRIERS = _table(
    {
        "sign": (
            "sign, signs, signboard, road sign, traffic sign, street sign, shop sign, store sign, signpost sign, "
            "hanging sign, signage, notice board sign, exit sign, stop sign, warning sign, direction sign, directional "
            "sign, sale sign, light sign, lightbox, light box, name sign, advertising sign, overhead sign, parking "
            "sign, highway sign, nameplate, name plate, name board, nameboard, house sign, lawn sign, station sign, "
            "arrow sign, speed sign, no-parking sign, street-sign, sandwich sign, ceiling sign, price sign, wall sign, "
            "restaurant sign, door sign, sale signs, roadsign, info sign, bus stop sign, bank sign, placard sign, pub "
            "sign, sign board, signpost, octagon, road signs, street signs, information sign, info signs, no-smoking "
            "sign, no smoking sign, no-parking sign board, way-out sign, caution sign, danger sign, speed limit sign, "
            "hospital sign, toilet sign, city sign, town sign, place name sign, emergency sign, fire exit sign, "
            "welcome sign, floor sign, one-way sign, bus stop pole sign, sign plate, signboards, signpole, logo sign, "
            "brand sign, company sign, name signs, number sign, direction signs, traffic signs, menu sign, price "
            "signs, shop signs, store signs, yard sign, electric sign, restroom sign, pharmacy sign, open sign, closed "
            "sign, animal sign, octagons"
        ),
        "board": (
            "board, boards, notice board, noticeboard, blackboard, chalkboard, whiteboard, menu board, information "
            "board, display board, scoreboard, info board, slate, bulletin board, directory, menu, sandwich board, "
            "advertising board, a-board, departure board, plank, easel, letter board, departures board, arrivals "
            "board, route board, direction board, price board, advertisement board, name boards, notice boards, score "
            "board, menu boards, menus, checklist, bulletin, letterboard, backboard, timetable board, planks, "
            "pegboard, surf board sign"
        ),
        "wall": (
            "wall, walls, facade, façade, brick wall, building wall, storefront, shopfront, shop front, store front, "
            "fascia, house wall, back wall, frontage, glass wall, front wall, side wall, mural, shop wall, front, shop "
            "fronts, shopfronts, storefronts, brickwork, backdrop, house front, building front, facades, front of the "
            "shop, outside wall, tiled wall, hull wall, shop facade, store facade, building facade, cliff, rock face, "
            "glass facade, exterior wall"
        ),
        "poster": (
            "poster, posters, ad, advert, advertisement, billboard, flyer, leaflet, placard, hoarding, movie poster, "
            "ad poster, sale poster, brochure, handbill, advertising poster, film poster, advertising panel, campaign "
            "poster, commercial, ads, adverts, posters board, billboards, flyers, leaflets, placards, concert poster, "
            "event poster, wanted poster, election poster, wall poster, window poster, infographic, pamphlet, booklet, "
            "catalogue, brochures, protest sign"
        ),
        "banner": (
            "banner, banners, flag, roll-up, roll-up banner, pennant, streamer, ribbon, roll up, rollup, cloth banner, "
            "flags, standee, bunting, sash, banner flag, hanging banner, vertical banner, feather flag, sail banner, "
            "roll-ups, beach flag, tapestry, pennants, garland banner, rollup banner, sheet banner, cloth, fabric, "
            "piece of cloth"
        ),
        "panel": (
            "panel, panels, partition, screen panel, fascia panel, side panel, board panel, header panel, divider, "
            "placard panel, wall panel, control panel, display panels, back panel, front panel, glass panel sign, "
            "instrument panel, header, headers, facing panel"
        ),
        "plaque": (
            "plaque, plaques, plate, stone plaque, memorial, tablet, gravestone, headstone, stone, tombstone, slab, "
            "plates, nameplate plaque, monument, plate sign, memorial plaque, wall plaque, rock, boulder, grave, "
            "cornerstone, stones, manhole cover, engraved stone, slabs, tile, statue base, pedestal, foundation stone, "
            "milestone, plinth, house number plate, tablet stone, name plaque"
        ),
        "label": (
            "label, labels, tag, tags, price tag, sticker, stickers, price label, shelf label, decal, price card, "
            "stamp, seal, barcode label, name tag, wristband, price sticker, price labels, food label, bottle label, "
            "price stickers, decals, postage stamp, stamps, wine label, bar code label, badge sticker, shelf labels, "
            "price tags, shelf tag, shelf tags, hang tag, luggage tag, tape label, post-it, note sticker, sticky note, "
            "sticky notes"
        ),
        "box": (
            "box, boxes, package, packet, carton, cartons, pack, packaging, crate, case, cardboard box, parcel, "
            "wrapper, cracker box, tin box, packets, blister pack, container, cereal box, lunch box, pizza box, juice "
            "carton, milk carton, chocolate bar, bar of chocolate, cookie box, gift box, shoe box, packages, wrappers, "
            "crates, cases, bag of crisps, crisp packet, matchbox, medicine box, medicine boxes, pill box, tissue box, "
            "tea box, packagings, sachet, chip bag, chips bag, cd case, dvd case, containers, blister packs, egg "
            "carton, paint bucket, cereal pack, cigarette packet, cigarette pack, cover sleeve, dvd cover, cd cover, "
            "album cover, record cover, parcels, packet of crisps, tub, tubs, battery pack, roll, rolls"
        ),
        "bottle": (
            "bottle, bottles, can, jar, cup, glass bottle, tube, mug, flask, tin, jug, carafe, canister, spray can, "
            "beer bottle, water bottle, wine bottle, beer can, cans, jars, cups, mugs, tubes, spray bottle, shampoo "
            "bottle, paper cup, coffee cup, cordial, ketchup bottle, soda can, tins, plastic bottle, coffee mug, "
            "teapot, kettle, thermos, milk bottle, beer glass, wine glass, pint glass, vase, bowl, bowls, pot, pan, "
            "drink can, juice bottle, medicine bottle, bottle cap"
        ),
        "screen": (
            "screen, screens, display, monitor, tv, television, laptop, led display, led board, display screen, tv "
            "screen, tablet screen, smartphone, electronic board, projection, display panel, computer, digital sign, "
            "led screen, tvs, phone screen, projector screen, displays, monitors, computer screen, laptop screen, lcd "
            "screen, lcd display, electronic display, electronic sign, info screen, departures screen, departure "
            "screen, televisions, digital display, digital screen, ticker, scrolling display, led sign, led panel, "
            "navigation screen, dashboard, device, tablet computer, device screen, camera display, scoreboard screen, "
            "touch screen, touchscreen, game console, gps, calculator, projector, alarm clock"
        ),
        "window": (
            "window, windows, shop window, glass, glass door, glass pane, window pane, windowpane, display window, "
            "glass panel, storefront window, pane, glass front, store window, mirror, windscreen, windshield, glass "
            "wall window, window glass, door glass, glass doors, shop windows, windowpanes, glass panels, display "
            "windows, glass pane door, train window, car window, bus window, back window, rear window, glass case, "
            "display case, showcase, vitrine, mirrors, panes, side window, glass shelf front, glass windows"
        ),
        "pillar": (
            "pillar, column, pillars, post, columns, pole, obelisk, totem, lamp post, lamppost, pylon, posts, poles, "
            "flagpole, telephone pole, street pole, concrete pillar, corner pillar, bollard, bollards, advertising "
            "column, stake, stakes, stick, sticks, rod, lamp pole, flag pole, light pole, utility pole, gatepost, "
            "support beam post, chimney"
        ),
        "stand": (
            "stand, display stand, kiosk, booth, stall, easel stand, rack, table sign, sign stand, stands, podium, "
            "a-frame, market stall, lectern, exhibition stand, display rack, display stands, racks, sandwich stand, "
            "cardboard stand, booths, kiosks, market stalls, stalls, music stand, information stand, info stand, photo "
            "booth, ticket booth, phone booth, ad stand, poster stand, shack, hut, tent, cart, trolley, food cart, "
            "food truck stand, food stall, shelter, bus shelter, tripod, news stand, newsstand, magazine rack, bread "
            "rack, pop-up stand, cubicle, stroller"
        ),
        "bus": (
            "bus, buses, double-decker, double-decker bus, coach, tram, train, minibus, double decker, double decker "
            "bus, tour bus, trolley bus, coaches, trams, trains, school bus, train carriage, carriage, locomotive, "
            "subway train, trolley car, wagon, city bus, metro train, minibuses, underground train, railcar"
        ),
        "truck": (
            "truck, lorry, van, trailer, pickup, trucks, delivery van, fire truck, delivery truck, ambulance, minivan, "
            "tanker, pickup truck, fire engine, camper van, vans, lorries, trailers, box truck, flatbed, flatbed "
            "truck, tow truck, cement mixer, tractor, digger, excavator, crane, forklift, garbage truck, pick-up "
            "truck, pick-up, camper, caravan, lorry trailer, fire engines"
        ),
        "car": (
            "car, taxi, cab, vehicle, cars, police car, automobile, taxis, bonnet, bumper, motorbike, motorcycle, "
            "scooter, jeep, suv, race car, racing car, sports car, car door, car bonnet, car hood, hood, bumpers, "
            "vehicles, windscreen sticker car, hatchback, sedan, go-kart, motorcycles, scooters, moped, limousine"
        ),
        "shirt": (
            "shirt, t-shirt, tshirt, t shirt, jersey, polo, polo shirt, sweater, jacket, vest, uniform, hoodie, dress, "
            "coat, t-shirts, shirts, shorts, trousers, cap, hat, bib, sweatshirt, tank top, tee, apron, top shirt, "
            "blouse, jumper, jeans, clothing, tie, helmet, sleeve, costume, suit, scarf, tee shirt, football shirt, "
            "soccer shirt, team shirt, hi-vis vest, high-vis vest, safety vest, baseball cap, beanie, hoodies, "
            "jackets, sweaters, jerseys, hats, caps, dresses, coats, uniforms, waistcoat, cardigan, gloves, glove, "
            "socks, sock, shoes print, swimsuit, skirt, leggings, pants, trouser leg, trouser, t shirts, "
            "tshirts, robe, kit, overalls, raincoat, headscarf, bandana, headband, belt, collar, outfit, clothes, "
            "gown, tank-top, pullover, polo neck, fleece, bra, sandals, pyjamas, lanyard, armband, short sleeve, "
            "sleeves, toga"
        ),
        "bag": (
            "bag, handbag, backpack, shopping bag, bags, tote bag, tote, carrier bag, plastic bag, suitcase, rucksack, "
            "paper bag, purse, luggage, pouch, sack, backpacks, handbags, sacks, pouches, suitcases, grocery bag, "
            "canvas bag, tote bags, sports bag, gym bag, paper bags, plastic bags, shopping bags, laptop bag, duffel "
            "bag, basket, baskets, shopping basket"
        ),
        "door": (
            "door, doors, doorway, gate, entrance, shutter, entry, shop entrance, store entrance, rolling shutter, "
            "front door, entrance door, roller shutter, entryway, portal, lift door, gateway, elevator door, sliding "
            "door, garage door, glass entrance, fire door, car park entrance, entrances, gates, doorways, shop door, "
            "store door, entrance doors, entrance gate, shutters, main entrance, folding gate, house door, train door, "
            "bus door, barn door, exit door, entrance hall, school gate, revolving door, doorframe, door frame, hatch, "
            "trapdoor, locker, lockers, front gate, window shutter"
        ),
        "floor": (
            "floor, ground, pavement, mat, carpet, floor mat, doormat, tarmac, sidewalk, road surface, asphalt, kerb, "
            "curb, rug, step, steps, stairs, stair, tiles, floor tile, paving, paving stone, paving stones, tarmac "
            "surface, running track, track, concrete, concrete floor, cobbles, lane surface, stairway, doorstep, "
            "flagstones, playing field, field, pitch, court, runway, parking space, parking bay, car park floor, sand, "
            "dirt, soil, snow, court floor, deck, carpets, rugs, mats, welcome mat, tread, stair step, boarding "
            "stairs, tiled floor, pathway, ramp, drain, drain cover, drain grate"
        ),
        "ceiling": (
            "ceiling, beam, roof, rafters, ceiling beam, canopy, awning, overhang, eaves, roof edge, parasol, "
            "umbrella, gantry, arch, archway, sunshade, marquee, roof beam, lintel, cornice, beams, ceiling panel, "
            "ceiling panels, awnings, parasols, canopies, shop awning, roofline, rooftop, bridge beam, soffit, gable, "
            "ledge above, roof panel, glass roof, truss, overpass, flyover, footbridge"
        ),
        "counter": (
            "counter, desk, checkout, cash desk, till, reception, reception desk, table, bar counter, shelf, shelves, "
            "ledge, bench, tablecloth, worktop, fridge, freezer, cabinet, shelf edge, fridges, vending machine, "
            "machine, atm, cash machine, ticket machine, wardrobe, fuel pump, petrol pump, gas pump, pump, parking "
            "meter, washing machine, dispenser, counters, desks, tables, shelf board, bookshelf, bookcase, "
            "bookshelves, cupboards, cupboard, drawer, drawers, chest of drawers, ticket counter, service counter, "
            "service desk, information desk, help desk, check-in desk, bar top, stove, oven, refrigerator, microwave, "
            "coffee machine, espresso machine, slot machine, gaming machine, arcade machine, photocopier, printer, "
            "washing machines, fuel pumps, petrol pumps, pumps, gas pumps, vending machines, dispensers, machines, "
            "cash register, register, air conditioner, vacuum cleaner, ticket machines, ticket barrier, turnstile, "
            "workbench, fridge door, freezers, dishwasher, radiator, radio, cabinets, till point, checkouts, sink, "
            "display table, display shelf, display counter, buffet, cool box, cooler, speaker box, amplifier, piano, "
            "organ, safe, jukebox, sewing machine, generator, engine, meter, conveyor belt, conveyor, scales, scale"
        ),
        "building": (
            "building, house, tower, hall, shop building, roof sign, skyscraper, hotel building, block of flats, tower "
            "block, church, structure, buildings, houses, towers, shed, barn, chapel, castle, hangar, warehouse, "
            "factory, apartment building, office building, shop house, cottage, cathedral, mosque, lighthouse, "
            "windmill, silo, station hall, brick building, office block, church tower, clock tower, villa, bungalow, "
            "pavilion, cabin, garage, porch, depot, dome, school building"
        ),
        "strip": (
            "strip, band, stripe, bar, edge strip, ribbon strip, border, header bar, footer bar, rail, rim, line "
            "strip, stripes, strips, edging, frieze, handrail, railing, bands, bars, dividing line, dividing bar, "
            "colour bar, rope line, tape, barrier tape, edge of the shelf, colour strip, lines strip, borders, led "
            "strip, door strip, railing bar, kick plate, skirting, header strip, underline, hem, ticker strip, "
            "underlining, piping, beading, moulding, ledge strip, curved band, wrist strap, strap, cuff"
        ),
        "paper": (
            "paper, sheet, card, note paper, sheet of paper, business card, page, book, cover, notice paper, "
            "newspaper, magazine, receipt, letter paper, book cover, ticket, map, certificate, postcard, menu card, "
            "envelope, pages, cards, papers, sheets, spine, book spine, diploma, calendar, name card, name badge, id "
            "card, name badge card, chart, form, notebook, document, textbook, books, piece of paper, sheets of paper, "
            "flash card, greeting card, birthday card, playing card, credit card, bank card, visiting card, index "
            "card, cardboard, piece of cardboard, cardboard sheet, notepad, pad, memo, note, notes, print-out, "
            "printout, worksheet, comic, paperback, hardback, booklet page, magazine cover, newspaper page, napkin, "
            "menu page, bill paper, cheque, banknote, bank note, passport, tickets, boarding pass, pass, voucher, "
            "coupon, coupons, receipts, invoice, prescription, exam paper, folder, file, binder, stationery, score "
            "sheet, floor plan, plan, route map, maps, diagram, diagrams, clipboard, book spine label, dust jacket, "
            "back cover, front cover, spines, ledger, notebooks, wrapping paper, wallpaper, sketch paper, album"
        ),
        "fence": (
            "fence, barrier, hoarding fence, mesh, railings, hedge fence, guardrail, construction fence, grille, "
            "fencing, picket fence, barricade, fences, wire fence, mesh fence, barriers, road barrier, crash barrier, "
            "crowd barrier, railing fence, gate fence, scaffolding, net, grid, cage, grating, grate"
        ),
        "badge": (
            "badge, emblem shape, medallion, button, disc, disk, circle, oval, ring, shield, square, triangle, "
            "diamond, hexagon, star, bubble, speech bubble, rectangle, roundel, ball, dot shape, coin, medal, pin, "
            "patch, balloon, balloons, lozenge, arrow shape, heart shape, ellipse, crest shape, squares, ovals, "
            "circles, starburst, star shape, roundels, circle shape, hexagons, triangles, diamonds, shields, stars "
            "shape, bubbles, octagon shape, pentagon, cross shape, rosette, buttons, splash, cloud, speech balloon, "
            "thought bubble, blob, patches, stud, sphere, globe shape, globe lamp, tokens, token, rings, bar shape, "
            "cone, cube, cylinder, teardrop, crescent, chequered square, checkbox, tick box, wheel badge, medals, "
            "shape"
        ),
        "tray": (
            "tray, plate tray, dish plate, cake, wheel, surfboard, boat, ship, dinghy, hull, bike, bicycle, plane, "
            "airplane, aircraft, bin, trash can, rubbish bin, litter bin, dustbin, mailbox, letterbox, post box, "
            "postbox, barrel, bucket, drum, clock, watch, dial, gauge, keyboard, toy, guitar, tank, hydrant, tyre, "
            "tire, escalator, elevator, lift, trays, plates tray, wheels, wing, tail fin, tail, propeller, canoe, "
            "kayak, sail, sails, ferry, yacht, dinghies, helicopter, rocket, jet, fuselage, car wheel, hubcap, bins, "
            "wheelie bin, recycling bin, garbage can, waste bin, skip, dumpster, post boxes, mailboxes, buckets, "
            "wheelbarrow, shopping cart, shopping trolley, pram, drums, clocks, watches face, wrist watch, wristwatch, "
            "gauges, keyboards, key, remote control, remote, mouse, headphones, earphones, guitars, violin, trumpet, "
            "bell, skateboard, skate, ice skate, snowboard, ski, skis, bat, racket, trophy, trophies, cup trophy, ball "
            "toy, football, basketball, rugby ball, tennis ball, frisbee, kite, toy car, lego, fire extinguisher, "
            "extinguisher, fire hose, tools, tool, hammer, wrench, spanner, drill, knife, scissors, lighter, pen, "
            "pencil, marker, ruler, rubber, eraser, stapler, brush, candle jar, soap, soap bar, toothbrush, "
            "toothpaste, comb, lipstick, perfume, cosmetics, food tray, plate of food, bread, donut, doughnut, "
            "sandwich board tray, ice cream, sushi, sweets, candy, chocolate, burger bun, bun, loaf, egg, cheese, pie, "
            "cannon, gun, sword, spotlight box, battery, bulb base, plug, socket, switch, light switch, intercom, "
            "doorbell, bell push, letter slot, lift button, lift buttons, handle bar, steering wheel, seat belt, dart "
            "board, dartboard, chessboard, playing board, game board, pinball machine, robot arm, camera body, camera, "
            "lens, telescope, compass, gear, cogwheel, cog, vent, air vent, pallet, barrels, oil drum, water tank, gas "
            "tank, gas bottle, gas cylinder, bathtub, toilet, sign holder, inflatable, air balloon, hot air balloon, "
            "blimp, cork, buckle, plastic cup tray"
        ),
        "area": (
            "area, areas, side, sides, base, edge, end, face of the block, section, sections, background, opening, "
            "part, half, portion, piece, space, gap, surface, block, blocks, corner, top, bottom, interior side, spot, "
            "margin, tip, centre, middle, back, front part, halves, ends, edges, corners, inside, outside, body, zone, "
            "lid"
        ),
    }
)

# Shapes that a carrier's noun or adjective implies.
CARRIER_SHAPES = _table(
    {
        "round": (
            "round, circular, circle, disc, disk, roundel, ring, round sign, ball, coin, medallion, dial, clock, "
            "circle sign, circular sign, circles, ball-shaped, disc-shaped, circle-shaped, ring-shaped, cylindrical, "
            "spherical, dome-shaped, bull's-eye, rosette"
        ),
        "oval": "oval, elliptical, ellipse, ovals, egg-shaped, oval-shaped, elliptic",
        "square": "square, squares, square-shaped, boxy, cube-shaped",
        "rectangle": "rectangle, rectangular, oblong, rectangular-shaped, box-shaped",
        "strip": (
            "strip, band, stripe, bar, ribbon, narrow, elongated, stripes, strips, bands, bars, strip-shaped, "
            "ribbon-shaped, thin strip"
        ),
        "triangle": "triangle, triangular, triangles, three-cornered, triangle-shaped, pointed",
        "diamond": "diamond, diamond-shaped, lozenge, rhombus, diamonds, rhombic, lozenge-shaped",
        "octagon": "octagon, octagonal, stop sign, eight-sided, octagon shape, eight-cornered, stop-sign-shaped",
        "arrow": "arrow-shaped, arrow shape, arrow sign, arrow-like, pointed arrow",
        "irregular": (
            "star, bubble, speech bubble, cloud-shaped, star-shaped, shield, heart shape, irregular, heart-shaped, "
            "wavy, shield-shaped, bubble-shaped, starburst, star shape, bone-shaped, leaf-shaped, fish-shaped, "
            "shields, bubbles, cloud, splash, flash, egg-like, jagged, spiky, bottle-shaped, house-shaped"
        ),
    }
)

# Things that a person points with. Canonical nouns are COCO's where one fits; others cannot be found in a photo yet
# and only lend their colour.
OBJECTS = _table(
    {
        "person": (
            "person, man, woman, boy, girl, people, guy, lady, child, kid, men, women, pedestrian, player, couple, "
            "crowd, group, family, cyclist, shopper, shoppers, somebody, someone, worker, driver, head, heads, face, "
            "hair, shoulder, hand, hands, arm, arms, leg, legs, chest, passer-by, kids, children, baby, girls, boys, "
            "soldier, policeman, waiter, customer, seller, cashier, runner, passenger, foot, feet, neck, hand's, "
            "protester, model's, him, her, pedestrians, tourists, persons, mannequin's, gentleman, boys and girls, "
            "teenager, adult, chef figure, businessman, businesswoman, lawyer figure, employee, staff, salesman, "
            "saleswoman, shopkeeper, vendor person, assistant, barista, bartender, guard, firefighter, police officer, "
            "officer, doctor, nurse, teacher, student, students, skater, swimmer, diver, dancer, guitarist, musician, "
            "singer, climber, biker, motorcyclist, skier, rider, hiker, backpacker, umpire, goalkeeper, bride, groom, "
            "santa, father christmas, clown, toddler, grandmother, grandfather, mother, father, mum, dad, friends, "
            "friend, fans, spectators, audience, visitors, visitor, guest, diners, commuters, passengers, commuter, "
            "queue, onlookers, someone's, person's, lap, wrist, finger, fingers, thumb, ear, ears, eye, eyes, nose, "
            "mouth, lips, beard, moustache, ponytail, knee, elbow, stomach, belly, waist, back of the woman, thigh, "
            "ankle, skin, teeth, faces, palm of the hand, fist, hairdo, model, models, lifeguard, beggar, pensioner, "
            "couples, families, groups, crowds, kid's, sailor, farmer, cook, hand of the man, mothers, drivers, "
            "readers, writers, cyclists, workers, customers, players"
        ),
        "car": "parked car, cars",
        "bus": "parked bus",
        "bicycle": "bicycle, bike, bicycles, bikes, tricycle, mountain bike, road bike, bicycle wheel",
        "motorcycle": "motorcycle, motorbike, scooter",
        "traffic light": "traffic light, traffic lights, stoplight, traffic signal, pedestrian light, traffic signals",
        "bench": "bench, benches",
        "bird": (
            "bird, eagle, pigeon, parrot, penguin, bee, rooster, duck, owl, swan, birds, seagull, gull, chicken, hen, "
            "goose, turkey, flamingo, toucan, hawk, crow, raven, beak, kiwi bird, bees"
        ),
        "dog": "dog, puppy, dogs, hound, dalmatian, wolf, fox",
        "cat": "cat, kitten, cats, panther, leaping cat",
        "bottle": "bottle, bottles, wine bottle",
        "cup": "cup, mug, coffee cup, cups, glass of wine, glasses of wine",
        "chair": (
            "chair, chairs, seat, stool, armchair, seats, stools, deckchair, deckchairs, bar stool, high chair, "
            "rocking chair, wheelchair, seating area, seating"
        ),
        "potted plant": (
            "plant, potted plant, plants, flowerpot, flower, flowers, bush, bushes, shrub, palm, palm tree, leaf, "
            "leaves, hedge, tree, trees, ivy, greenery, branch, branches, tree trunk, trunk, foliage, garland, rose, "
            "vine, grass, palm trunk, lawn, shrubs, hedges, christmas tree, twig, pot plant, bouquet, wreath, cactus, "
            "pine, pine tree, fir, fir tree, fir trees, maple, maple leaf, bamboo, moss, weeds, log, logs, twigs, "
            "holly, ivy leaves, reeds, wheat, plant pot, flower pot, flower bed, flowerbed, lily, palm leaves, leaf of "
            "a tree, trunks, blossom, blossoms, petals, tulip, tulips, sunflower, thistle, shamrock, clover, palm "
            "trees, christmas garland, pot of flowers, jungle"
        ),
        "tv": "flat screen, flat tv",
        "clock": "clock, wall clock, station clock, clock face, clock display",
        "umbrella": "umbrella, parasol, sunshade, umbrellas",
        "handbag": "handbag",
        "boat": "boat, ship",
        "horse": "horse, horses, pony, zebra, camel, donkey, deer, reindeer, moose",
        "fire hydrant": "hydrant",
        "book": "books, pile of books, stack of books",
        "mannequin": (
            "mannequin, mannequins, dummy, statue, figure, figures, doll, teddy, teddy bear, bear, robot, puppet, "
            "statues, sculpture, bust, scarecrow, snowman, dolls, teddy bears, monster, dwarf, elf, mascot, robots, "
            "stick man, stick figure, superhero, skeleton, skull, puppets, gnome"
        ),
        "arrow": (
            "arrow, arrows, triangle arrow, chevron, pointing hand, pointing finger, up arrow, down arrow, left arrow, "
            "right arrow, arrow tip, arrow head, arrowhead, curved arrow, double arrow, direction arrow, pointer, "
            "arrow sign shape, chevrons, turn arrow"
        ),
        "picture": (
            "picture, image, drawing, illustration, pictogram, icon, icons, cartoon, painting, portrait, picture "
            "frame, photograph, silhouette, graphic, pictures, map picture, qr code, barcode, qr-code, bar code, "
            "wheelchair symbol, heart, flame, cross, plus, tick, globe, crown, snowflake, sun, moon, anchor, airplane "
            "symbol, leaf logo, logos, emblems, symbols, swirl, frame, crocodile, dots, dot, stars, kangaroo, animal, "
            "dragon, lion, elephant, tiger, cow, horse head, fish, crown logo, butterfly, photo, photos, photographs, "
            "images, drawings, illustrations, paintings, portraits, pictograms, graphics, clip art, cartoons, sketch, "
            "doodle, squiggle, scribble drawing, cutout, silhouettes, pictured, coat of arms, parking symbol, "
            "no-smoking symbol, no smoking symbol, recycling symbol, warning triangle, disabled symbol, airplane icon, "
            "plane symbol, phone symbol, telephone symbol, info symbol, music note, tick mark, check mark, checkmark, "
            "hearts, flames, crosses, fire, flag picture, sun rays, rays, stars and stripes, snowflakes, rainbow, "
            "lightning, lightning bolt, drop, water drop, wave, waves, splash of paint, swirls, spiral, crowns, cross "
            "symbol, star symbol, mushroom, apple, banana, orange slice, lemon slice, strawberry, cherries, grapes, "
            "fruit, fruits, tomato, carrot, pumpkin, vegetables, meat, steak, hamburger, hot dog, hotdog, fries, "
            "chips, noodle bowl, noodles dish, soup bowl, cupcake, birthday cake, cookies, biscuit, pretzel, bone, dog "
            "bone, paw, paw print, feather, wings, claw, claws, horns, antlers, starfish, shell, crab, lobster, "
            "octopus, dolphin, whale, shark, snake, frog, turtle, lizard, crocodiles, monkey, gorilla, pig, sheep, "
            "goat, lamb, bull, rabbit, bunny, squirrel, mouse picture, rat, hedgehog, kangaroos, wombat, koala, panda, "
            "bears, giraffe, hippo, rhino, insect, spider, ant, ladybird, dinosaur, unicorn, dragons, animals, lions, "
            "griffin, swallow, scene, mountains, landscape, skyline, harp, bicycle symbol, car symbol, bus symbol, "
            "train symbol, smiley, smiley face, emoji, thumbs up, qr codes, barcodes, bar codes, wifi symbol, paint, "
            "specks, stain, droplets, cigarette, cigarettes, pipe picture, candle flame, sunset, anchor symbol, wheel "
            "symbol, bars and stripes, ticket drawing, clipart, tear drop"
        ),
        "lamp": (
            "lamp, lamps, light, lights, lantern, lanterns, street lamp, bulb, light bulb, spotlight, spotlights, "
            "chandelier, street light, lightbulb, torch, candle, candles, ceiling light, lightbulbs, light bulbs, "
            "bulbs, neon light, neon lights, tube light, tube lights, headlight, headlights, tail light, taillight, "
            "tail lights, street lights, lamp shade, lampshade, chandeliers, flashing light, signal light, lamps "
            "above, desk lamp, traffic lamp, ceiling lamp, ceiling lamps, fairy lights, christmas lights, lights "
            "string, torches, fluorescent tube"
        ),
        "furniture": (
            "sofa, couch, bed, mattress, cushion, pillow, curtain, curtains, carpet roll, wardrobe door, shoe, shoes, "
            "boots, boot, jewellery, watches, screw, screws, bolt, bolts, knob, handle, hole, keyhole, wire, "
            "cable, rope, chain, pipe, hook, lock, bracket, nail, escalators, stairs rail, goods, sandwich, "
            "burger, pizza, drink, glasses, sunglasses, hose, ladder, armchairs, sofas, cushions, "
            "blinds, blind, shutters blind, bedspread, blanket, towel, towels, tablecloths, jewellery case, necklace, "
            "ring jewel, earrings, bracelet, keys, keyhole plate, door handle, doorknob, knobs, handles, holes, screw "
            "hole, nails, rivet, rivets, hinge, hinges, wires, cables, ropes, chains, pipes, hooks, padlock, brackets "
            "of metal, iron bracket, hoses, ladders, pencils, pens, spoon, fork, cutlery, chopsticks, glass of water, "
            "glass of beer, bottles rack, bowling pin, bowling ball, balloons string, decoration, decorations, "
            "ornament, christmas decoration, christmas decorations, bauble, baubles, christmas ball, gift, gifts, "
            "present, presents, parcel bow, hanger, hangers, clothes rail, clothes rails, rails, sprinkler, fan, "
            "ceiling fan, security camera, cctv camera, aerial, satellite dish, antenna, cone of traffic, traffic "
            "cone, traffic cones, umbrella stand, tyres, scaffold, crane hook, fountain, boxes pile, shopping, "
            "shopping carts, luggage cart, pushchair, walking stick, crutch, camera tripod, microphone, speaker, "
            "speakers, loudspeaker, loudspeakers, playground, slide, swing, swings, paddle, oar, oars, mast, tap, "
            "faucet, pin board, thread, string, zip, zipper, pocket, pockets, button of the shirt, stethoscope, iron, "
            "hair dryer"
        ),
        "place": (
            "street, road, shop, store, restaurant, corridor, room, platform, station building, crossing, crossroads, "
            "water, sea, sky, park, mall, garden, lobby, yard, footpath, car park, parking lot, bridge, balcony, upper "
            "floor, ground floor, lower floor, river, beach, square place, staircase, hallway, walkway, roadside, "
            "interior, passage, streets, roads, shops, shop interior, interior of the shop, stores, restaurants, "
            "alley, aisle, entrance area, bus station, train station, airport, petrol station, gas station, market, "
            "supermarket aisle, harbour, forest, woods, field of grass, courtyard, backyard, driveway, car parks, "
            "garage entrance, horizon, hill, hills, cliff top, sky above, pool, swimming pool, pond, lake, seaside, "
            "seafront, pier, terrace, patio, gallery, theatre, movie theatre, cinema, hotel, bank, pharmacy, café, "
            "cafe, bakery, salon, hair salon, spa, boutique, supermarket, bookstore, bookshop, museum, school, church "
            "building, university building, station, restroom, toilets, restrooms, changing room, waiting room, "
            "kitchen, bathroom, office, classroom, library, gym, court yard, food court, shopping centre, shopping "
            "mall, department store, bar counter area, pub, club, coffee shop, hotel lobby, mezzanine, escalator "
            "landing, tunnel, underpass, bowling alley, railway, railway line, tracks, roundabout, junction, "
            "intersection, pedestrian crossing, zebra crossing, cycle path, bus lane, lanes, pavement edge, gutter, "
            "shop next door, first floor, second floor, third floor, top floor, next door, town, city, village, lane, "
            "upper level, lower level, ground level, atrium"
        ),
        "cell phone": (
            "phone, phones, smartphones, mobile phone, mobile, cell phone, iphone, handset, telephone receiver"
        ),
    }
)

COLOURS = _table(
    {
        "black": "black, blackish, pitch-black, dark-coloured, jet-black, jet black, inky, ebony, coal-black",
        "white": (
            "white, whitish, snow-white, off-white, cream-white, snowy, plain white, bright white, pure white, "
            "chalk-white, ivory-white, milky"
        ),
        "grey": (
            "grey, gray, greyish, grayish, concrete, steel, dark grey, dark gray, light grey, light gray, mid-grey, "
            "slate-grey, steel-grey, ash-grey, charcoal, dark-grey, light-grey, silver-grey, silvery-grey, pale grey, "
            "smoky"
        ),
        "red": (
            "red, reddish, scarlet, crimson, bright red, dark red, red-framed, cherry, ruby, vermilion, deep red, "
            "blood-red, blood red, fire-red, light red, bright-red, dark-red, ruby-red, cherry-red, tomato-red, "
            "pillar-box red"
        ),
        "orange": (
            "orange, orange-red, red-orange, orangey, apricot, amber, copper, bright orange, dark orange, light "
            "orange, orangish, yellow-orange, orange-yellow, tangerine, peach, peach-coloured, reddish-orange, "
            "rust-coloured"
        ),
        "yellow": (
            "yellow, yellowish, lemon, mustard, bright yellow, dark yellow, light yellow, golden-yellow, "
            "bright-yellow, canary-yellow, neon yellow, fluorescent yellow, lemon-yellow"
        ),
        "green": (
            "green, greenish, dark green, light green, lime, olive, emerald, yellow-green, mint, bright green, neon "
            "green, pale green, deep green, dark-green, light-green, grass-green, forest green, olive green, lime "
            "green, lime-green, mint green, mint-green, sea-green, yellowish-green, fluorescent green, khaki green, "
            "bottle-green, moss-green, apple-green"
        ),
        "blue": (
            "blue, bluish, navy, navy blue, dark blue, light blue, sky-blue, sky blue, azure, cobalt, royal blue, pale "
            "blue, bright blue, indigo, deep blue, dark-blue, light-blue, pale-blue, royal-blue, navy-blue, electric "
            "blue, baby blue, baby-blue, midnight-blue, steel-blue, powder-blue, greyish-blue, denim-blue"
        ),
        "purple": (
            "purple, violet, lilac, lavender, mauve, plum, dark purple, light purple, purplish, pale purple, bright "
            "purple, violet-blue, aubergine, amethyst"
        ),
        "pink": (
            "pink, pinkish, magenta, rose-coloured, hot pink, fuchsia, salmon, light pink, pale pink, bright pink, "
            "hot-pink, pale-pink, light-pink, neon pink, rose-pink, rose-colored, rosy, pinkish-red, coral, coral-red"
        ),
        "brown": (
            "brown, brownish, wooden, wood, chocolate, rusty, bronze, brick-red, dark brown, light brown, oak, "
            "chestnut, tan-brown, reddish-brown, red-brown, dark-brown, light-brown, brown-red, mahogany, "
            "coffee-coloured, rust-brown, caramel, hazel, varnished wood, cardboard-coloured, oak-coloured"
        ),
        "gold": "gold, golden, brass, gold-coloured, golden-coloured, golden-brown, gilded, gilt, brassy",
        "silver": (
            "silver, silvery, metallic, metal, chrome, aluminium, shiny metal, silver-white, stainless, "
            "silver-coloured, steel-coloured, metal-coloured, stainless steel, polished steel, brushed metal, "
            "silver-grey metal"
        ),
        "turquoise": (
            "turquoise, teal, cyan, aqua, blue-green, green-blue, cyan-blue, aquamarine, teal-green, bluish-green, "
            "greenish-blue, petrol, petrol-blue"
        ),
        "cream": (
            "cream, beige, tan, ivory, sand-coloured, pale yellow, sandy, khaki, cream-coloured, off white, "
            "ivory-coloured, beige-coloured, sand, sandstone, buff, light beige, light tan, cream-colored, parchment, "
            "wheat-coloured, ecru, nude"
        ),
        "maroon": (
            "maroon, burgundy, wine-red, dark pink, brick red, oxblood, deep-red, bordeaux, wine red, wine-coloured, "
            "burgundy-red, crimson-brown"
        ),
        "dark": "dark, dim, darker, darkest, dark-colored, blackened, darkened, shadowy",
        "light": ("light, pale, lighter, faint, light-coloured, palest, whitened, pastel"),
        "colourful": (
            "colourful, colorful, multicoloured, multicolored, coloured, colored, rainbow, multi-coloured, "
            "multicolour, multi-colour, two-coloured, two-tone, three-coloured, bicoloured, rainbow-coloured, "
            "many-coloured, vari-coloured"
        ),
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
        "colourful": {
            "mixed": 1.0,
            "red": 0.3,
            "orange": 0.3,
            "yellow": 0.3,
            "green": 0.3,
            "blue": 0.3,
            "pink": 0.4,
            "purple": 0.4,
        },
    }
)

# Look of the letters. Canonical names are those of the style labels, plus thin, curved, digits, underlined, upside
# down.
LOOKS = _table(
    {
        "bold": (
            "bold, thick, heavy, boldface, fat, chunky, thick-lettered, boldly printed, in bold, "
            "heavy-set, bold-faced, thickly painted"
        ),
        "thin": (
            "thin, fine, slim, light-weight, skinny, delicate, fine-lined, thin-lined, thin-lettered, "
            "slender-lettered, hairline"
        ),
        "upper": (
            "all-caps, all caps, in all caps, uppercase, capital, upper-case, capitalised, capitalized, all-capitals, "
            "in capitals, all capitals, all-upper-case, capital-letter, in upper case, upper case, all upper case, "
            "all-uppercase, in all capitals, all in capitals, all in caps, in block capitals, in uppercase"
        ),
        "lower": (
            "lowercase, lower-case, small-letter, uncapitalised, all-lowercase, all lowercase, lower case, in lower "
            "case, in lowercase, all lower case, all in lowercase, all-lower-case"
        ),
        "slanted": (
            "slanted, slanting, tilted, italic, leaning, sloping, diagonal, angled, skewed, oblique, crooked, slanty, "
            "italics, slantwise, inclined, tilting, askew, at an angle, italicised, italicized, wonky, sloped, slant"
        ),
        "script": (
            "cursive, curly, script, handwriting-style, swirly, fancy, flowing, calligraphic, brush-style, curled, "
            "ornate, joined-up, squiggly, calligraphy, handwriting style, curvy, curlicued, swooping, looping, looped, "
            "swirling, calligraphed, brush-lettered, flowery, ornamental, elaborate, cursively written, joined up, "
            "stylised, stylized, squiggled, scripted, script-style, cursive-style"
        ),
        "handwritten": (
            "handwritten, hand-written, handwritten-looking, handwritten-style, chalk, chalked, scribbled, "
            "hand-painted, hand-lettered, scrawled, hand written, hand-drawn, hand drawn, hand-made, scratched, "
            "sketched, felt-tip, written by hand, pencilled, penned, doodled, sprayed, spray-painted, hand painted, "
            "biro, ballpoint"
        ),
        "lit": (
            "lit, glowing, illuminated, lit-up, backlit, bright, shining, luminous, glaring, light-up, brightly lit, "
            "glow, electric, lighted, lit up, light up, lighting, glow-in-the-dark, flashing, blinking, neon-lit, "
            "shiny bright, sparkling, glittering, glittery, backlighted, back-lit, lamp-lit, twinkling, brightly "
            "glowing"
        ),
        "neon": "neon, neon-style, neon tube",
        "3d": (
            "3d, raised, embossed, three-dimensional, engraved, carved, relief, etched, sculpted, protruding, shiny, "
            "chiselled, three dimensional, three-d, sticking-out, projecting, standing-out, moulded, stamped, "
            "chiseled, incised, debossed, carved-out, cast, beveled, bevelled, die-cut, raised-up, cut-out, glossy"
        ),
        "outlined": (
            "outlined, outline, contoured, hollow, framed, bordered, edged, with an outline, hollowed, boxed, circled, "
            "ringed, rimmed, open-lettered"
        ),
        "vertical": (
            "vertical, sideways, upright, stacked, rotated, vertically, turned sideways, top-to-bottom, turned on its "
            "side, on its side, side-on, written vertically, running vertically, vertical-running, bottom-to-top, "
            "upended"
        ),
        "mirrored": (
            "mirrored, backwards, reversed, reflected, mirror-image, mirror, back-to-front, in mirror writing, "
            "mirror-written, mirror-inverted, backward, in reverse, mirror writing, the wrong way round, reversed-out, "
            "laterally reversed"
        ),
        "upside down": (
            "upside-down, upside down, inverted, flipped, upturned, upside-down-written, turned over, on its head, "
            "wrong way up"
        ),
        "blurred": (
            "blurred, blurry, faded, unclear, out-of-focus, fuzzy, hazy, hard-to-read, smudged, worn, barely readable, "
            "out of focus, washed-out, washed out, weathered, illegible, unreadable, half-faded, scratched-off, "
            "peeling, weather-beaten, dirty, dusty, hard to read, pixelated, indistinct, dull"
        ),
        "cut": (
            "cut-off, cut off, cropped, partial, half-hidden, partly hidden, half hidden, hidden, covered, incomplete, "
            "truncated, partially hidden, running out of the picture, chopped, obscured, half-covered, half covered, "
            "half-visible, half visible, partly covered, partly visible, partially visible, partially covered, chopped "
            "off, chopped-off, clipped, split, halved, covered up, cut in half, partly cut off, half cut off, "
            "interrupted, broken-off"
        ),
        "curved": (
            "curved, arched, curving, bent, circular, wavy, arching, round-written, arced, bowed, curvy lettering, "
            "curled round, bent round, arch-shaped, rainbow-shaped, rounded, in an arc, arc-shaped, winding, "
            "semicircular, running round, written in a circle, circular-written"
        ),
        "underlined": "underlined, underscored, with an underline, double-underlined",
        "spaced": (
            "spaced, spaced-out, widely spaced, wide-spaced, spread-out, spread out, wide-set, letter-spaced, far "
            "apart, well-spaced"
        ),
        "serif": (
            "serif, gothic, old-fashioned, typewriter, blackletter, old-style, medieval, western-style, antique, "
            "roman, newspaper-style, vintage, retro, old fashioned"
        ),
        "printed": (
            "printed, plain, straight, typed, machine-printed, block-printed, stencilled, stenciled, stencil, simple, "
            "sans-serif, sans serif, laser-printed"
        ),
        "english": "english, latin, roman-letter, latin-script, western",
        "foreign": (
            "chinese, arabic, japanese, korean, foreign, russian, thai, hindi, greek, hebrew, tamil, asian, cyrillic, "
            "malay, hebrew-looking, indian, vietnamese, bengali, kanji, hangul, non-latin, non-english, ukrainian, "
            "turkish, urdu, persian, georgian, armenian, burmese, korean-looking, mandarin, hindi-looking, devanagari, "
            "oriental"
        ),
        "french": (
            "french, german, spanish, italian, portuguese, dutch, polish, danish, swedish, norwegian, finnish, welsh, "
            "irish, czech, hungarian, catalan, portuguese-looking, croatian, romanian, gaelic, basque"
        ),
        "digits": "numeric, numerical, number-only, all-digit",
    }
)

SIZES = _table(
    {
        "big": (
            "big, large, huge, giant, massive, enormous, great, bigger-looking, oversized, gigantic, main, prominent, "
            "eye-catching, immense, sizeable, larger-than-life, tall-lettered, mighty, supersized, jumbo, extra-large, "
            "poster-sized, very big"
        ),
        "small": (
            "small, little, tiny, mini, minuscule, smallish, fine-print, small-print, smaller-sized, teeny, "
            "teeny-tiny, wee, miniature, minute, small-sized, very small, microscopic"
        ),
        "long": "long, wide, lengthy, stretched, broad, extended, stretched-out, long-winded",
        "short": "short, brief, abbreviated, concise, shortish, stubby",
        "tall": "tall, high, slender, lofty, upright-standing, towering, tallish",
        "distant": (
            "distant, far-away, faraway, far, remote, further-away, farthest-off, distant-looking, far off, "
            "far-off, away"
        ),
        "close": "close, close-up, near, foreground, close-by, nearby, closeby, near-by",
    }
)

# Superlatives and comparatives: dimension and sign. "of two" comparatives count as superlatives among the texts they
# compare.
SUPERLATIVES = _table(
    {
        "size+": (
            "biggest, largest, bigger, larger, tallest letters, greatest, most prominent, hugest, taller, tallest, "
            "biggest-looking, bigger-sized, most visible, most striking, tallest-looking, hugest-looking, "
            "largest-looking, most eye-catching, biggest-sized, most conspicuous, highest-lettered"
        ),
        "size-": "smallest, smaller, tiniest, littlest, smallest-looking, tinier, least prominent, most tiny, minutest",
        "length+": ("longest, longer, lengthiest, lengthier, with the most letters, with the most words"),
        "length-": (
            "shortest, shorter, briefest, shorter-looking, with the fewest letters, with the fewest words, "
            "with the least letters"
        ),
        "width+": "widest, wider, broadest, broader",
        "width-": "narrowest, narrower",
        "stroke+": "boldest, thickest, bolder, thicker, heaviest, fattest, fatter, heavier, chunkiest",
        "stroke-": "thinnest, thinner, finest, lightest, slimmest, slimmer, skinniest, lighter-weight",
        "top": (
            "topmost, uppermost, highest, top-most, closest to the top, nearest the top, upper, higher, very top, top, "
            "top-left-most, very highest, the very top, top-row, upmost, highest-up, highest up, furthest up"
        ),
        "bottom": (
            "bottommost, lowest, bottom-most, closest to the bottom, nearest the bottom, closest to the bottom edge, "
            "lowermost, lower, very bottom, bottom, undermost, lowest-down, furthest down, bottom-row, lowest down, "
            "nethermost, farthest down"
        ),
        "left": (
            "leftmost, left-most, closest to the left edge, nearest the left edge, left-hand, farthest left, furthest "
            "left, lefthand, furthest to the left, far left, very left, farthest to the left, most left, further left, "
            "utmost left, far-left, extreme left, left-most-hand, outer left"
        ),
        "right": (
            "rightmost, right-most, closest to the right edge, nearest the right edge, right-hand, farthest right, "
            "furthest right, righthand, furthest to the right, far right, very right, farthest to the right, most "
            "right, further right, utmost right, far-right, extreme right, right-most-hand, outer right"
        ),
        "middle": (
            "middle, central, middlemost, centre, center, centred, centermost, innermost, centremost, mid, in-between"
        ),
        "near": (
            "closest, nearest, frontmost, foremost, nearer, closer, nearmost, most forward, nearest to us, closest to "
            "us, nearest to the camera, closest to the camera, nearest the camera, closest to the viewer"
        ),
        "far": (
            "farthest, furthest, farthest away, furthest from the camera, farthest from the camera, furthest from us, "
            "furthest away, most distant, furthest back, hindmost, farthest back, most remote, farther, further away, "
            "farther away, more distant, rearmost, backmost, further back"
        ),
        "bright+": "brightest, brighter, lightest-coloured, most brightly lit, most luminous, most vivid",
        "value+": "most expensive, dearest, priciest, most costly, dearer, more expensive",
        "value-": "cheapest, cheaper, least expensive, less expensive",
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
        "second-last": -2,
        "last but one": -2,
        "one before last": -2,
        "very last": -1,
        "very first": 1,
        "7th": 7,
        "8th": 8,
        "9th": 9,
        "10th": 10,
        "eleventh": 11,
        "twelfth": 12,
        "third-last": -3,
        "third from last": -3,
        "third last": -3,
        "third to last": -3,
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
        "eleven": 11,
        "twelve": 12,
        "a couple of": 2,
        "a pair of": 2,
        "couple of": 2,
        "pair of": 2,
        "both of": 2,
        "dozen": 12,
    }
)

# Position words in a photo or on a surface, as sets of top, bottom, left, right, middle, corner, edge.
PLACES = _table(
    {
        "top": (
            "top, upper part, upper half, upper side, up, upper area, upper edge, top edge, top half, top part, upper "
            "section, high up, very top, top side, top end, upper end, upper portion, uppermost part, top rim, upper "
            "rim, very highest part, top line of sight, summit, top section, top area, top border, upper border, top "
            "margin, upper third, top third, up top, up high, way up"
        ),
        "bottom": (
            "bottom, lower part, lower half, underside, foot, lower side, down, lower edge, bottom edge, bottom half, "
            "low, low down, lower area, lower section, very bottom, bottom part, bottom end, lower end, lower portion, "
            "lowest part, bottom rim, lower rim, bottom section, bottom area, bottom border, lower border, bottom "
            "margin, bottom side, lower third, bottom third, down below, down low, way down, very foot"
        ),
        "left": (
            "left, left side, left-hand side, left half, left edge, left part, far left, left end, left hand side, "
            "left-hand edge, very left, far left edge, far left side, left-hand end, left border, left wing, left "
            "margin, left-hand part, left portion, left section, left third, extreme left, left-most part, leftmost "
            "part, left hand edge, left-hand half, left area, far left part, left column, left-hand column, left rim"
        ),
        "right": (
            "right, right side, right-hand side, right half, right edge, right part, far right, right end, right hand "
            "side, right-hand edge, very right, far right edge, far right side, right-hand end, right border, right "
            "wing, right margin, right-hand part, right portion, right section, right third, extreme right, right-most "
            "part, rightmost part, right hand edge, right-hand half, right area, far right part, right column, "
            "right-hand column, right rim"
        ),
        "middle": (
            "middle, centre, center, central part, middle part, heart of, very middle, very centre, middle section, "
            "midst, middle area, very middle part, dead centre, middle third, exact middle, exact centre, centre part, "
            "middle portion, mid part, heart, central area"
        ),
        "top left": (
            "top left, upper left, top-left, upper-left, left top, top left corner, upper left corner, top left-hand "
            "corner, upper left-hand corner, top left part, top left edge, upper left part, upper left side, very top "
            "left, extreme top left, left upper corner, far top left, far top left corner, left-hand top corner, very "
            "top left corner, upper-left corner, top-left corner, upper left area, top left area, upper left-hand side"
        ),
        "top right": (
            "top right, upper right, top-right, upper-right, right top, top right corner, upper right corner, top "
            "right-hand corner, upper right-hand corner, far top right corner, top right part, top right edge, upper "
            "right part, upper right side, very top right, extreme top right, right upper corner, far top right, "
            "right-hand top corner, very top right corner, upper-right corner, top-right corner, upper right area, top "
            "right area, far upper right, upper right-hand side"
        ),
        "bottom left": (
            "bottom left, lower left, bottom-left, lower-left, left bottom, bottom left corner, lower left corner, "
            "bottom left-hand corner, lower left-hand corner, bottom left part, lower left part, lower left side, very "
            "bottom left, far bottom left, left lower corner, left-hand bottom corner, very bottom left corner, "
            "lower-left corner, bottom-left corner, bottom left edge, lower left area, bottom left area, far lower "
            "left, lower left-hand side"
        ),
        "bottom right": (
            "bottom right, lower right, bottom-right, lower-right, right bottom, bottom right corner, lower right "
            "corner, bottom right-hand corner, lower right-hand corner, bottom right part, lower right part, lower "
            "right side, very bottom right, far bottom right, right lower corner, right-hand bottom corner, very "
            "bottom right corner, lower-right corner, bottom-right corner, bottom right edge, lower right area, bottom "
            "right area, far bottom right corner, far lower right, lower right-hand side"
        ),
        "left corner": "left corner, left-hand corner",
        "right corner": "right corner, right-hand corner",
        "top middle": (
            "top middle, top centre, top center, upper middle, middle top, upper centre, middle of the top, "
            "top-middle, top-centre, upper-middle, centre top, centre of the top, upper centre part, middle of the top "
            "edge"
        ),
        "bottom middle": (
            "bottom middle, bottom centre, bottom center, lower middle, middle bottom, lower centre, middle of the "
            "bottom, bottom-middle, bottom-centre, lower-middle, centre bottom, centre of the bottom, middle of the "
            "bottom edge"
        ),
        "edge": "edge, side, margin, rim edge, outer edge, very edge, edges, border, fringe, rim, far edge, long edge",
        "corner": "corner",
        "end": "end, tail end, very end",
        "start": "start, beginning, very beginning",
        "front": (
            "front, foreground, front side, front part, face, very front, front half, near side, front-left, "
            "front-right"
        ),
        "back": (
            "back, background, rear, far end, far back, back side, back part, distance, backside, very back, far side, "
            "rear end, back half, rear half, back end, rear part, rear side, tail, distant background, far distance"
        ),
        "left middle": (
            "left middle, middle left, centre left, left centre, middle-left, centre-left, middle of the left side, "
            "middle of the left edge"
        ),
        "right middle": (
            "right middle, middle right, centre right, right centre, middle-right, centre-right, middle of the right "
            "side, middle of the right edge"
        ),
        "top corner": "top corner, upper corner",
        "bottom corner": "bottom corner, lower corner",
    }
)

# Nouns that name a part of a surface when "of" follows.
PARTS = _entries(
    "top, bottom, left, right, middle, top left, top right, bottom left, bottom right, left corner, right "
    "corner, top middle, bottom middle, left middle, right middle, top corner, bottom corner, edge, corner, "
    "end, start, front, back"
)

PREPOSITIONS = _table(
    {
        "on": (
            "on, onto, upon, across, along, all over, all across, stuck on, painted on, printed on, written on, at, "
            "in, inside, within, into, on top part of, around, attached to, fixed to, stuck to, tied to, taped to, "
            "pinned to, mounted on, hung on, hanging on, hanging in, in the inside of, belonging to, according to, "
            "throughout, hanging off, hung from, hanging from, suspended from, standing on, standing in, sitting on, "
            "stuck in, put on, nailed to, clipped to, screwed to, projected on, along the length of, engraved on, "
            "engraved in, carved in, carved into, embroidered on, stamped on, embossed on, stitched on, stitched onto, "
            "glued to, stickered on, tacked to, draped over, painted onto, stuck onto, printed across, out of, wrapped "
            "around, written across, running along, running across, running down, running up, going up, going down, "
            "set in, set into, set on, etched in, etched on, etched into, cut into, worked into, inscribed on, "
            "inscribed in, up on, up in, up at, up along, high on, high up on, low on, down on, down at, down along, "
            "out on, over by, up inside, running around, running round, going around, going round, stretching across, "
            "stretched across, stretching along, spread across, all along, all around, printed along, leaning on, "
            "leaning against, posted on, posted at, hanging over the front of, shown on, shown in, seen on, seen in, "
            "chalked on, round, across from the top of, down, up, cut out of, cut out in"
        ),
        "of": "of, from",
        "above": (
            "above, over, on top of, higher than, overhead of, atop, directly above, up above, topping, heading, "
            "hanging over, hanging above, up over, high above, just above, right above, immediately above, printed "
            "over, printed above, straight above, one above, up on top of, standing on top of, mounted above"
        ),
        "below": (
            "below, under, underneath, beneath, lower than, directly below, down below, directly under, directly "
            "underneath, directly beneath, straight under, just under, just below, right under, right below, right "
            "underneath, right beneath, immediately below, hanging under, hanging below, further down than, printed "
            "under, straight below, farther down than, lower down than"
        ),
        "left of": (
            "left of, to the left of, on the left of, left from, left-hand of, to left of, left "
            "to, at the left of, just left of, directly left of, immediately left of, to the "
            "immediate left of, on the left-hand side from, left hand of, further left than, straight left of, to the "
            "far left of, over to the left of, left side of the"
        ),
        "right of": (
            "right of, to the right of, on the right of, right from, right-hand of, to right of, "
            "right to, at the right of, just right of, directly right of, immediately right "
            "of, to the immediate right of, on the right-hand side from, right hand of, further right than, straight "
            "right of, to the far right of, over to the right of, right side of the"
        ),
        "beside": (
            "beside, on either side of, on both sides of, on each side of, next to, by, near, close to, besides, "
            "alongside, nearby, adjacent to, next door to, closest to, nearest to, nearest, closest, touching, "
            "against, at the side of, to the side of, neighbouring, flanking, facing, accompanying, beside of, nearest "
            "the, with next to it, right next to, just next to, directly next to, right beside, just beside, along "
            "with, right by, close by, right near, in the vicinity of, not far from, around the side of, alongside of, "
            "bordering, up against, opposite, across from, facing towards, at the level of, on a level with, level "
            "with, toward, towards, touched by, surrounded by, encircled by, followed by, pointed at by, pointed to "
            "by, in line with, nearest by, pointed out by, by the side of"
        ),
        "between": (
            "between, in between, among, amongst, in the middle of the two, amid, amidst, sandwiched between, squeezed "
            "between, right between, halfway between, in the middle between, caught between, just between"
        ),
        "behind": (
            "behind, at the back of, in back of, past, beyond, seen through, through, in the back of, from behind, "
            "right behind, just behind, directly behind, hidden behind, half hidden behind, partly hidden behind, "
            "peeking out behind"
        ),
        "in front of": (
            "in front of, at the front of, ahead of, facing the, right in front of, just in front of, directly in "
            "front of, standing in front of, across in front of"
        ),
        "after": (
            "after, following, follows, right after, coming after, comes after, that follows, directly after, "
            "immediately after, straight after, just after, followed on from, right behind the word, subsequent to, "
            "next after"
        ),
        "before": (
            "before, preceding, right before, precedes, coming before, comes before, ahead of the, directly before, "
            "immediately before, just before, straight before, prior to, in advance of, coming right before, leading "
            "up to"
        ),
        "with": (
            "with, having, featuring, including, containing, showing, shows, bearing, displaying, carrying, has, "
            "contains, holding, wearing, that has, which has, together with, bearing the, decorated with, topped with, "
            "topped by, marked with, marked by, made of, made up of, consisting of, filled with, surrounded with, "
            "covered with, covered in, full of, complete with, along with its, that contains, selling, framed by, "
            "framed in, in the shape of, shaped like, depicting, that shows, which shows"
        ),
        "without": (
            "without, lacking, except, except for, but not, not, but without, not on, apart from, other than, minus, "
            "with no, that has no, but not on, excluding"
        ),
        "worn by": (
            "worn by, held by, carried by, behind of, pushed by, worn on, being held by, held up by, being carried by, "
            "held in, pulled by, clutched by, carried on"
        ),
    }
)

# Nouns that stand for what follows "of": "a stack of boxes" are boxes.
TRANSPARENT = word_set(
    """stack pile heap bunch pair set group lot row collection couple crowd array cluster rows stacks piles groups"""
)

# Words between a noun and its preposition that carry no meaning of their own here.
PARTICIPLES = word_set(
    """written printed painted placed shown listed displayed standing sitting hanging hung fixed attached seen visible
    located mounted stuck positioned carved engraved embroidered stitched embossed stamped mentioned given found
    appearing appears running going stretching lying reading that which who is are was were being be been comes
    come coming appear stands stand's hangs sits lies runs set put there it leading made done advertised
    announced offered sold used pasted glued tucked squeezed right-angled wrapped draped parked also have
    spelled spelt spelling pinned taped tied projected drawn scrawled sprayed leaning looking you me us him see
    i can we they he she do does did to for telling getting one's posted standing-up stood asked told said
    stating reaching reaches sticking poking peeking jutting pointing facing meant where when needed chosen cut
    handwritten-out naming named-after spread laid resting floating dangling divided founded taken turning
    folded crossed-out repeated beginning-of belonging scratched etched whose am as if so then starts starting
    begins beginning ends ending enclosed held built established published"""
)

# Verbs that end a clause with an auxiliary: "what does the sign say", "which town does the arrow point to".
VERBS = word_set(
    """say says tell tells ask asks show shows give gives mention mentions promise promises advertise advertises lead
    leads point points mean means cost costs open opens close closes start starts run runs belong stand stands read
    reads warn warns announce name names sell sells offer offers forbid apply applies cover covers direct display
    feature indicate list bear bears carry call use go end warrant refer want need work works live serve make makes
    come get happen take takes stop park drive arrive depart leave leaves pay save follow bring brings allow allows
    request sing goes uses refers wants needs works lives serves makes gets drives arrives departs pays sign-off
    contain contains have has wear wears hold holds state states"""
)

# Adjectives that say nothing that can be seen in the letters or the colour of a surface; they are read and dropped.
PLAIN_ADJECTIVES = word_set(
    """hanging standing sitting walking running smiling laughing talking leaping jumping crawling sleeping flying
    climbing holding empty closed open shut folded folding closing rolled crumpled crinkled inner outer
    horizontal striped dotted spotted checked chequered plaid tiled slatted wired shuttered advertising
    promotional centered centred partly partially steeply sunlit barred frosted see-through transparent parked
    moving leafy dangling same identical similar matching other different several various few many young old
    bald blonde blond bearded tall-looking brick cardboard denim cloth fabric woollen leather electronic digital
    portable hand-held handheld mobile-style festive christmas holiday extra bare warm cosy cool sloping
    pictured visible stuck stacked-up framed-in painted carved printed crossed-out ticked left-pointing
    right-pointing up-pointing down-pointing upward downward pointing curvy crooked-looking individual single
    lone own last-mentioned actual real whole-looking decorated decorative fitted fixed mounted freestanding
    free-standing outdoor indoor outside inside roadside upstairs downstairs next nearby additional repeated
    separate double-sided crossed torn ripped wet dried frozen fresh-looking soft hard plain-looking ordinary
    normal wheeled"""
)

# Words that may be dropped anywhere.
INTENSIFIERS = word_set(
    """just right directly immediately very really quite slightly rather so too only exactly almost mostly all-over
    straight well close far extremely fairly somewhat simply merely partly also even still rightly precisely
    brightly clearly barely completely fully basically actually maybe perhaps somehow"""
)
FILLERS = word_set(
    """a an the this that these those some any its their his her my our your please really just there here"""
)
ADVERBS = word_set(
    """up down out off further farther-away alone itself themselves away together again somewhere around along across
    over there here anywhere elsewhere altogether horizontally diagonally halfway midway once twice forward onwards
    outside inside indoors outdoors instead too now today currently though"""
)

WHOLE = word_set("whole entire full complete all everything every entirety")

# Openings of commands and questions, longest first at match time; what follows is a noun phrase.
COMMANDS = _entries(
    "read, read me, read out, read aloud, read to me, read me out, read out loud, read out to me, read for me, "
    "please, can you, could you, would you, will you, can i, could i, may i, can we, let me, let us, help me, i "
    "want to, i would like to, i'd like to, i need to, i want you to, i would like you to, i am trying to, i'm "
    "trying to, i want, i need, i would like, i'd like, i am looking for, i'm looking for, looking for, i am "
    "searching for, find, find me, find out, show, show me, tell me, tell us, tell, look for, look at, locate, "
    "point to, point at, point out, search, search for, give me, give us, know, see, hear, have, where can i "
    "find, where can i see, where can i read, where is, where are, select, highlight, mark, get me, get, pick, "
    "pick out, let me know, hide, redact, cover, cover up, blur, blur out, black out, mask, remove, erase, "
    "delete, check, zoom in on, zoom to, zoom in to, do you see, can you see, is there, are there, do you know, "
    "do you have any idea, have a look at, take me to, go to, focus on, crop, copy, transcribe, translate, hi, "
    "hello, hey, ok, okay, so, well, now, excuse me, sorry, thanks, kindly, i wonder, i was wondering, "
    "identify, detect, extract, spell out, say, describe, recognise, mind reading, mind reading me, would you "
    "mind reading, would you mind reading me, would you mind telling me, what about, how about, i mean, i "
    "meant, no, yes, only, just, robot, assistant, buddy, mate, computer"
)

# Cues that the next words are the wording itself.
WORDING_CUES = word_set(
    "saying says reads say reading called named labelled marked titled entitled spelling spells spelled spelt stating"
)

# Cues that the next words are a topic which the wording may mention.
TOPIC_CUES = word_set("about mentioning mentions naming concerning regarding announcing advertising promoting")

# Things that are asked for by their number: "which platform".
NUMBERED_THINGS = word_set(
    """platform platforms gate gates lane lanes page pages bay bays terminal terminals track tracks room rooms floor
    floors door doors counter aisle aisles shelf table seat seats locker exit stall"""
)

# Words for numbers, where a text is said to be one.
NUMBER_WORDS = word_set(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand"""
)

# Words that a slip of the keyboard is corrected to; of two that fit equally well, the earlier one.
SPELLED_WORDS = _ordered(
    """black white grey orange yellow green blue purple pink brown golden silver turquoise cream maroon colour
    coloured dark light bright letter letters word words line lines text writing lettering sentence phrase
    heading headline digits digit number numbers first second third fourth fifth last final left right bottom
    middle centre corner upper lower topmost leftmost rightmost bottommost largest biggest smallest longest
    shortest highest lowest above below under underneath beneath beside behind between next after before over
    near nearest closest inside front small large little huge giant tiny long short bold thick thin capital
    capitals uppercase lowercase cursive italic slanted handwritten vertical glowing neon round square
    rectangular oval sign signboard street traffic board blackboard banner poster billboard panel plaque plate
    label sticker package bottle screen display window glass pillar column stand truck shirt jacket building
    house tower stripe paper sheet page cover fence badge circle triangle arrow logo emblem symbol price
    percentage discount phone telephone address website email title slogan message warning notice brand company
    store shop restaurant station place person woman people girl picture photo photograph image drawing entrance
    doorway door floor ceiling counter shelf table wall storefront saying starting ending written printed
    painted question exclamation please could would should which where what whose licence temperature opening
    hours destination"""
)

# Common English words that are one letter away from one of these and are no slip.
REAL_WORDS = word_set(
    """abode alter bade badged badger banger banker banned banter bard barge bedside bellow betide bland blank blight
    blow blown boar boars bottled brad braid bran brandi brandy brawn brow brows budge capita capitol closet
    closets coder coiling cold comer cornea corned cornet coroner counted cove coven covert coves covet cower
    cram creak creamy dismount draping emil entranced fenced fencer filth finale flood flour font forth frost
    glassy gloss grant greed greene greer greet growing headliner healing heaping hearing heating heaving
    heeding herding horus housed imaged insider jacked lapel lats latter lester libel lien liens lined linen
    linens liner liners linus littering littler loner loser lover marion marlon massage meddle messaged muddle
    neatest noticed novice numbed odor pace pacer packaged pager pained painter palace palate paler pamper
    parson pate pauper payer peace pearson peopled persona pester phase phoned phoney phonograph phony
    photography photon phrased pilate piper plague plated plato pleas pleased pone porter poser potter prate
    priced pricey prick pricy pride prime prince prize prone rotund sawing self sentenced shall sheaf sheen
    sheer shift shire shirk shit shoot shore shorn shorty shot shout shying sicker skeet slated slaying sleet
    slicker sliver sloan smarting smell snicker snore snort sore sort spore spying squared squire stacker staid
    stan stank stans stare staring starling starring startling starving staying stickier stickler stinker stoke
    stole stored storey stork storm strand stride strife strike striper stripy strive swaying sweet swore tabled
    tale telephoned think tithe tittle toner towed trick truce tuck udder upped waning warding wards waring
    warming warping warring whee while whine whit whiten whiter whitey whiting whore widow wold wordy world
    worlds worms wound write writhing"""
)

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
