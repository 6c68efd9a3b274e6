// On the page of an outage: once the database answers again, it leads to where one was, or to how
// what was sent stands. Without it there is a link.
"use strict";

(() => {
  // Longer each time, and not for all at one moment: whoever looks takes a thread.
  const FIRST_MS = 3000;
  const LONGEST_MS = 15000;
  const page = document.getElementById("outage");
  let pause = FIRST_MS;

  const look = async () => {
    const answer = document.hidden
      ? null
      : await fetch(page.dataset.asks, { cache: "no-store" }).catch(() => null);
    if (answer?.ok) {
      // Read by the page that it leads to.
      if ("sent" in page.dataset) sessionStorage.setItem("unanswered", "yes");
      location.replace(page.dataset.leads);
      return;
    }
    pause = Math.min(pause * 1.5, LONGEST_MS);
    setTimeout(look, pause * (0.8 + 0.4 * Math.random()));
  };
  setTimeout(look, pause);
})();
