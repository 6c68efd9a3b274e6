// The review page's keys, and word of a decision made elsewhere. Without it the page works too.
"use strict";

(() => {
  const EVERY_MS = 5000;
  const WRITING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";

  // Letters by their place on the keyboard: in Hebrew they write others.
  const pressed = (event) =>
    event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const open = document.querySelector("dialog[open]");
    if (open || event.target.closest(WRITING)) return;
    const wanted = document.querySelector(`[data-key="${CSS.escape(pressed(event))}"]`);
    if (!wanted || wanted.disabled) return;
    event.preventDefault();
    // What is clicked asks for all that it asks for; a field is written into.
    if (wanted.matches(WRITING)) wanted.focus();
    else wanted.click();
  });

  const keys = document.getElementById("keys");
  document.querySelector("[data-key='?']")?.addEventListener("click", () => keys.showModal());

  const page = document.querySelector("[data-state]");
  if (!page) return;
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(page.dataset.state, { headers: { Accept: "application/json" } });
      // Signed out, or not to be seen any more: there is nothing to ask for.
      if (answer.redirected || (answer.status >= 400 && answer.status < 500)) stop();
      if (!answer.ok || answer.redirected) return;
      const found = await answer.json();
      if (found.status === page.dataset.status) return;
      stop();
      const said = document.getElementById("meanwhile");
      said.textContent = found.sentence;
      said.hidden = false;
      for (const control of document.querySelectorAll("[data-decides]")) control.disabled = true;
    } catch {
      // The next look may find the network again.
    }
  };
  const timer = setInterval(look, EVERY_MS);
  const stop = () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  };
  document.addEventListener("visibilitychange", look);
})();
