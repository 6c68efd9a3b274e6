"""Makes the README's pictures from a fresh demo: `make pictures`.

With a folder, `make pictures ARGS=FOLDER` puts a picture of each page into it, in both languages
and themes, at a desk and on a phone, for someone to look at.
"""

import sys
import tempfile
from pathlib import Path

from tests.browser import demo
from tests.browser.test_accessibility import every_page, undoing

FOLDER = demo.CHECKOUT / "docs" / "pictures"
LANGUAGES = (("en-US", "en"), ("he-IL", "he"))


def for_the_readme(served: demo.Served) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language, suffix in LANGUAGES:
        with demo.page(language=language) as page:
            served.sign_in(page, "noa")
            page.goto(f"{served.address}/admin/ai_audit/pendingsuggestion/")
            page.wait_for_selector(".tabs [data-count=all]:not(:empty)")
            page.screenshot(path=FOLDER / f"queue-{suffix}.png")
            demo.follow(page, page.locator("a.what").first)
            page.screenshot(path=FOLDER / f"review-{suffix}.png")
            page.goto(f"{served.address}/admin/ai_audit/suggestion/?status=executed")
            page.wait_for_selector("#count:not(:empty)")
            page.screenshot(path=FOLDER / f"history-{suffix}.png")
            page.goto(f"{served.address}/admin/ai_audit/suggestion/insights/")
            page.screenshot(path=FOLDER / f"insights-{suffix}.png")


def of_each_page(folder: Path) -> None:
    for language, suffix in LANGUAGES:
        for size, theme in ((demo.WIDE, "light"), (demo.PHONE, "dark")):
            with (
                tempfile.TemporaryDirectory() as state,
                demo.served(Path(state)) as served,
                demo.page(language=language, size=size, theme=theme) as page,
            ):
                for pages in (every_page, undoing):
                    for name in pages(served, page):
                        file = f"{name.replace(':', '')} {suffix} {size[0]} {theme}.png"
                        page.screenshot(path=folder / file, full_page=True)


def main() -> None:
    if sys.argv[1:]:
        folder = Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        of_each_page(folder)
    else:
        with tempfile.TemporaryDirectory() as state, demo.served(Path(state)) as served:
            for_the_readme(served)


if __name__ == "__main__":
    main()
