from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stash_sense.core.identity.address import parse_address
from stash_sense.core.identity.urls import Identity, endpoint_host, identify

UUID = "0d5fb04e-733f-42c5-967e-d2e6ef17d456"


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        (f"https://stashdb.org/performers/{UUID}", f"box:stashdb.org:{UUID}"),
        (f"https://fansdb.cc/performers/{UUID.upper()}/edit", f"box:fansdb.cc:{UUID}"),
        (f"http://pmvstash.org/performers/{UUID}#scenes", f"box:pmvstash.org:{UUID}"),
        (f"javstash.org/performers/{UUID}?q=1", f"box:javstash.org:{UUID}"),
        (f"http://127.0.0.1:9998/performers/{UUID}", f"box:127.0.0.1:9998:{UUID}"),
        (f"http://localhost:9998/performers/{UUID}", f"box:localhost:9998:{UUID}"),
        ("https://theporndb.net/performers/jane-doe", "box:theporndb.net:jane-doe"),
        ("https://metadataapi.net/performers/jane-doe", "box:theporndb.net:jane-doe"),
        (f"https://api.theporndb.net/performers/{UUID}", f"box:theporndb.net:{UUID}"),
        ("https://www.iafd.com/person.rme/perfid=JaneDoe/gender=f/jane-doe.htm", "iafd:perfid:janedoe"),
        ("http://www.iafd.com/person.rme?perfid=janedoe&gender=f", "iafd:perfid:janedoe"),
        ("https://iafd.com/person.rme/perfid=janedoe", "iafd:perfid:janedoe"),
        (f"https://www.iafd.com/person.rme/id={UUID.upper()}", f"iafd:id:{UUID}"),
        ("https://m.imdb.com/name/nm1234567/?ref_=nv_sr_1", "imdb:nm1234567"),
        ("https://www.imdb.com/de/name/nm01234567/bio", "imdb:nm1234567"),
        ("https://www.imdb.com/name/nm12345678", "imdb:nm12345678"),
        ("https://www.wikidata.org/wiki/Q1234", "wikidata:q1234"),
        ("http://www.wikidata.org/entity/Q1234", "wikidata:q1234"),
        ("https://m.wikidata.org/wiki/Special:EntityData/Q1234.json", "wikidata:q1234"),
        ("https://twitter.com/JaneDoe", "x:janedoe"),
        ("https://x.com/janedoe?lang=de", "x:janedoe"),
        ("https://mobile.twitter.com/@janedoe/", "x:janedoe"),
        ("https://twitter.com/#!/janedoe", "x:janedoe"),
        ("https://twitter.com/intent/user?screen_name=JaneDoe", "x:janedoe"),
        ("https://twitter.com/i/user/12345", "x:id:12345"),
        ("https://www.instagram.com/jane.doe_/?hl=en", "instagram:jane.doe_"),
        ("https://www.instagram.com/stories/janedoe/123/", "instagram:janedoe"),
        ("https://instagram.com/_u/janedoe", "instagram:janedoe"),
        ("https://onlyfans.com/janedoe/media", "onlyfans:janedoe"),
        ("https://fansly.com/JaneDoe/posts", "fansly:janedoe"),
        ("https://fansly.com/live/janedoe", "fansly:janedoe"),
        ("https://www.tiktok.com/@janedoe?lang=en", "tiktok:janedoe"),
        ("https://www.threads.net/@jane.doe", "threads:jane.doe"),
        ("https://threads.com/@jane.doe", "threads:jane.doe"),
        ("https://en.wikipedia.org/wiki/Jane_Doe_(actress)#Life", "wikipedia:en:jane_doe_(actress)"),
        ("https://en.m.wikipedia.org/wiki/Jane%20Doe", "wikipedia:en:jane_doe"),
        ("https://de.wikipedia.org/w/index.php?title=Jane_Doe&oldid=1", "wikipedia:de:jane_doe"),
        ("https://ja.wikipedia.org/wiki/%E4%B8%89%E4%B8%8A%E6%82%A0%E4%BA%9C", "wikipedia:ja:三上悠亜"),
        ("https://de.pornhub.com/pornstar/jane-doe/videos", "pornhub:jane-doe"),
        ("https://www.pornhub.org/model/Jane_Doe", "pornhub:jane-doe"),
        ("https://www.pornhub.com/users/janedoe", "pornhub:user:janedoe"),
        ("https://www.xvideos.com/pornstars/jane-doe", "xvideos:jane-doe"),
        ("https://de.xvideos.es/models/jane-doe#_tabVideos", "xvideos:jane-doe"),
        ("https://www.freeones.com/jane-doe/bio", "freeones:jane-doe"),
        ("http://www.freeones.com/html/j_links/Jane_Doe/", "freeones:jane-doe"),
        ("https://www.freeones.de/de/jane-doe", "freeones:jane-doe"),
        ("https://www.babepedia.com/babe/Jane_Doe", "babepedia:jane-doe"),
        ("https://www.babepedia.com/babe/Jane%20Doe", "babepedia:jane-doe"),
        ("https://www.boobpedia.com/boobs/Jane_Doe", "boobpedia:jane-doe"),
        ("https://www.boobpedia.com/boobs/index.php?title=Jane_Doe", "boobpedia:jane-doe"),
        ("https://www.indexxx.com/m/Jane-Doe/", "indexxx:jane-doe"),
        ("https://www.indexxx.com/models/59558/jane-doe-1/", "indexxx:id:59558"),
        ("https://www.adultfilmdatabase.com/actor.cfm?actorid=74462", "afdb:74462"),
        ("http://www.adultfilmdatabase.com/actor/jane-doe-74462/", "afdb:74462"),
        ("https://www.data18.com/name/jane-doe/pairings", "data18:jane-doe"),
        ("http://www.data18.com/jane_doe/", "data18:jane-doe"),
        ("https://dbnaked.com/models/general/j/jane-doe", "dbnaked:jane-doe"),
        ("https://dbnaked.com/models/J/Jane-Doe", "dbnaked:jane-doe"),
        ("https://www.thenude.com/Jane%20Doe_12345.htm", "thenude:12345"),
        ("https://www.thenude.eu/Jane Doe_12345.htm", "thenude:12345"),
        ("https://www.thenude.com/_12345.htm", "thenude:12345"),
        ("https://www.dmm.co.jp/digital/videoa/-/list/=/article=actress/id=26617/sort=date/", "dmm:26617"),
        ("http://www.dmm.co.jp/mono/dvd/-/list/=/article=actress/id=26617/", "dmm:26617"),
        ("https://actress.dmm.co.jp/-/detail/=/actress_id=26617/", "dmm:26617"),
        ("https://video.dmm.co.jp/av/list/?actress=26617", "dmm:26617"),
        ("https://r18.dev/videos/vod/movies/list/?id=26617&type=actress", "r18:26617"),
        ("https://www.r18.com/videos/vod/movies/list/id=26617/pagesize=30/price=all/type=actress/", "r18:26617"),
        ("https://www.minnano-av.com/actress432853.html?%E3%81%A4", "minnano-av:432853"),
        ("http://www.minnano-av.com/actress.php?actress_id=432853", "minnano-av:432853"),
        ("https://xxx.xcity.jp/idol/detail/5517/", "xcity:5517"),
        ("http://xcity.jp/idol/detail/?id=5517", "xcity:5517"),
        ("https://www.pornpics.com/pornstars/jane-doe/", "pornpics:jane-doe"),
        ("https://www.elitebabes.com/model/jane-doe/", "elitebabes:jane-doe"),
        ("https://www.javdatabase.com/idols/jane-doe/", "javdatabase:jane-doe"),
        ("https://janedoe.example/about/?utm_source=a&b=2", "janedoe.example:about?b=2"),
        ("https://www.youtube.com/channel/UCabc", "youtube.com:channel/ucabc"),
    ],
)  # fmt: skip
def test_addresses_of_people(url: str, identity: str) -> None:
    assert str(identify(url)) == identity


