// The review page's keys, and word of a decision made elsewhere. Without it the page works too.
"use strict";

(() => {
  const EVERY_MS = 5000;
  document.addEventListener("keydown", (event) => {
    if (!keys.isForThePage(event)) return;
    if (keys.pressed(event) === "t") {
      // Each warning is ticked by a press of its own.
      const tick = document.querySelector("input[name=tick]:not(:checked)");
      tick?.click();
      tick?.focus();
      return;
    }
    const wanted = document.querySelector(`[data-key="${CSS.escape(keys.pressed(event))}"]`);
    if (!wanted || wanted.disabled) return;
    event.preventDefault();
    // What is clicked asks for all that it asks for; a field is written into.
    if (wanted.matches(keys.WRITING)) wanted.focus();
    else wanted.click();
  });

  const help = document.getElementById("keys");
  document.querySelector("[data-key='?']")?.addEventListener("click", () => help.showModal());

  const page = document.querySelector("[data-state]");
  if (!page) return;
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(page.dataset.state, { headers: { Accept: "application/json" } });
      sending.off(false);
      if (answer.redirected) sending.signedOut();
      // Signed out, or not to be seen any more: there is nothing to ask for.
      if (answer.redirected || (answer.status >= 400 && answer.status < 500)) stop();
      if (!answer.ok || answer.redirected) return;
      const found = await answer.json();
      const said = document.getElementById("meanwhile");
      if (found.status === page.dataset.status) {
        // Said beside deciding: it can be decided all the same.
        if (found.said === page.dataset.said) return;
        page.dataset.said = found.said;
        said.textContent = found.said_sentence;
        said.hidden = false;
        return;
      }
      stop();
      said.textContent = found.sentence;
      said.hidden = false;
      for (const control of document.querySelectorAll("[data-decides]")) control.disabled = true;
    } catch {
      // The next look may find the network again.
      sending.off(true);
    }
  };
  const timer = setInterval(look, EVERY_MS);
  const stop = () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  };
  document.addEventListener("visibilitychange", look);
})();
