// The keys of the queue's list, and the selection that survives paging, filters and the language.
// Without it rows are opened, ticked and decided on all the same.
"use strict";

(() => {
  const form = document.getElementById("changelist-form");
  if (!form) return;
  const rows = [...document.querySelectorAll("#result_list tbody tr")];
  const link = (row) => row.querySelector("a.what");
  const box = (row) => row.querySelector("input.action-select");

  // The selection: ids, also of rows that are not on this page.
  const kept = new Set(JSON.parse(sessionStorage.getItem("selected") ?? "[]"));
  const elsewhere = document.getElementById("elsewhere");
  const keep = () => {
    sessionStorage.setItem("selected", JSON.stringify([...kept]));
    const here = rows.filter((row) => box(row) && kept.has(box(row).value)).length;
    const others = kept.size - here;
    elsewhere.hidden = !others;
    elsewhere.querySelector("span").textContent = elsewhere.dataset.said.replace(
      "{count}",
      new Intl.NumberFormat(document.documentElement.lang).format(others),
    );
  };
  const read = () => {
    for (const row of rows) {
      if (!box(row)) continue;
      if (box(row).checked) kept.add(box(row).value);
      else kept.delete(box(row).value);
    }
    keep();
  };
  // After the list's own script, which counts what is ticked when the page is shown.
  window.addEventListener("pageshow", () => {
    for (const row of rows) if (box(row) && kept.has(box(row).value) && !box(row).checked) box(row).click();
    keep();
    form.addEventListener("change", () => queueMicrotask(read));
    form.addEventListener("click", () => queueMicrotask(read));
  }, { once: true });
  elsewhere?.querySelector("button").addEventListener("click", () => {
    const here = new Set(rows.map((row) => box(row)?.value));
    for (const id of [...kept]) if (!here.has(id)) kept.delete(id);
    keep();
  });
  form.addEventListener("submit", () => {
    for (const one of form.querySelectorAll("input.elsewhere")) one.remove();
    const here = new Set(rows.map((row) => box(row)?.value));
    for (const id of kept) {
      if (here.has(id)) continue;
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "_selected_action", value: id });
      input.className = "elsewhere";
      form.append(input);
    }
  }, true);

  // Where one is in the list; after a decision, at the row that has come in its place.
  let at = Math.min(Number(sessionStorage.getItem("at") ?? 0), rows.length - 1);
  sessionStorage.removeItem("at");
  const mark = () => {
    rows.forEach((row, n) => row.classList.toggle("at", n === at));
  };
  const move = (to) => {
    if (!rows.length) return;
    at = Math.max(0, Math.min(to, rows.length - 1));
    mark();
    link(rows[at]).focus();
    rows[at].scrollIntoView({ block: "nearest" });
  };
  mark();
  for (const [n, row] of rows.entries()) row.addEventListener("focusin", () => { at = n; mark(); });

  // A row unfolded: all that would be written, under it, with what can be done there.
  let folding = null;
  const unfoldedOf = (row) => row.nextElementSibling?.matches("tr.unfolded") && row.nextElementSibling;
  const unfold = async (row) => {
    if (folding) return null;
    folding = fetch(row.querySelector("[data-unfolded]").dataset.unfolded, {
      headers: { Accept: "text/html" },
    });
    try {
      const answer = await folding;
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const found = document.createElement("tr");
      found.className = "unfolded";
      const cell = found.insertCell();
      cell.colSpan = row.cells.length;
      cell.innerHTML = await answer.text();
      for (const other of document.querySelectorAll("tr.unfolded")) other.remove();
      row.after(found);
      found.scrollIntoView({ block: "nearest" });
      return found;
    } catch {
      // What a page of its own says of it.
      location.assign(link(row).href);
      return null;
    } finally {
      folding = null;
    }
  };
  // What was written in one before signing in again is in it.
  const { again } = sending;
  const before = again?.unfolded && rows.find(
    (row) => row.querySelector("[data-unfolded]")?.dataset.unfolded === again.unfolded,
  );
  if (before) {
    unfold(before).then((shown) => {
      const reason = shown?.querySelector("input[name=reason]");
      if (reason) reason.value = new Map(again.written).get("reason") ?? "";
    });
  }
  const decided = (button) => {
    sessionStorage.setItem("at", String(at));
    button.click();
  };

  const acts = {
    j: () => move(document.activeElement === document.body ? at : at + 1),
    k: () => move(at - 1),
    x: (row) => box(row)?.click(),
    Enter: (row) => link(row).click(),
    a: async (row) => {
      const shown = unfoldedOf(row);
      if (!shown) { await unfold(row); return; }
      const approve = shown.querySelector("button[name=_approve]");
      if (approve) decided(approve);
      else link(row).click();
    },
    r: async (row) => {
      const shown = unfoldedOf(row) || (await unfold(row));
      const reason = shown?.querySelector("input[name=reason]");
      if (reason) { sessionStorage.setItem("at", String(at)); reason.focus(); }
      else if (shown) link(row).click();
    },
  };
  const pageActs = {
    "/": () => document.getElementById("searchbar")?.focus(),
    "?": () => document.getElementById("keys").showModal(),
    z: () => {
      const undo = document.querySelector(".messagelist a.undo");
      const address = undo?.href ?? sessionStorage.getItem("undo");
      if (address) location.assign(address);
    },
  };
  document.querySelector("[data-help]")?.addEventListener("click", pageActs["?"]);
  document.addEventListener("keydown", (event) => {
    if (!keys.isForThePage(event)) return;
    const key = keys.pressed(event);
    // What has the focus takes the Enter key itself.
    if (key === "Enter" && event.target.closest("a, button, summary, input")) return;
    const act = pageActs[key] ?? (rows.length ? acts[key] : null);
    if (!act) return;
    event.preventDefault();
    act(rows[at]);
  });
})();
