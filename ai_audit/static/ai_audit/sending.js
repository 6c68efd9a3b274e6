// Before a decision is sent: whether the server can be reached. Where it cannot, a sentence says so
// and the page stays as it is. After an outage: whether what was sent was decided. Without this script
// the browser sends, and says what it says.
"use strict";

(() => {
  const PATIENCE_MS = 5000;
  // What a person has written and would have to write again.
  const WRITTEN = ["reason", "why", "title"];
  const unsent = document.getElementById("unsent");
  const standing = document.querySelector("[data-status]")?.dataset.status ?? "";
  const sure = new WeakSet();
  let asking = false;

  // The page of an outage has led back here; see outage.js.
  const sent = JSON.parse(sessionStorage.getItem("sent") ?? "null");
  const unanswered = sessionStorage.getItem("unanswered");
  sessionStorage.removeItem("sent");
  sessionStorage.removeItem("unanswered");
  if (unanswered && standing && sent?.path === location.pathname) {
    const said = document.getElementById(sent.status === standing ? "undone" : "done");
    said.hidden = false;
    for (const [name, value] of sent.written) {
      const field = document.querySelector(`#content input[type=text][name="${CSS.escape(name)}"]`);
      if (field && sent.status === standing) field.value = value;
    }
  }

  // What became of many has an address of its own: reload, language and back lead there.
  const results = document.querySelector("[data-results]");
  if (results) {
    history.replaceState(null, "", results.dataset.results);
    for (const next of document.querySelectorAll(".languages [name=next]")) {
      next.value = results.dataset.results;
    }
  }

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
      const written = [...new FormData(form)].filter(([name]) => WRITTEN.includes(name));
      const said = { path: location.pathname, status: standing, written };
      sessionStorage.setItem("sent", JSON.stringify(said));
      sure.add(form);
      form.requestSubmit(event.submitter);
    } else {
      unsent.hidden = false;
      unsent.scrollIntoView({ block: "center" });
    }
  });
})();
