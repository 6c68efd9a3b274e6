// Before a decision is sent: whether the server can be reached. Where it cannot, a sentence says so
// and the page stays as it is. Without this script the browser sends, and says what it says.
"use strict";

(() => {
  const PATIENCE_MS = 5000;
  const unsent = document.getElementById("unsent");
  const sure = new WeakSet();
  let asking = false;

  const reached = () =>
    fetch(unsent.dataset.asks, {
      method: "HEAD",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).then(() => true, () => false);

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    // Once is enough, and what is sent the second time is sent.
    if (form.method !== "post" || !form.closest("#content") || sure.delete(form)) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    unsent.hidden = true;
    const there = await reached();
    asking = false;
    if (there) {
      sure.add(form);
      form.requestSubmit(event.submitter);
    } else {
      unsent.hidden = false;
      unsent.scrollIntoView({ block: "center" });
    }
  });
})();
