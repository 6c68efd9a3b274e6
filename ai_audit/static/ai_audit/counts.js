// How many are in each tab of the queue, asked for once the page is shown, step by step: what is
// counted so far stands there meanwhile. Without it the tabs work, and tell no numbers.
"use strict";

(() => {
  const tabs = document.querySelector("[data-counts]");
  if (!tabs) return;
  const said = document.querySelector("[data-counting]");
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const title = document.title;

  const show = (counts, whole) => {
    for (const place of document.querySelectorAll("[data-count]")) {
      const found = counts[place.dataset.count] ?? 0;
      place.textContent = numbers.format(found) + (whole ? "" : "+");
    }
    // The clear, the warned and the blocked: what a person can approve, at once or mended.
    const waiting = counts.clear + counts.warned + counts.blocked;
    document.title = `(${numbers.format(waiting)}${whole ? "" : "+"}) ${title}`;
    for (const act of document.querySelectorAll("[data-all]")) {
      act.hidden = whole && !counts[act.dataset.all];
    }
  };

  const ask = async (after) => {
    const address = new URL(tabs.dataset.counts, location.href);
    if (after) address.searchParams.set("after", after);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    return answer.json();
  };

  const count = async () => {
    const counts = { all: 0 };
    let seen = 0;
    let after = null;
    do {
      const step = await ask(after);
      for (const [tab, found] of Object.entries(step.tabs)) {
        counts[tab] = (counts[tab] ?? 0) + found;
        counts.all += found;
      }
      const of = seen + step.left;
      seen += step.seen;
      after = step.next;
      show(counts, !after);
      said.hidden = !after;
      said.textContent = said.dataset.counting
        .replace("{seen}", numbers.format(seen))
        .replace("{of}", numbers.format(of));
    } while (after);
  };

  count().catch(() => {
    said.textContent = said.dataset.uncounted;
    said.hidden = false;
  });
})();
