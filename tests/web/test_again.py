"""Known pages fetched now: `khobor ingest urls --again`."""

from pathlib import Path

from etl.cli.app import main
from etl.workflows.collect import web
from tests.web.site import LoggedRequest, Reply, article


def test_a_known_page_is_fetched_again_without_a_condition(
    sites, outlets_file, settings_for, tmp_path: Path, monkeypatch, capsys
) -> None:
    def page(asked: LoggedRequest) -> Reply:
        if "If-None-Match" in asked.headers:
            return Reply(b"", 304)
        return Reply(article(1), headers={"ETag": '"a"'})

    site = sites({"/news/1": page, "/news/2": page})
    settings = settings_for(outlets_file(one={"hosts": [site.host]}))
    urls = tmp_path / "urls.txt"
    urls.write_text(f"{site.url('/news/1')}\n", "utf-8")
    web.declare_urls(settings, [urls], None, "run-1")
    assert web.fetch(settings, (), "run-1").captured == 1
    web.declare_urls(settings, [urls], None, "run-2")
    assert web.fetch(settings, (), "run-2").due == 0
    urls.write_text(f"{site.url('/news/1')}?utm_source=x\n{site.url('/news/2')}\n", "utf-8")
    found = web.declare_urls(settings, [urls], None, "run-3", is_again=True)
    assert (found.declared, found.new) == (2, 1)
    assert web.fetch(settings, (), "run-3").captured == 2
    assert "If-None-Match" not in site.asked("/news/1")[1].headers
    for name, value in (
        ("HOME", settings.home),
        ("OUTLETS", settings.outlets),
        ("CONTACT", "desk@khobor.example"),
        ("FETCH_ALLOW_PRIVATE", "127.0.0.0/8"),
        ("FETCH_DELAY_SECONDS", "0.02"),
    ):
        monkeypatch.setenv(f"KHOBOR_{name}", str(value))
    assert main(["ingest", "urls", str(urls), "--again"]) == 0
    assert "2 captured" in capsys.readouterr().out
