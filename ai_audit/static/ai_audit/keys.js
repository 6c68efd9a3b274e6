// What keys are called, whatever the layout; a second press of one; and a reason that was left out.
"use strict";

window.keys = (() => {
  const MOMENT_MS = 1000;
  const SHOWN_MS = 600;
  const loaded = Date.now();

  // By the letter where it is a Latin one; elsewhere by its place on the keyboard.
  const pressed = (event) => {
    if (/^\p{Script=Latin}$/u.test(event.key)) return event.key.toLowerCase();
    if (/^\p{L}$/u.test(event.key) && event.code.startsWith("Key")) {
      return event.code.slice(3).toLowerCase();
    }
    return event.key;
  };

  const WRITING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";
  // Whether a key is for the page, and not for what is being written or a dialog.
  const isForThePage = (event) =>
    !(event.ctrlKey || event.metaKey || event.altKey || event.repeat) &&
    !document.querySelector("dialog[open]") &&
    !event.target.closest?.(WRITING);

  // A second press of the key that decided, within a moment, was for the page that is gone. Any
  // other key, or the mouse, says that whoever presses looks at this one.
  let before = JSON.parse(sessionStorage.getItem("pressed") ?? "null");
  sessionStorage.removeItem("pressed");
  let last = "";
  document.addEventListener(
    "keydown",
    (event) => {
      last = pressed(event);
      if (!before) return;
      const soon = Date.now() - before.at < MOMENT_MS || Date.now() - loaded < SHOWN_MS;
      if (soon && before.key === last) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else {
        before = null;
      }
    },
    true,
  );
  document.addEventListener("pointerdown", () => { before = null; last = ""; }, true);

  // The Enter key in a reason that is empty asks once, and is believed the second time.
  const asked = new WeakSet();
  document.addEventListener(
    "submit",
    (event) => {
      const reason = event.target.querySelector("input[name=reason][data-unreasoned]");
      const said = document.getElementById("unreasoned");
      if (reason && said && last === "Enter" && !reason.value.trim() && !asked.has(event.target)) {
        asked.add(event.target);
        said.textContent = reason.dataset.unreasoned;
        said.hidden = false;
        reason.after(said);
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      if (event.target.method === "post" && last) {
        sessionStorage.setItem("pressed", JSON.stringify({ key: last, at: Date.now() }));
      }
    },
    true,
  );

  // The last way back is remembered as long as this tab of the browser is open.
  const undo = document.querySelector(".messagelist a.undo");
  if (undo) sessionStorage.setItem("undo", undo.getAttribute("href"));

  return { pressed, isForThePage, WRITING };
})();
