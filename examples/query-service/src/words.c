#include "words.h"

static const char *const first_names_list[] = {
    "Amara", "Bruno", "Chloe", "Dmitri", "Elena", "Farid", "Greta", "Hiroshi", "Imani", "Jonas", "Katya", "Luca",
    "Mei", "Nadia", "Omar", "Priya", "Quentin", "Rosa", "Stefan", "Tara", "Ulrich", "Vera", "Wanda", "Xavier",
    "Yusuf", "Zofia", "Anton", "Beatriz", "Casper", "Dalia", "Emil", "Freya", "Goran", "Helga", "Ivan", "Jasmin",
    "Kofi", "Leila", "Mateo", "Nora", "Otto", "Petra", "Rafael", "Sanna", "Tomas", "Uma", "Viktor", "Willa", "Yara",
    "Zane",
};
const struct words first_names = {first_names_list, sizeof first_names_list / sizeof *first_names_list};

static const char *const last_names_list[] = {
    "Abara", "Bergstrom", "Castellano", "Dvorak", "Eriksen", "Fontaine", "Gallagher", "Haddad", "Ibrahim",
    "Jankowski", "Kovacs", "Lindqvist", "Moreau", "Nakamura", "Okafor", "Petrov", "Quispe", "Rossi", "Schneider",
    "Takahashi", "Ueda", "Vandenberg", "Weatherby", "Xu", "Yilmaz", "Zielinski", "Almeida", "Bianchi", "Cohen",
    "Dimitrov", "Engel", "Ferreira", "Grimaldi", "Horvath", "Ivanova", "Jensen", "Keller", "Lombardi", "Mbeki",
    "Novak", "Oduya", "Pereira", "Rahman", "Svensson", "Thorne", "Urbina", "Vasquez", "Winters", "Yamada",
    "Zimmerman",
};
const struct words last_names = {last_names_list, sizeof last_names_list / sizeof *last_names_list};

static const char *const cities_list[] = {
    "Aarhus", "Bergen", "Cardiff", "Dresden", "Eindhoven", "Florence", "Ghent", "Helsinki", "Innsbruck", "Jena",
    "Krakow", "Lyon", "Malmo", "Nantes", "Oporto", "Prague", "Rotterdam", "Seville", "Turin", "Uppsala", "Valencia",
    "Warsaw", "Ypres", "Zagreb",
};
const struct words cities = {cities_list, sizeof cities_list / sizeof *cities_list};

static const char *const countries_list[] = {
    "DE", "FR", "NL", "SE", "PL", "IT", "ES", "DK", "PT", "CZ",
};
const struct words countries = {countries_list, sizeof countries_list / sizeof *countries_list};

static const char *const tiers_list[] = {
    "standard", "standard", "standard", "standard", "silver", "silver", "gold", "platinum",
};
const struct words tiers = {tiers_list, sizeof tiers_list / sizeof *tiers_list};

static const char *const statuses_list[] = {
    "delivered", "delivered", "delivered", "delivered", "shipped", "shipped", "packed", "open", "cancelled",
    "returned",
};
const struct words statuses = {statuses_list, sizeof statuses_list / sizeof *statuses_list};

static const char *const companies_list[] = {
    "Northwind", "Bluecrest", "Ironvale", "Fairhaven", "Oakfield", "Stonebridge", "Riverbend", "Larkspur",
    "Greymoor", "Westbrook", "Highgate", "Ashdown", "Millbrook", "Eastmarch", "Copperfield", "Whitlock", "Redfern",
    "Silverlake", "Thornbury", "Kingsley",
};
const struct words companies = {companies_list, sizeof companies_list / sizeof *companies_list};

static const char *const qualities_list[] = {
    "Compact", "Heavy", "Folding", "Adjustable", "Insulated", "Waterproof", "Cordless", "Precision", "Classic",
    "Modular", "Portable", "Reinforced", "Quiet", "Padded", "Magnetic", "Rugged", "Slim", "Extendable", "Angled",
    "Polished", "Tempered", "Vintage", "Breathable", "Stackable",
};
const struct words qualities = {qualities_list, sizeof qualities_list / sizeof *qualities_list};

static const char *const materials_list[] = {
    "Steel", "Brass", "Copper", "Oak", "Walnut", "Bamboo", "Leather", "Canvas", "Wool", "Cotton", "Linen",
    "Ceramic", "Glass", "Granite", "Aluminium", "Titanium", "Nylon", "Rubber", "Cork", "Silicone", "Carbon",
    "Marble", "Pine", "Felt",
};
const struct words materials = {materials_list, sizeof materials_list / sizeof *materials_list};

