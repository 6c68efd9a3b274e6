"""Makes the README's pictures from a fresh demo: `make pictures`."""

import tempfile
from pathlib import Path

from tests.browser import demo

FOLDER = demo.CHECKOUT / "docs" / "pictures"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo.served(Path(folder)) as served:
        for language, suffix in (("en-US", "en"), ("he-IL", "he")):
            with demo.page(language=language) as page:
                served.sign_in(page, "noa")
                page.goto(f"{served.address}/admin/ai_audit/pendingsuggestion/")
                page.screenshot(path=FOLDER / f"queue-{suffix}.png")
                page.locator("a.what").first.click()
                page.screenshot(path=FOLDER / f"review-{suffix}.png")


if __name__ == "__main__":
    main()
