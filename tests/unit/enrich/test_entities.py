"""Countries, organisations, places, persons and offices in sentences written for these tests."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from etl.bangla.inflection import Case, ending_case, stems
from etl.bangla.name_spelling import is_part_of, is_same_word, name_key
from etl.enrich.article import Reference, code_article, load_reference
from etl.errors import UsageError
from etl.resources import LEXICON
from etl.schema.records import Article, Page
from etl.schema.vocabulary import EntityKind, PageKind


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(LEXICON)


def code(reference: Reference, *paragraphs: str, title: str = "শিরোনাম") -> Article:
    return code_article(
        Page(kind=PageKind.ARTICLE, outlet_id="kalbela", title=title, paragraphs=paragraphs),
        reference,
    )


def countries(article: Article) -> list[str | None]:
    return [m.iso_code for m in article.mentions if m.kind is EntityKind.COUNTRY]


def places(article: Article) -> list[str]:
    return [
        m.entity_id.removeprefix("place:") for m in article.mentions if m.kind is EntityKind.PLACE
    ]


def persons(article: Article) -> list[str]:
    return [m.name_bn for m in article.mentions if m.kind is EntityKind.PERSON]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ইরানের সঙ্গে কথা হয়েছে।", ["IR"]),
        ("ইরানকে চিঠি দেওয়া হয়।", ["IR"]),
        ("রাশিয়ায় বরফ পড়ছে।", ["RU"]),
        ("পাকিস্তানভিত্তিক একটি দল এসেছে।", ["PK"]),
        ("মার্কিন কর্মকর্তারা আসছেন।", ["US"]),
        ("রুশ ও চীনা প্রতিনিধিরা বসেছেন।", ["RU", "CN"]),
        ("ইসরায়েল, ইসরাইল ও ইজরায়েল একই দেশ।", ["IL"]),
        ("ক্রেমলিন নীরব, হোয়াইট হাউসও।", ["RU", "US"]),
        ("মস্কোয় ঠান্ডা, বেইজিংয়ে গরম।", ["RU", "CN"]),
        ("গাজায় ত্রাণ পৌঁছেছে।", ["PS"]),
        ("ইংল্যান্ডের একটি শহর।", ["GB"]),
        ("হংকংয়ের বাজার চাঙ্গা।", ["HK"]),
        ("উত্তর কোরিয়ার পাশে দক্ষিণ কোরিয়া।", ["KP", "KR"]),
        ("দক্ষিণ সুদানে বন্যা।", ["SS"]),
    ],
)
def test_a_country_is_read_in_every_form(
    reference: Reference, text: str, expected: list[str]
) -> None:
    assert countries(code(reference, text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ভারত মহাসাগরে একটি জাহাজ ডুবেছে।",
        "ভারতীয় মহাসাগরে ঢেউ উঠেছে।",
        "দক্ষিণ চীন সাগরে মহড়া হয়েছে।",
        "আকাশে চাঁদ উঠেছে।",
        "চাদর গায়ে দিয়ে বসে আছেন।",
        "কানাডা স্ট্রিটে আগুন লেগেছে।",
        "জর্জিয়া অঙ্গরাজ্যে ভোট হয়েছে।",
        "জর্জিয়ায় ভোট গোনা হচ্ছে, আটলান্টায় ভিড়।",
        "দাম ছিল দশ হাজার মার্কিন ডলার।",
        "একশ রান পেরুতেই তারা থেমে যায়।",
        "লাতিন আমেরিকায় বৃষ্টি হয়েছে।",
        "ওয়েস্ট ইন্ডিজ দল এসেছে।",
        "ভয়েস অব আমেরিকা ও হিন্দুস্তান টাইমস পড়েন তিনি।",
        "জাপান টাইমস নামে একটি কাগজ আছে।",
        "চীনা বাদাম বিক্রি হচ্ছে।",
        "মো. রিয়াদ নামে এক যুবক এসেছেন।",
        "বাজারে মাল্টার কেজি তিনশ টাকা।",
        "তাকে ডাকার পর তিনি আসেন।",
        "নিউ সাউথ ওয়েলসে দাবানল।",
        "কানাডা অ্যাভিনিউতে দোকান খুলেছে।",
        "চাদের আলো এসে পড়েছে উঠানে।",
        "নাইজার নদীতে নৌকা ডুবেছে।",
        "সবাইকে এক কাতারে দাঁড়াতে হবে।",
        "দুই কেজি গাজা ও ৩০টি ইয়াবা পাওয়া গেছে।",
        "ডাকসু নেতা এবি জুবায়ের কথা বলেন।",
        "ঘন কুয়াশায় ঢাকা পড়েছে চারদিক।",
        "সান্তিয়াগো বার্নাব্যুতে জিতেছে রিয়াল মাদ্রিদ।",
        "নিউইয়র্কের জ্যামাইকায় পিঠা উৎসব হয়েছে।",
        "প্লাস্টার অব প্যারিস দিয়ে মূর্তি গড়া হয়।",
    ],
)
def test_a_false_friend_is_no_country(reference: Reference, text: str) -> None:
    assert countries(code(reference, text)) == []


def test_niger_and_nigeria_are_two_countries(reference: Reference) -> None:
    article = code(reference, "নাইজারের সীমান্ত পেরিয়ে নাইজেরিয়ায় ঢুকেছে তারা।")
    assert countries(article) == ["NE", "NG"]


@pytest.mark.parametrize(
    "medium",
    [
        "অল ইন্ডিয়া রেডিও",
        "টাইমস অব ইন্ডিয়া",
        "রেডিও তেহরান",
        "ডেইলি পাকিস্তান",
        "রাশিয়া টুডে",
        "চায়না ডেইলি",
        "বাংলাদেশ প্রতিদিন",
        "বাংলাদেশ বেতার",
        "ফ্রান্স টোয়েন্টিফোর",
        "এজেন্স ফ্রান্স প্রেস",
        "ইন্ডিয়ান এক্সপ্রেস",
        "কাঠমান্ডু পোস্ট",
        "নিউইয়র্ক টাইমস",
        "ওয়াশিংটন এক্সামিনার",
    ],
)
def test_a_country_in_the_name_of_a_medium_is_none(reference: Reference, medium: str) -> None:
    article = code(reference, f"এ খবর দিয়েছে {medium}।", f"{medium} জানিয়েছে, বৃষ্টি হয়েছে।")
    assert countries(article) == places(article) == []


def test_the_moon_is_not_chad(reference: Reference) -> None:
    assert countries(code(reference, "চাঁদের আলোয় চাঁদপুরে লঞ্চ ভিড়েছে।")) == []
    assert countries(code(reference, "চাদের প্রেসিডেন্ট সুদানে গেছেন।")) == ["TD", "SD"]


def test_georgia_in_the_united_states_and_in_the_caucasus(reference: Reference) -> None:
    assert countries(code(reference, "যুক্তরাষ্ট্রের জর্জিয়ায় স্কুলে গুলি হয়েছে।")) == ["US"]
    article = code(reference, "জর্জিয়ায় ফ্লোরিডার এক পর্যটক, তিবলিসিতে বিক্ষোভ।")
    assert countries(article) == ["GE"]
    state = code(reference, "জর্জিয়া অঙ্গরাজ্যে ভোট হয়েছে।")
    assert places(state) == ["georgia_us"]


def test_the_state_of_georgia_does_not_hide_the_country(reference: Reference) -> None:
    assert countries(code(reference, "জর্জিয়ার রাজধানী তিবলিসিতে বৈঠক।")) == ["GE"]


def test_a_mention_keeps_its_evidence(reference: Reference) -> None:
    article = code(reference, "নেপালকে ধন্যবাদ। নেপালের পাশে আছি।", title="নেপালে বৈঠক")
    mention = next(m for m in article.mentions if m.entity_id == "country:NP")
    assert (mention.count, mention.first_position, mention.is_in_title) == (3, 0, True)
    assert (mention.evidence, mention.name_en) == ("নেপালে", "Nepal")


def test_captions_teasers_and_sign_offs_do_not_count(reference: Reference) -> None:
    page = Page(
        kind=PageKind.ARTICLE,
        title="শিরোনাম",
        paragraphs=("নেপালে বৃষ্টি। আরও পড়ুন: চীনে ভূমিকম্প", "রাস্তা বন্ধ। ঢাকা/রহিম/করিম"),
        captions=("জাপানের একটি মন্দির",),
    )
    assert countries(code_article(page, reference)) == ["NP"]


def test_organisations_and_places_have_ids(reference: Reference) -> None:
    article = code(reference, "জাতিসংঘের দল কক্সবাজারে গেছে।")
    ids = {mention.entity_id for mention in article.mentions}
    assert {"organisation:un", "place:cox_s_bazar"} <= ids


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("কুমিল্লার মুরাদনগরে আগুন লেগেছে।", ["cumilla", "muradnagar_cumilla"]),
        ("মুরাদনগর উপজেলায় আগুন লেগেছে।", ["muradnagar_cumilla"]),
        ("মুরাদনগরে আগুন লেগেছে।", []),  # no district, no উপজেলা: it may be a village
        ("টেকনাফে নৌকা ডুবেছে।", ["teknaf_cox_s_bazar"]),
        ("গাজীপুরের কালীগঞ্জে আগুন।", ["gazipur", "kaliganj_gazipur"]),
        ("ঝিনাইদহ জেলার কালীগঞ্জ উপজেলা।", ["jhenaidah", "kaliganj_jhenaidah"]),
        ("কালীগঞ্জ উপজেলায় আগুন।", []),  # three upazilas are called so
        ("ফরিদপুরের ভাঙ্গায় দুর্ঘটনা।", ["faridpur", "bhanga_faridpur"]),
        ("ভাঙা সেতু সারানো হয়নি, ফরিদপুর দূরে।", ["faridpur"]),
        ("তালা (সাতক্ষীরা) প্রতিনিধি জানান।", ["tala_satkhira", "satkhira"]),
        ("তালা ভেঙে ঘরে ঢোকেন সাতক্ষীরার এক যুবক।", ["satkhira"]),
        ("দিনাজপুরের বিরলে ধান কাটা।", ["dinajpur", "birol_dinajpur"]),
        ("চট্টগ্রামে আনোয়ারা বেগম মারা গেছেন।", ["chattogram"]),
        ("নারায়ণগঞ্জের বন্দর থানায় মামলা।", ["narayanganj", "bandar_narayanganj"]),
        ("চট্টগ্রাম বন্দরে জাহাজ।", ["chattogram"]),
        ("সদর উপজেলায় দুর্ঘটনা।", []),
        ("ফেনী সদর উপজেলায় দুর্ঘটনা।", ["feni_sadar"]),
        ("ফেনী সদর হাসপাতালে ভর্তি।", ["feni"]),
        ("কুষ্টিয়ার মিরপুরে আগুন।", ["kushtia", "mirpur_kushtia"]),
        ("রাজধানীর মিরপুরে আগুন।", ["mirpur"]),
        ("পাবনার ফরিদপুর উপজেলায় হাট।", ["pabna", "faridpur_pabna"]),
        ("কোটালিপাড়ায় সভা।", ["kotalipara_gopalganj"]),
        ("উত্তরা ব্যাংক লভ্যাংশ দেবে।", []),
        ("শান্তির পায়রা উড়িয়ে উদ্বোধন।", []),
        ("মায়ের কথা ভোলা যায় না।", []),
        ("ভোলায় লঞ্চ ডুবেছে।", ["bhola"]),
        ("আন্দালিব রহমান পার্থ এসেছেন।", []),
        ("পার্থে খেলা হবে।", ["perth"]),
        ("মস্কোয় বরফ পড়ছে।", ["moscow"]),
        ("রাজধানী সানায় হামলা হয়েছে।", ["sanaa"]),
        ("সানা এসেছেন।", []),
    ],
)
def test_a_place_counts_where_the_text_shows_it(
    reference: Reference, text: str, expected: list[str]
) -> None:
    assert places(code(reference, text)) == expected


def test_of_places_of_one_name_the_district_named_last_decides(reference: Reference) -> None:
    article = code(reference, "লালমনিরহাট ও গাজীপুর দুই জেলা।", "পরে কালীগঞ্জ উপজেলায় সভা হয়।")
    assert "kaliganj_gazipur" in places(article)


def test_teams_are_no_places(reference: Reference) -> None:
    match = "ম্যাচে রান তাড়ায় উইকেট হারায় দলটি, লিগের ম্যাচে গোল হয়নি।"
    league = code(reference, f"বিপিএলে রংপুরকে হারিয়েছে নোয়াখালী। সিলেটে খেলা হয়। {match}")
    assert places(league) == ["sylhet"]
    assert places(code(reference, f"ফুটবল লিগে লিভারপুল হেরেছে। {match}")) == []
    assert places(code(reference, "লিভারপুলে জাহাজ নির্মাণ হয়।")) == ["liverpool"]
    assert places(code(reference, "খুলনা টাইগার্স জিতেছে।")) == []


def test_a_place_has_its_kind_country_district_and_coordinates(reference: Reference) -> None:
    article = code(reference, "কুমিল্লার দেবিদ্বার থেকে করাচিতে গেছেন তিনি।")
    facts = {m.entity_id: m.place for m in article.mentions}
    upazila, city = facts["place:debidwar_cumilla"], facts["place:karachi"]
    assert upazila is not None
    assert city is not None
    assert (upazila.kind, upazila.country_code, upazila.district_id) == ("upazila", "BD", "cumilla")
    assert (upazila.latitude, upazila.longitude) == pytest.approx((23.6, 91.0), abs=0.1)
    assert (city.kind, city.country_code, city.district_id) == ("city", "PK", None)


def test_the_table_of_places_is_whole() -> None:
    with (LEXICON / "places.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = Counter(row["place_kind"] for row in rows)
    assert kinds["division"] == 8
    assert kinds["division"] + kinds["district"] == 64  # eight districts bear a division's name
    assert kinds["upazila"] == 495
    zillas = {row["place_id"]: row for row in rows if row["place_kind"] in ("division", "district")}
    for row in rows:
        if row["place_kind"] == "upazila":
            home = zillas[row["district_id"]]
            # No upazila lies farther from its district's town than a district is long.
            assert abs(float(row["latitude"]) - float(home["latitude"])) < 0.8, row
            assert abs(float(row["longitude"]) - float(home["longitude"])) < 0.8, row


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("প্রধানমন্ত্রী কামরুল হাসান বলেন, কাজ চলছে।", ["কামরুল হাসান"]),
        ("বেগম রোকেয়া সুলতানার সঙ্গে দেখা হয়।", ["রোকেয়া সুলতানা"]),
        ("মেজর জেনারেল (অব.) আব্দুল করিমকে ডাকা হয়।", ["আব্দুল করিম"]),
        ("মো. জহিরুল ইসলাম ও শেখ নাসরিন আক্তার আসেন।", ["মো. জহিরুল ইসলাম", "শেখ নাসরিন আক্তার"]),
        ("এস. এম. শফিকুর রহমানসহ অনেকে ছিলেন।", ["এস. এম. শফিকুর রহমান"]),
        ("শফিকুর রহমান রোডে পানি জমেছে।", []),
        ("মুশফিকুর রহিম আর হাবিবুর রহমান এসেছেন।", ["মুশফিকুর রহিম", "হাবিবুর রহমান"]),
        ("শেখ হাসিনা সরকারের পতন হয়।", ["শেখ হাসিনা"]),
        ("কনে মেহেদি পরেন।", []),
        ("মিজ শারমিন আক্তার বলেন, কাজ চলছে।", ["শারমিন আক্তার"]),
        ("সরকার একটি মিত্র দেশকে চিঠি দেয়।", []),
    ],
)
def test_a_name_ends_where_it_ends(reference: Reference, text: str, expected: list[str]) -> None:
    assert persons(code(reference, text)) == expected


def test_shorter_forms_join_the_longest(reference: Reference) -> None:
    article = code(
        reference,
        "জেনারেল মোহাম্মদ হোসেইন বাকেরি এসেছেন। বাঘেরি জানান, কাজ চলছে। জেনারেল বাকেরির সঙ্গে দল ছিল।",
    )
    assert persons(article) == ["মোহাম্মদ হোসেইন বাকেরি"]


def test_a_leader_keeps_one_id_whatever_the_spelling(reference: Reference) -> None:
    for name in ("নরেন্দ্র মোদি", "মোদী"):
        article = code(reference, f"ভারতের প্রধানমন্ত্রী {name} ভাষণ দেন।")
        assert "person:নরেন্দ্র মোদি" in {m.entity_id for m in article.mentions}


def test_one_leader_is_not_another(reference: Reference) -> None:
    article = code(reference, "কিম জং উন ও কিম ইয়ো জং, হুন সেন ও হুন মানেত এসেছেন।")
    assert len([m for m in article.mentions if m.kind is EntityKind.PERSON]) == 4


def test_a_person_has_one_id_in_all_articles(reference: Reference) -> None:
    ids = {
        mention.entity_id
        for name in (
            "মোহাম্মদ হোসেইন বাকেরি",
            "মোহাম্মাদ হোসেইন বাঘেরি",
            "মুহাম্মদ হোসেইন বাকেরী",
            "হোসেইন বাকেরি",
        )
        for mention in code(reference, f"ইরানের জেনারেল {name} এসেছেন।").mentions
        if mention.kind is EntityKind.PERSON
    }
    assert len(ids) == 1


def test_names_of_two_words_keep_both() -> None:
    assert name_key("মো. করিম") != name_key("করিম")
    assert name_key("মো. জহিরুল ইসলাম") == name_key("জহিরুল ইসলাম")


def test_an_abbreviation_means_what_its_text_is_about(reference: Reference) -> None:
    def organisations(text: str) -> list[str]:
        return [
            mention.entity_id
            for mention in code(reference, text).mentions
            if mention.kind is EntityKind.ORGANISATION
        ]

    warrant = "নেতাটির বিরুদ্ধে গ্রেপ্তারি পরোয়ানা জারি করেছে আইসিসি।"
    assert organisations(warrant) == ["organisation:icc"]
    assert organisations("আইসিসির চেয়ারম্যান মাঠে এসেছেন।") == ["organisation:icc_cricket"]


def test_offices_are_entities(reference: Reference) -> None:
    article = code(reference, "নেপালের পররাষ্ট্রমন্ত্রী এসেছেন।")
    assert "office:foreign_minister" in {m.entity_id for m in article.mentions}


def test_endings_follow_the_last_letter() -> None:
    assert ending_case("ইরান", "ের") is Case.GENITIVE
    assert ending_case("চাদ", "র") is None
    assert stems("সুলতানাকে")[0] == ("সুলতানা", Case.OBJECTIVE)


def test_spellings_of_a_name_are_one() -> None:
    assert is_same_word("বাকেরি", "বাঘেরি")
    assert not is_same_word("রাম", "রাজ")
    assert is_part_of(("বাঘেরি",), ("মোহাম্মদ", "হোসেইন", "বাকেরি"))


def test_the_same_page_gives_the_same_rows(reference: Reference) -> None:
    text = "নেপালের প্রেসিডেন্ট রাম বাহাদুর থাপা চীনের সঙ্গে বৈঠক করেছেন। খবর রয়টার্সের।"
    assert code(reference, text) == code(load_reference(LEXICON), text)


def copy_tables(folder: Path) -> None:
    for table in LEXICON.glob("*.csv"):
        (folder / table.name).write_bytes(table.read_bytes())


def test_a_broken_table_is_named_with_its_line(tmp_path: Path) -> None:
    copy_tables(tmp_path)
    with (tmp_path / "countries.csv").open("a", encoding="utf-8") as file:
        file.write("Nepal,নেপাল,Nepal,,,,,unrecorded\n")
    with pytest.raises(UsageError, match=r"countries\.csv, line 252: 'Nepal'"):
        load_reference(tmp_path)


def test_a_row_of_wrong_width_is_named_with_its_line(tmp_path: Path) -> None:
    copy_tables(tmp_path)
    (tmp_path / "media_words.csv").write_text("word,position,source\nটাইমস\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"media_words\.csv, line 2: 1 cells instead of 3"):
        load_reference(tmp_path)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"countries\.csv is missing"):
        load_reference(tmp_path)


def test_an_event_category_must_exist(tmp_path: Path) -> None:
    copy_tables(tmp_path)
    with (tmp_path / "event_phrases.csv").open("a", encoding="utf-8") as file:
        file.write("চা পান,TEA,with,0.5,unrecorded\n")
    with pytest.raises(UsageError, match=r"event_phrases\.csv, line \d+: 'TEA'"):
        load_reference(tmp_path)