@pytest.mark.parametrize(
    "url",
    [
        "https://instagram.com/p/Cabc123/", "https://www.instagram.com/reel/abc/", "https://www.instagram.com/janedoe/p/Cabc/",
        "https://www.instagram.com/explore/tags/x/", "https://www.instagram.com/stories/highlights/179/", "https://www.instagram.com/",
        "https://twitter.com/i/events/123", "https://x.com/home", "https://twitter.com/studio/status/1234", "https://x.com/search?q=jane",
        "https://twitter.com/hashtag/jane", "https://twitter.com/intent/tweet?text=a", "https://x.com/a-b", "https://x.com/",
        "https://onlyfans.com/123456789", "https://onlyfans.com/123456789/janedoe", "https://onlyfans.com/my/subscribers", "https://onlyfans.com/action/trial/abc",
        "https://fansly.com/post/123", "https://fansly.com/r/abc", "https://www.tiktok.com/@janedoe/video/123", "https://www.tiktok.com/discover/jane",
        "https://vm.tiktok.com/ZM123/", "https://www.threads.net/@janedoe/post/abc", "https://www.threads.net/t/abc",
        "https://www.iafd.com/title.rme/title=a/year=2001/a.htm", "https://www.iafd.com/person.rme/perfid=/gender=f", "https://www.iafd.com/person.rme/id=12",
        "https://www.imdb.com/title/tt1234567/", "https://www.imdb.com/name/nm0000000/", "https://www.wikidata.org/wiki/Property:P1", "https://www.wikidata.org/wiki/Q0",
        "https://en.wikipedia.org/wiki/Category:Actors", "https://en.wikipedia.org/wiki/List_of_actresses", "https://www.wikipedia.org/", "https://en.wikipedia.org/wiki/User:Jane",
        "https://www.pornhub.com/channels/studio", "https://www.pornhub.com/view_video.php?viewkey=1", "https://www.pornhub.com/pornstars/top",
        "https://www.xvideos.com/video123/title", "https://www.xvideos.com/channels/studio", "https://www.freeones.com/babes", "https://www.freeones.com/",
        "https://www.babepedia.com/gallery/Jane_Doe/1", "https://www.boobpedia.com/boobs/Category:Blonde", "https://www.boobpedia.com/boobs/Main_Page",
        "https://www.indexxx.com/websites/1/", "https://www.adultfilmdatabase.com/video.cfm?videoid=74462", "https://www.data18.com/studios/mylf", "https://www.data18.com/scenes/1",
        "https://dbnaked.com/models", "https://www.thenude.com/covers/1.htm", "https://www.dmm.co.jp/digital/videoa/-/detail/=/cid=abc00001/",
        "https://www.dmm.co.jp/digital/videoa/-/list/=/article=maker/id=26617/", "https://r18.dev/videos/vod/movies/list/?id=26617&type=studio",
        "https://www.minnano-av.com/av159081.html", "https://xxx.xcity.jp/avod/detail/?id=5517", "https://www.pornpics.com/galleries/a-1/", "https://www.elitebabes.com/a-set/",
        "https://www.javdatabase.com/movies/abc-123/", "https://theporndb.net/scenes/abc", "", " ", "jane doe", "https://", "mailto:a@b",
        "nm1234567", "???", "//",
    ],
)  # fmt: skip
def test_pages_that_say_nothing_about_who_somebody_is(url: str) -> None:
    assert identify(url) is None