static const char *const things_list[] = {
    "Wrench", "Hammer", "Ladder", "Lantern", "Kettle", "Skillet", "Teapot", "Backpack", "Tent", "Bottle", "Jacket",
    "Gloves", "Boots", "Helmet", "Saddle", "Pump", "Chair", "Table", "Shelf", "Lamp", "Rug", "Blanket", "Pillow",
    "Mirror", "Clock", "Notebook", "Pen", "Easel", "Brush", "Drill", "Saw", "Chisel", "Clamp", "Plane", "Vice",
    "Spade", "Rake", "Hose", "Planter", "Trellis", "Basket", "Tray", "Bowl", "Platter", "Mug", "Grinder", "Whisk",
    "Ladle",
};
const struct words things = {things_list, sizeof things_list / sizeof *things_list};

static const char *const category_titles_list[] = {
    "Hand tools", "Power tools", "Garden", "Camping", "Cycling", "Kitchen", "Tableware", "Furniture", "Lighting",
    "Textiles", "Stationery", "Painting", "Storage", "Footwear", "Outerwear", "Climbing", "Fishing", "Workshop",
    "Bathroom", "Bedroom", "Office", "Travel", "Baking", "Coffee", "Tea", "Games", "Music", "Decoration", "Fitness",
    "Plumbing", "Electrical", "Fastenings", "Adhesives", "Measuring", "Safety", "Cleaning", "Laundry", "Pets",
    "Toys", "Books",
};
const struct words category_titles = {category_titles_list, sizeof category_titles_list / sizeof *category_titles_list};

static const char *const description_words_list[] = {
    "durable", "handle", "grip", "everyday", "balanced", "weight", "surface", "finish", "design", "comfortable",
    "smooth", "storage", "outdoor", "indoor", "weatherproof", "lasting", "edge", "blade", "frame", "joint", "hinge",
    "lock", "spring", "clip", "strap", "buckle", "pocket", "lining", "cushion", "seat", "support", "base", "stand",
    "mount", "bracket", "screw", "bolt", "panel", "drawer", "lid", "cover", "seal", "valve", "nozzle", "spout",
    "filter", "mesh", "rim", "rack", "hook", "rail", "wheel", "axle", "bearing", "chain", "gear", "lever", "switch",
    "button", "dial", "gauge", "scale", "marking", "ruler", "guide", "template", "pattern", "texture", "colour",
    "matte", "gloss", "natural", "coated", "treated", "woven", "stitched", "moulded", "forged", "cast", "machined",
    "turned", "ground", "honed", "brushed", "oiled", "waxed", "painted", "lacquered", "engraved", "printed",
    "folded", "nested", "hanging", "standing", "resistant", "rust", "heat", "cold", "scratch", "stain", "shock",
    "splash", "slip", "dust", "noise", "flame", "wear", "impact", "pressure", "corrosion", "moisture", "gentle",
    "sturdy", "flexible", "rigid", "lightweight", "generous", "narrow", "wide", "deep", "shallow", "tall", "short",
    "large", "small", "medium", "family", "workshop", "kitchen", "garden", "trail", "summit", "harbour", "studio",
    "bench", "desk", "bedside", "hallway", "balcony", "terrace", "cellar", "attic", "garage", "caravan", "boat",
    "summer", "winter", "spring", "autumn", "morning", "evening", "weekend", "holiday", "picnic", "journey",
    "commute", "repair", "assembly", "maintenance", "cleaning", "cooking", "baking", "brewing", "planting",
    "pruning", "painting", "sketching", "writing", "reading", "climbing", "hiking", "riding", "paddling", "fishing",
    "camping", "sleeping", "resting", "warranty", "spare", "replacement", "included", "optional", "matching",
    "complete", "professional", "beginner", "certified", "tested", "inspected", "recycled", "renewable",
    "reclaimed", "sustainable", "local", "traditional", "modern", "minimal", "elegant", "practical", "reliable",
    "versatile", "efficient", "precise", "powerful", "silent", "bright", "warm", "cool", "soft", "firm",
};
const struct words description_words = {description_words_list, sizeof description_words_list / sizeof *description_words_list};

static const char *const comment_words_list[] = {
    "works", "great", "arrived", "quickly", "exactly", "as", "described", "would", "buy", "again", "solid", "build",
    "slightly", "heavier", "than", "expected", "good", "value", "my", "neighbour", "loves", "it", "the", "box",
    "was", "damaged", "but", "fine", "inside", "instructions", "could", "be", "clearer", "after", "two", "months",
    "still", "perfect", "colour", "differs", "a", "little", "from", "the", "picture", "returned", "the", "first",
    "one", "second", "is", "better", "very", "happy", "with", "this", "not", "sure", "about", "the", "handle",
    "perfect", "gift", "for", "my", "brother",
};
const struct words comment_words = {comment_words_list, sizeof comment_words_list / sizeof *comment_words_list};
