"""Profiles that have begun to miss, by real rows of the lake."""

from etl.workflows.doctor.finding import Level
from etl.workflows.doctor.profiles import check_profiles


def articles(lake, outlet_id, week, missed, count=20):
    for number in range(count):
        lake.article(
            f"{outlet_id}:{week}-{number}",
            valid_from=f"2025-01-{week:02} 12:00:00+06",
            warnings=["selector_missing:body"] if number < missed else ["undated"],
        )


def test_a_profile_that_has_begun_to_miss_is_found(lake):
    for week, missed in ((6, 0), (13, 1), (20, 9)):
        articles(lake, "kalbela", week, missed)
    found = list(check_profiles(lake.connection))
    assert [(item.check, item.level) for item in found] == [("profiles", Level.WARN)]
    assert "kalbela: selectors miss on 0% in the week of 2025-01-06" in found[0].text
    assert "45% in the week of 2025-01-20" in found[0].text
    assert "--outlet kalbela --since 2025-01-20" in str(found[0].remedy)


def test_profiles_that_miss_as_ever_or_on_few_pages_are_fine(lake):
    articles(lake, "samakal", 6, 5)
    articles(lake, "samakal", 13, 6)  # no more than three times as often as before
    articles(lake, "ittefaq", 6, 0)
    articles(lake, "ittefaq", 13, 3, count=5)  # too few to tell
    assert [item.level for item in check_profiles(lake.connection)] == [Level.OK]
