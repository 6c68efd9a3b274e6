// Before a decision is sent: whether the server can be reached, and knows who sends. Where not, a
// sentence says so, the page stays as it is, and what was written is kept across signing in again.
// After an outage: whether what was sent was decided. Without this script the browser sends, and says
// what it says.
"use strict";

window.sending = (() => {
  const PATIENCE_MS = 5000;
  const EVERY_MS = 5000;
  // What a person has written and would have to write again.
  const WRITTEN = ["reason", "why", "title", "said"];
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
      const named = `[name="${CSS.escape(name)}"]`;
      const field = document.querySelector(`#content :is(input[type=text], textarea)${named}`);
      if (field && sent.status === standing) field.value = value;
    }
  }

  // What is asked about many, and what became of them, has an address of its own: reload and back
  // lead there.
  const here = document.querySelector("[data-here]")?.dataset.here;
  if (here) history.replaceState(null, "", here);

  // Whether the server answers, and to whom; one that leads elsewhere asks to sign in.
  const reached = () =>
    fetch(unsent.dataset.asks, {
      method: "HEAD",
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).then((answer) => (answer.type === "opaqueredirect" ? "signed out" : "there"), () => "gone");

  // What was written and ticked, as long as it takes to sign in again.
  const signedout = document.getElementById("signedout");
  const signedOut = () => {
    const fields = document.querySelectorAll("#content :is(input[type=text], textarea)");
    const written = [...fields].filter((one) => one.name).map((one) => [one.name, one.value]);
    const ticks = [...document.querySelectorAll("#content input[name=tick]:checked")];
    const row = document.querySelector("tr.unfolded")?.previousElementSibling;
    const unfolded = row?.querySelector("[data-unfolded]").dataset.unfolded;
    const kept = { path: location.pathname, written, ticks: ticks.map((one) => one.value), unfolded };
    sessionStorage.setItem("typed", JSON.stringify(kept));
    signedout.hidden = false;
    signedout.scrollIntoView({ block: "center" });
  };
  const off = (gone) => {
    unsent.hidden = !gone;
  };
  const typed = JSON.parse(sessionStorage.getItem("typed") ?? "null");
  const again = typed?.path === location.pathname ? typed : null;
  if (again) {
    sessionStorage.removeItem("typed");
    for (const [name, value] of typed.written) {
      const field = document.querySelector(`#content [name="${CSS.escape(name)}"]`);
      if (field && value) field.value = value;
    }
    for (const tick of document.querySelectorAll("#content input[name=tick]")) {
      tick.checked ||= typed.ticks.includes(tick.value);
    }
    document.getElementById("again").hidden = false;
  }

  // What is decided on is selected no more.
  const unselect = (form) => {
    if (form.querySelector("input[name=seen]")) sessionStorage.removeItem("selected");
    const [pk] = /[0-9a-f-]{36}/.exec(new URL(form.action || location.href, location).pathname) ?? [];
    const kept = JSON.parse(sessionStorage.getItem("selected") ?? "[]");
    if (pk) sessionStorage.setItem("selected", JSON.stringify(kept.filter((one) => one !== pk)));
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    // Once is enough, and what is sent the second time is sent.
    if (form.method !== "post" || !form.closest("#content") || sure.delete(form)) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    unsent.hidden = signedout.hidden = true;
    const found = await reached();
    // What is on its way is not sent a second time.
    asking = found === "there";
    if (found === "there") {
      unselect(form);
      const written = [...new FormData(form)].filter(([name]) => WRITTEN.includes(name));
      const said = { path: location.pathname, status: standing, written };
      sessionStorage.setItem("sent", JSON.stringify(said));
      sure.add(form);
      form.requestSubmit(event.submitter);
    } else if (found === "signed out") {
      signedOut();
    } else {
      unsent.hidden = false;
      unsent.scrollIntoView({ block: "center" });
    }
  });
  window.addEventListener("pageshow", () => { asking = false; });

  // A page on which something can be decided asks by itself now and then. One about a single
  // suggestion asks how that stands; see review.js.
  const look = async () => {
    if (document.hidden || asking) return;
    const found = await reached();
    off(found === "gone");
    if (found !== "signed out") return;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
    signedOut();
  };
  const decides = unsent && document.querySelector("#content form[method=post]");
  const timer = decides && !document.querySelector("[data-state]") && setInterval(look, EVERY_MS);
  if (timer) document.addEventListener("visibilitychange", look);

  return { signedOut, off, again };
})();
