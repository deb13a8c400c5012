"""The dimensions of `core`, each table declared once."""

from etl.schema import vocabulary
from etl.schema.model import Column, Table, Type
from etl.schema.vocabulary import values

S, N = Type.STRING, Type.INTEGER

DIM_OUTLET = Table(
    "core",
    "dim_outlet",
    "One outlet.",
    ("outlet_id",),
    (
        Column("outlet_id", S, "Short name in `seeds/outlets.yml`, or the host."),
        Column("name_bn", S, "Name in Bangla.", null=None),
        Column("name_en", S, "Name in English, or the host."),
        Column("hosts", Type.STRINGS, "Hosts it publishes under."),
        Column("language", S, "ISO 639-1 code.", null=None),
        Column("timezone", S, "Zone of the times it prints."),
    ),
    inlined=True,
)

DIM_SECTION = Table(
    "core",
    "dim_section",
    "One section of one outlet, as its breadcrumb names it.",
    ("section_id",),
    (
        Column("section_id", S, "Outlet and path (`kalbela:বিশ্ব > এশিয়া`)."),
        Column("outlet_id", S, "`core.dim_outlet`."),
        Column("section", S, "The breadcrumb after the home page, levels joined by ` > `."),
        Column("top_section", S, "Its first level."),
    ),
    inlined=True,
)

DIM_BYLINE = Table(
    "core",
    "dim_byline",
    "One byline of one outlet, as printed.",
    ("byline_id",),
    (
        Column("byline_id", S, "Outlet and byline (`kalbela:কালবেলা ডেস্ক`)."),
        Column("outlet_id", S, "`core.dim_outlet`."),
        Column("byline", S, "The byline as printed."),
        Column("byline_kind", S, "Who it names.", values=("desk", "agency", "person")),
    ),
    inlined=True,
)

DIM_ENTITY = Table(
    "core",
    "dim_entity",
    "One entity that articles mention.",
    ("entity_id",),
    (
        Column(
            "entity_id",
            S,
            "Kind and code (`country:IR`, `place:karachi`); for persons the name with spellings "
            "folded, or that of `seeds/lexicon/leaders.csv` (`person:আসিম মুনির`).",
        ),
        Column("entity_kind", S, "What it is.", values=values(vocabulary.EntityKind)),
        Column("name_bn", S, "Name in Bangla; of a person's spellings the one that sorts first."),
        Column("name_en", S, "Name in English.", null=None),
        Column("iso_code", S, "ISO 3166 alpha-2 code, for countries.", null=None),
        Column(
            "place_kind",
            S,
            "What kind of place.",
            null=None,
            values=values(vocabulary.PlaceKind),
        ),
        Column("country_code", S, "ISO 3166 code of the country a place lies in.", null=None),
        Column(
            "district_entity_id",
            S,
            "`entity_id` of the district a place of Bangladesh lies in.",
            null=None,
        ),
        Column(
            "latitude",
            Type.FLOAT,
            "Degrees north, for places: a town's centre, an area's middle.",
            null=None,
            minimum=-90,
            maximum=90,
        ),
        Column(
            "longitude",
            Type.FLOAT,
            "Degrees east, for places.",
            null=None,
            minimum=-180,
            maximum=180,
        ),
    ),
    inlined=True,
)

DIM_SOURCE = Table(
    "core",
    "dim_source",
    "One news source that articles credit.",
    ("source_id",),
    (
        Column("source_id", S, "Short name in `seeds/lexicon/sources.csv`, or the folded name."),
        Column("name_bn", S, "Name in Bangla."),
        Column("name_en", S, "Name in English.", null=None),
        Column(
            "source_kind",
            S,
            "What it is.",
            values=("agency", "paper", "broadcaster", "institute", "ministry", "other"),
        ),
    ),
    inlined=True,
)

DIM_DATE = Table(
    "core",
    "dim_date",
    "One day, with the Bangla calendar of Bangladesh.",
    ("date",),
    (
        Column("date", Type.DATE, "The day."),
        Column("year", N, "Gregorian year."),
        Column("month", N, "Gregorian month.", minimum=1, maximum=12),
        Column("day", N, "Day of the month.", minimum=1, maximum=31),
        Column("month_name_bn", S, "Gregorian month in Bangla (`জানুয়ারি`)."),
        Column("iso_weekday", N, "1 Monday to 7 Sunday.", minimum=1, maximum=7),
        Column("weekday_name_bn", S, "Weekday in Bangla."),
        Column("bangla_year", N, "Year of the Bangla calendar."),
        Column("bangla_month", N, "Month of the Bangla calendar.", minimum=1, maximum=12),
        Column("bangla_day", N, "Day of that month.", minimum=1, maximum=31),
        Column("bangla_month_name", S, "Its name (`বৈশাখ`)."),
        Column("bangla_season_name", S, "Its season (`গ্রীষ্ম`)."),
        Column("is_weekend", Type.BOOLEAN, "Friday or Saturday, Bangladesh's weekend."),
        Column("is_holiday", Type.BOOLEAN, "A public holiday of fixed date."),
        Column("holiday_name_bn", S, "Its name.", null=None),
    ),
)
