// The application form, improved: what is typed is saved field by field, kept on this computer until the server has it, and the
// verdict beside it follows; rows are added and removed in place; files may be dropped. Without this file all of it works by buttons.
(function () {
  "use strict";
  const WAIT = 600, LONGEST = 30000;

  // ─── Dropping files ───
  for (const form of document.querySelectorAll("form[data-drop]")) {
    form.parentElement.addEventListener("dragover", (event) => event.preventDefault());
    form.parentElement.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      form.querySelector("input[type=file]").files = event.dataTransfer.files;
      form.requestSubmit();
    });
  }

  const form = document.querySelector("form[data-form]");
  if (!form) return;
  const say = form.dataset, state = form.querySelector("[data-state]");
  const unsaved = new Map();   // key → what stands there, until the server has it
  const held = new Set();      // keys that were refused as they stand: sent again once they change
  const problems = {};
  let timer = 0, busy = false, leaving = false, tries = 0;

  const fieldOf = (element) => element.closest("[data-field]");
  const fieldFor = (key) => [...form.querySelectorAll("[data-field]")].find((each) => each.dataset.field === key);
  const labelOf = (field) => (field.querySelector("label, legend")?.firstChild?.textContent ?? "").trim();
  const isTyping = (field) => field.contains(document.activeElement) && /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
  const tell = (text) => { if (state.textContent !== text) state.textContent = text; };

  function entries(field) {
    return [...field.querySelectorAll("input[name], select[name], textarea[name]")]
      .filter((each) => !each.disabled && (!/^(checkbox|radio)$/.test(each.type) || each.checked))
      .map((each) => [each.name, each.value]);
  }
  const typed = (field) => JSON.stringify(entries(field).filter(([name]) => !name.startsWith("version:")));

  // ─── The copy on this computer ───
  const recall = () => { try { return JSON.parse(localStorage.getItem(say.keep)) ?? {}; } catch { return {}; } };
  function keep(change) {
    const kept = recall();
    change(kept);
    try {
      if (Object.keys(kept).length) localStorage.setItem(say.keep, JSON.stringify(kept));
      else localStorage.removeItem(say.keep);
    } catch { /* a private window or a full disk: the server alone keeps it */ }
  }

  // ─── Saving ───
  // Signing in again, in another window, changes the token: the one that counts now is in the cookie.
  const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
  function changed(field) {
    const key = field.dataset.field;
    unsaved.set(key, typed(field));
    held.delete(key);
    keep((kept) => { kept[key] = { page: say.page, entries: JSON.parse(unsaved.get(key)) }; });
    schedule(WAIT);
  }
  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }
  async function save() {
    const key = [...unsaved.keys()].find((each) => !held.has(each));
    if (busy || leaving || key === undefined) return;
    const field = fieldFor(key), sent = typed(field);
    busy = true;
    tell(say.saving);
    try {
      const body = new URLSearchParams([["csrfmiddlewaretoken", token()], ["page", say.page], ...entries(field)]);
      const answer = await fetch(say.save, { method: "POST", body, headers: { accept: "application/json" }, credentials: "same-origin" });
      await took(key, field, sent, answer);
    } catch {
      tries += 1;
      tell(say.unsaved);
      schedule(Math.min(LONGEST, 1000 * 2 ** tries));
    } finally {
      busy = false;
    }
    if (tries === 0 && [...unsaved.keys()].some((each) => !held.has(each))) schedule(0);
  }
  async function took(key, field, sent, answer) {
    if (answer.status >= 500) throw new Error("not kept");
    const told = await answer.json();
    tries = 0;
    if (answer.ok) return saved(key, field, sent, told);
    if (answer.status === 401) {
      tries = 5;
      tell(say.over);
      return schedule(LONGEST);
    }
    held.add(key);
    if (answer.status === 409) return tell(`${labelOf(field)} ${say.conflict}`);
    tell(say.refused + told.problems.map((each) => `${each.message} ${each.mend}`).join(" "));
  }
  function saved(key, field, sent, told) {
    for (const [name, version] of Object.entries(told.versions)) {
      const shown = form.elements[`version:${name}`];
      if (shown) shown.value = version;
    }
    if (typed(field) === sent) {
      unsaved.delete(key);
      keep((kept) => { delete kept[key]; });
    }
    if (!unsaved.size) tell(`${say.saved} ${told.saved_at}`);
    if (told.reload && !unsaved.size) {
      leaving = true;
      return location.reload();
    }
    replace("[data-panel]", told.panel);
    replace("[data-tabs]", told.tabs);
    for (const each of form.querySelectorAll("[data-field]")) problems[each.dataset.field] = told.problems[each.dataset.field] ?? [];
    for (const each of form.querySelectorAll("[data-field]")) if (!isTyping(each)) showProblems(each);
    for (const [name, text] of Object.entries(told.sums)) {
      const sum = [...form.querySelectorAll("[data-sums]")].find((each) => each.dataset.sums === name);
      if (sum) sum.textContent = text;
    }
  }
  const last = {};
  function replace(where, html) {
    if (last[where] === html) return;
    last[where] = html;
    const old = document.querySelector(where);
    if (old) old.outerHTML = html;
  }
  function showProblems(field) {
    const key = field.dataset.field, found = problems[key];
    if (!found) return;
    const id = `field-${key}-error`;
    document.getElementById(id)?.remove();
    field.classList.toggle("wrong", found.length > 0);
    const boxes = field.querySelectorAll(`[id="field-${CSS.escape(key)}"], fieldset`);
    for (const each of boxes) {
      const others = (each.getAttribute("aria-describedby") ?? "").split(" ").filter((word) => word && word !== id);
      const words = found.length ? [id, ...others] : others;
      if (words.length) each.setAttribute("aria-describedby", words.join(" ")); else each.removeAttribute("aria-describedby");
      if (/^(INPUT|SELECT|TEXTAREA)$/.test(each.tagName)) {
        if (found.length) each.setAttribute("aria-invalid", "true"); else each.removeAttribute("aria-invalid");
      }
    }
    if (!found.length) return;
    const list = document.createElement("ul");
    list.className = "errors";
    list.id = id;
    for (const each of found) {
      const item = list.appendChild(document.createElement("li"));
      item.textContent = each.message;
      if (each.mend) item.appendChild(document.createElement("small")).textContent = each.mend;
    }
    (field.querySelector(".help") ?? field.querySelector("label, legend")).after(list);
  }

  // ─── Rows of a list ───
  function addRow(key, index) {
    const field = fieldFor(key), rows = [...field.querySelectorAll("tr[data-index]")];
    const next = index ?? Math.max(-1, ...rows.map((row) => Number(row.dataset.index))) + 1;
    const body = [...field.querySelectorAll("tbody")].at(-1);
    const made = document.createElement("tbody");
    made.innerHTML = field.querySelector("template").innerHTML.replaceAll("NEXT", String(next)).replaceAll("COUNT", String(rows.length + 1));
    const row = made.querySelector("tr");
    body.append(row);
    return row;
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.add) {
      event.preventDefault();
      addRow(button.dataset.add).querySelector("input, select").focus();
    } else if (button?.name === "remove") {
      event.preventDefault();
      const field = fieldOf(button), row = button.closest("tr");
      (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("input, select")?.focus();
      row.remove();
      field.querySelectorAll("tr[data-index] > th").forEach((head, place) => { head.textContent = place + 1; });
      changed(field);
    }
  });

  form.addEventListener("input", (event) => { const field = fieldOf(event.target); if (field) changed(field); });
  form.addEventListener("focusout", (event) => {
    const field = fieldOf(event.target);
    if (field) setTimeout(() => { if (!isTyping(field)) showProblems(field); });
  });
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("online", () => { tries = 0; schedule(0); });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved.size && !leaving) event.preventDefault(); });

  // ─── What an earlier visit could not save ───
  function restore(field, wanted) {
    for (const [name] of wanted) {
      const place = /^(.+)\.(\d+)\.[^.]+$/.exec(name);
      if (place && place[1] === field.dataset.field && !field.querySelector(`tr[data-index="${place[2]}"]`)) addRow(place[1], Number(place[2]));
    }
    for (const each of field.querySelectorAll("input[name], select[name], textarea[name]")) {
      if (each.name.startsWith("version:")) continue;
      const values = wanted.filter(([name]) => name === each.name).map(([, value]) => value);
      if (/^(checkbox|radio)$/.test(each.type)) each.checked = values.includes(each.value);
      else each.value = values[0] ?? "";
    }
    changed(field);
  }
  function offer() {
    const lost = Object.entries(recall()).filter(([key, each]) => {
      const field = each.page === say.page && fieldFor(key);
      if (!field) return false;
      if (JSON.stringify(each.entries) !== typed(field)) return true;
      keep((kept) => { delete kept[key]; });
      return false;
    });
    if (!lost.length) return;
    const notice = document.createElement("div");
    notice.className = "notice warn";
    notice.setAttribute("role", "status");
    const what = notice.appendChild(document.createElement("p"));
    what.className = "what";
    what.textContent = say.offer;
    notice.appendChild(document.createElement("p")).textContent = lost.map(([key]) => labelOf(fieldFor(key))).join(" · ");
    const row = notice.appendChild(document.createElement("div"));
    row.className = "actions";
    const button = (text, tone, act) => {
      const made = row.appendChild(document.createElement("button"));
      made.type = "button";
      made.className = tone;
      made.textContent = text;
      made.addEventListener("click", () => { act(); notice.remove(); form.querySelector("input:not([type=hidden]), select, textarea")?.focus(); });
    };
    button(say.restore, "", () => lost.forEach(([key, each]) => restore(fieldFor(key), each.entries)));
    button(say.dropIt, "plain", () => keep((kept) => lost.forEach(([key]) => delete kept[key])));
    form.before(notice);
  }
  offer();
})();