@pytest.mark.parametrize(
    "junk",
    [
        "  {}  ", "<{}>", "({})", "{}/", "{}//", "{}.", "{},", "{};", "{}\u200b", "\ufeff{}", "“{}”", "{} (old account)", "{}#top", "{}?utm_source=a&fbclid=b",
        "https://web.archive.org/web/20150101000000/{}", "https://web.archive.org/web/2015if_/{}", "https://archive.org/web/2015/{}",
        "\u3000{}\n", "{}/?", "{}\u00a0",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "front",
    [
        "https://www.",
        "http://",
        "https://m.",
        "//www.",
        "",
        "HTTPS://WWW.",
        "https:www.",
        "http://www.",
        "https://user@",
    ],
)
def test_what_surrounds_an_address_changes_nothing(front: str, junk: str) -> None:
    found = identify(junk.format(f"{front}babepedia.com/babe/Jane_Doe"))
    assert str(found) == "babepedia:jane-doe"


def test_unusual_ports_are_another_host_and_usual_ones_are_not() -> None:
    assert identify("https://example.org:443/a") == identify("http://example.org:80/a") == identify("example.org/a")
    assert identify("https://example.org:8443/a") != identify("https://example.org/a")


def test_a_site_is_not_taken_for_another_that_ends_alike() -> None:
    assert str(identify("https://notx.com/janedoe")) == "notx.com:janedoe"
    assert str(identify("https://imdb.com.example.org/name/nm1234567")) == "imdb.com.example.org:name/nm1234567"
    assert str(identify("https://pornhub.example.org/pornstar/jane")) == "pornhub.example.org:pornstar/jane"


def test_composed_and_decomposed_letters_are_one() -> None:
    assert identify("https://en.wikipedia.org/wiki/Zo\u00eb") == identify("https://en.wikipedia.org/wiki/Zoe%CC%88")


def test_codes_that_are_no_unicode_still_tell_pages_apart() -> None:
    one, other = identify("https://example.org/%A5%C4"), identify("https://example.org/%A5%C5")
    assert one is not None
    assert one != other


@pytest.mark.parametrize(
    ("url", "trust"),
    [
        (f"https://stashdb.org/performers/{UUID}", "record"), ("https://www.iafd.com/person.rme/perfid=a", "record"),
        ("https://www.imdb.com/name/nm1234567", "record"), ("https://www.wikidata.org/wiki/Q1", "record"),
        ("https://x.com/a", "account"), ("https://instagram.com/a", "account"),
        ("https://onlyfans.com/a", "account"),
        ("https://fansly.com/a", "account"), ("https://www.babepedia.com/babe/a", "page"), ("https://example.org/a", "other"),
    ],
)  # fmt: skip
def test_trust(url: str, trust: str) -> None:
    found = identify(url)
    assert found is not None
    assert found.trust == trust


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://stashdb.org/graphql", "stashdb.org"),
        ("http://127.0.0.1:9998/graphql", "127.0.0.1:9998"),
        ("https://theporndb.net/graphql?type=JAV", "theporndb.net"),
        ("https://api.theporndb.net/graphql", "theporndb.net"),
    ],
)
def test_a_persons_own_page_is_known_by_the_endpoint(endpoint: str, host: str) -> None:
    assert endpoint_host(endpoint) == host
    assert identify(f"https://{host}/performers/{UUID}") == Identity(f"box:{host}", UUID, "record")


@given(st.text(max_size=80))
def test_whatever_is_pasted_gives_an_answer(text: str) -> None:
    found = identify(text)
    assert found is None or (found.site and found.key == found.key.casefold())


@given(
    st.text(alphabet="abcDEF019._-é ", min_size=1, max_size=12),
    st.sampled_from(["https://x.com/{}", "https://www.babepedia.com/babe/{}", "https://{}.example.org/a"]),
)
def test_reading_an_address_twice_gives_the_same(name: str, form: str) -> None:
    address = parse_address(form.format(name))
    if address is not None:
        again = parse_address(f"https://{address.host}/" + "/".join(address.path))
        assert again is not None
        assert (again.host, again.path) == (address.host, address.path)
