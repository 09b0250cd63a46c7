// While a unit registers: its credit code is checked as soon as it is typed; the words are the server's.
(function () {
  "use strict";
  const form = document.querySelector("[data-register]");
  const box = form && form.elements.namedItem("uscc");
  if (!box) return;
  const field = box.closest(".field");

  function show(problems) {
    field.querySelectorAll(".errors").forEach((list) => list.remove());
    field.classList.toggle("wrong", problems.length > 0);
    if (problems.length) box.setAttribute("aria-invalid", "true"); else box.removeAttribute("aria-invalid");
    if (!problems.length) return;
    const list = document.createElement("ul");
    list.className = "errors";
    list.id = "field-uscc-error";
    list.setAttribute("role", "status");
    for (const problem of problems) {
      const item = list.appendChild(document.createElement("li"));
      item.textContent = problem.message;
      const mend = item.appendChild(document.createElement("small"));
      mend.textContent = problem.mend;
    }
    box.setAttribute("aria-describedby", "field-uscc-help field-uscc-error");
    box.before(list);
  }

  box.addEventListener("change", async function () {
    if (!box.value.trim()) return show([]);
    try {
      const answer = await fetch(form.dataset.register + "?uscc=" + encodeURIComponent(box.value), { headers: { Accept: "application/json" } });
      if (answer.ok) show((await answer.json()).problems);
    } catch { /* no network: the server will say it when the form is sent */ }
  });
})();
