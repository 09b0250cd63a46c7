// The score sheet, improved: saved as it is typed and kept on this computer until the server has it, a live total, and all of it by
// keyboard. Without this file it works by its buttons. What is kept here are points and comments, nothing of the case.
(function () {
  "use strict";
  const WAIT = 700, LONGEST = 30000;

  // ─── Going about by keyboard ───
  const isTyping = (element) => /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) && element.type !== "radio";
  const go = (selector) => { const found = document.querySelector(selector); if (found) found.focus(); return found; };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
    if (isTyping(event.target)) return;
    const link = { n: "[data-after]", p: "[data-before]" }[event.key];
    if (link) return document.querySelector(link)?.click();
    const place = { c: "#field-comment", d: "#document", s: "#sheet" }[event.key]
      ?? (/^[1-9]$/.test(event.key) ? `[data-criterion="${event.key}"] input` : "");
    if (place && go(place)) event.preventDefault();
  });

  const fixed = document.querySelector("[data-fixed]");
  if (fixed) try { localStorage.removeItem(fixed.dataset.fixed); } catch { /* nothing was kept */ }
  const form = document.querySelector("form[data-scoring]");
  if (!form) return;
  const say = form.dataset, state = form.querySelector("[data-state]"), step = Number(say.step);
  const boxes = [...form.querySelectorAll("[data-criterion]")];
  const own = "input[name]:not([type=hidden]), textarea[name]";
  let timer = 0, busy = false, leaving = false, held = false, tries = 0, kept = "";

  form.addEventListener("keydown", (event) => {
    const box = event.target.closest("[data-criterion]");
    if (!box || event.target.tagName !== "INPUT") return;
    if (event.key === "Enter") {
      event.preventDefault();
      const next = boxes[boxes.indexOf(box) + 1];
      return (next ? next.querySelector("input") : form.querySelector("[name=verdict], [name=comment]")).focus();
    }
    const by = { ArrowUp: step, ArrowDown: -step }[event.key];
    if (!by) return;
    event.preventDefault();
    const now = points(event.target.value) ?? (by > 0 ? -step : Number(box.dataset.most) + step);
    event.target.value = String(Math.min(Math.max(Number((now + by).toFixed(6)), 0), Number(box.dataset.most)));
    changed();
  });

  // ─── The total ───
  function points(text) {
    const plain = text.normalize("NFKC").trim().replace(/ *分$/, "");
    return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
  }
  function addUp() {
    let sum = 0, left = false;
    for (const box of boxes) {
      const given = points(box.querySelector("input").value), most = Number(box.dataset.most);
      if (given === null || given > most) left = true;
      else sum += Number(box.dataset.weight) * given / most;
    }
    form.querySelector("[data-total]").textContent = String(Number(sum.toFixed(3)));
    form.querySelector("[data-left]").hidden = !left;
  }

  // ─── Saving ───
  const entries = () => [...form.querySelectorAll(own)].filter((each) => each.type !== "radio" || each.checked).map((each) => [each.name, each.value]);
  const typed = () => JSON.stringify(entries());
  const tell = (text) => { if (state.textContent !== text) state.textContent = text; };
  const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
  function keep(text) {
    try { if (text) localStorage.setItem(say.keep, text); else localStorage.removeItem(say.keep); } catch { /* the server alone keeps it */ }
  }
  function changed() {
    addUp();
    held = false;
    keep(typed());
    schedule(WAIT);
  }
  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }
  async function save() {
    if (busy || leaving || held || typed() === kept) return;
    const sent = typed();
    busy = true;
    tell(say.saving);
    try {
      const body = new URLSearchParams([["csrfmiddlewaretoken", token()], ["version", form.elements.version.value], ...entries()]);
      const answer = await fetch(say.save, { method: "POST", body, headers: { accept: "application/json" }, credentials: "same-origin" });
      if (answer.status >= 500) throw new Error("not kept");
      const told = await answer.json();
      tries = 0;
      if (answer.ok) took(sent, told);
      else if (answer.status === 401) { tries = 5; tell(say.over); schedule(LONGEST); }
      else { held = true; tell(answer.status === 409 ? say.conflict : say.refused + told.problems.map((each) => `${each.message} ${each.mend}`).join(" ")); }
    } catch {
      tries += 1;
      tell(say.unsaved);
      schedule(Math.min(LONGEST, 1000 * 2 ** tries));
    } finally {
      busy = false;
    }
    if (tries === 0 && !held && typed() !== kept) schedule(0);
  }
  function took(sent, told) {
    kept = sent;
    form.elements.version.value = told.version;
    if (typed() === sent) { keep(""); tell(`${say.saved} ${told.saved_at}`); }
    for (const box of form.querySelectorAll(".field")) if (!box.contains(document.activeElement)) show(box, told.problems);
  }
  function show(field, problems) {
    const input = field.querySelector(own), id = `field-${input.name}-error`, found = problems[input.name] ?? [];
    document.getElementById(id)?.remove();
    field.classList.toggle("wrong", found.length > 0);
    const target = field.querySelector("fieldset") ?? input;
    const others = (target.getAttribute("aria-describedby") ?? "").split(" ").filter((word) => word && word !== id);
    const words = found.length ? [...others, id] : others;
    if (words.length) target.setAttribute("aria-describedby", words.join(" ")); else target.removeAttribute("aria-describedby");
    if (target === input) { if (found.length) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid"); }
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
  form.addEventListener("input", changed);
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("online", () => { tries = 0; schedule(0); });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && typed() !== kept) event.preventDefault(); });

  // ─── What an earlier visit could not save ───
  kept = typed();
  let lost = null;
  try { lost = JSON.parse(localStorage.getItem(say.keep)); } catch { /* nothing was kept */ }
  if (!Array.isArray(lost) || JSON.stringify(lost) === kept) return keep("");
  const notice = document.createElement("div");
  notice.className = "notice warn";
  notice.setAttribute("role", "status");
  const what = notice.appendChild(document.createElement("p"));
  what.className = "what";
  what.textContent = say.offer;
  const row = notice.appendChild(document.createElement("div"));
  row.className = "actions";
  const button = (text, tone, act) => {
    const made = row.appendChild(document.createElement("button"));
    made.type = "button";
    made.className = tone;
    made.textContent = text;
    made.addEventListener("click", () => { act(); notice.remove(); boxes[0]?.querySelector("input").focus(); });
  };
  button(say.restore, "", () => {
    for (const each of form.querySelectorAll(own)) {
      const value = lost.find(([name]) => name === each.name)?.[1];
      if (each.type === "radio") each.checked = each.value === value; else each.value = value ?? "";
    }
    changed();
  });
  button(say.dropIt, "plain", () => keep(""));
  form.before(notice);
})();
