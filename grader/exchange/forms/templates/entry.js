
// Checks how answers are written, keeps a draft, and saves the submission. It knows no right answer.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const status = (text) => { one("#status").textContent = text; };
  const assignment = document.body.dataset.assignment;

  const tidy = (input) => {
    const text = plain(input.value);
    if (text && !problem(text)) input.value = text.replace(",", ".");
  };

  // ---- Checks: each cell for itself, each field for completeness, each step for how far it is.
  function checkStep(step) {
    const digits = Number(step.closest(".method").dataset.digits);
    const says = [];
    let filled = 0, total = 0;
    for (const field of all("[data-field]", step)) {
      const name = field.dataset.field, inputs = all("input", field);
      const written = inputs.filter((input) => input.value.trim());
      filled += written.length;
      total += inputs.length;
      for (const input of inputs) {
        const text = input.value.trim(), wrong = text && problem(text);
        const few = text && !wrong && fewDigits(text, digits);
        input.setAttribute("aria-invalid", String(Boolean(wrong)));
        input.classList.toggle("hint", Boolean(few));
        if (wrong) says.push(["bad", `${name}: “${text.slice(0, 30)}”${wrong}.`]);
        if (few) says.push(["few", `${name}: ${text} has fewer than ${digits} digits; is it exact?`]);
      }
      if (written.length && written.length < inputs.length && !standsForAll(field, written)) {
        says.push(["few", `${name}: ${written.length} of ${inputs.length} numbers.`]);
      }
    }
    one(".count", step).textContent = `${filled} of ${total}`;
    const list = one(".says", step);
    list.replaceChildren(...says.slice(0, 8).map(([kind, text]) => {
      const item = document.createElement("li");
      item.className = kind;
      item.textContent = text;
      return item;
    }));
    return { filled, total, bad: says.filter(([kind]) => kind === "bad").length };
  }

  // One number in place of all, such as a sum, where the key allows that: it stands alone in the first cell.
  function standsForAll(field, written) {
    return field.matches("[data-single]") && written.length === 1 && written[0] === one("input", field);
  }

  function checkGiven(input) {
    const text = input.value.trim(), wrong = Boolean(text) && Boolean(problem(text));
    input.setAttribute("aria-invalid", String(wrong));
    return wrong ? 1 : 0;
  }

{% if own %}
{% include "own.js" %}

{% endif %}
  function checkAll() {
    const sums = { filled: 0, total: 0, bad: 0 };
    for (const step of all(".method:not([hidden]) .step")) {
      const own = checkStep(step);
      for (const name of Object.keys(sums)) sums[name] += own[name];
    }
    for (const input of all("[data-given]")) sums.bad += checkGiven(input);
{% if own %}
    for (const input of all("[data-variant]")) sums.bad += checkOwn(input);
{% endif %}
    return sums;
  }

  function report() {
    const { filled, total, bad } = checkAll();
    const faults = bad ? `; ${bad} cannot be read as ${bad === 1 ? "a number" : "numbers"}` : "";
    status(total ? `${filled} of ${total} numbers${faults}.` : "");
  }

  // ---- The submission, as the grader reads it. Numbers stay text, so that their zeros at the end count.
  const valueOf = (input) => input.value.trim() || null;

  function fieldValue(field) {
    const shape = JSON.parse(field.dataset.shape);
    const rows = all("tr", field).map((row) => all("input", row).map(valueOf));
    if (rows.flat().every((value) => value === null)) return null;
    const alone = standsForAll(field, all("input", field).filter((input) => input.value.trim()));
    if (shape.length === 0 || alone) return rows[0][0];
    return shape.length === 1 ? rows[0] : rows;
  }

  function stepValue(step) {
    const value = JSON.parse(step.dataset.step);
    for (const field of all("[data-field]", step)) {
      const written = fieldValue(field);
      if (written !== null) value[field.dataset.field] = written;
    }
    return value;
  }

  function questionValue(section) {
    const value = {};
    for (const area of all("[data-part]", section)) {
      if (area.value.trim()) value[area.dataset.part] = area.value;
    }
    const method = one(".method:not([hidden])", section);
    if (!method) return value;
    value.method = method.dataset.method;
    const given = all("[data-given]", section).filter((input) => input.value.trim());
    if (given.length) value.given = Object.fromEntries(given.map((input) => [input.dataset.given, valueOf(input)]));
{% if own %}
    Object.assign(value, ownValues(section));
{% endif %}
    const empty = Object.keys(JSON.parse(one(".step", method).dataset.step)).length;
    value.steps = all(".step", method).map(stepValue).filter((step) => Object.keys(step).length > empty);
    return value;
  }

  function submission() {
    const answers = {};
    for (const section of all("[data-question]")) answers[section.dataset.question] = questionValue(section);
    return { assignment, student: one("#student").value.trim(), answers };
  }

  function save() {
    const value = submission();
    if (!value.student) {
      status("Type your student number first.");
      one("#student").focus();
      return;
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(value, null, 1) + "\n"], { type: "application/json" }));
    link.download = `${value.student.replace(/[^\w.-]/g, "_").slice(0, 80)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    const { filled, total, bad } = checkAll();
    status(`Saved as ${link.download}: ${filled} of ${total} numbers${bad ? `, and ${bad} that cannot be read` : ""}.`);
  }

  // ---- A file that was saved before.
  function fill(value) {
    const text = (item) => (item === null || item === undefined ? "" : String(item));
{% if own %}
    refuseOthers(value);
{% endif %}
    one("#student").value = text(value.student);
{% if own %}
    fillOwn(value);
{% endif %}
    for (const section of all("[data-question]")) {
      const answer = (value.answers || {})[section.dataset.question] || {};
      const chosen = one("[data-method-of]", section);
      if (chosen && answer.method) chosen.value = answer.method;
      if (chosen) show(chosen);
      for (const area of all("[data-part]", section)) area.value = text(answer[area.dataset.part]);
      for (const input of all("[data-given]", section)) input.value = text((answer.given || {})[input.dataset.given]);
      for (const step of all(".method:not([hidden]) .step", section)) {
        const labels = Object.entries(JSON.parse(step.dataset.step));
        const own = (answer.steps || []).find((each) => labels.every(([name, n]) => each[name] === n)) || {};
        for (const field of all("[data-field]", step)) {
          const numbers = [own[field.dataset.field]].flat(2);
          all("input", field).forEach((input, i) => { input.value = text(numbers[i]); });
        }
      }
    }
    report();
    keep();
  }

  async function open(event) {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    try {
      const value = JSON.parse(await file.text());
      if (value.assignment !== assignment) throw new Error("it is of another assignment");
      fill(value);
      status(`Opened ${file.name}.`);
    } catch (error) {
      status(`${file.name} cannot be opened: ${error.message}.`);
    }
  }

  // ---- A draft, where the browser keeps one for this page.
  const fields = () => all("input:not([type=file]), textarea, select");
  const names = new Map(fields().map((field, number) => [field, field.dataset.id || String(number)]));
{% if own %}
  const ofPage = [whose, ...all("[data-variant]").map((input) => input.defaultValue)];
  const DRAFT = `grader-draft:${assignment}:${names.size}:${JSON.stringify(ofPage)}`;
{% else %}
  const DRAFT = `grader-draft:${assignment}:${names.size}`;
{% endif %}
  let waiting = 0;

  function keep() {
    clearTimeout(waiting);
    waiting = setTimeout(store, 300);
  }

  function store() {
    clearTimeout(waiting);
    const draft = Object.fromEntries([...names].map(([field, name]) => [name, field.value]).filter(([, v]) => v));
    try { localStorage.setItem(DRAFT, JSON.stringify(draft)); } catch { /* then there is no draft */ }
  }
  window.addEventListener("pagehide", store);  // what was typed just before

  function restore() {
    let draft = null;
    try { draft = JSON.parse(localStorage.getItem(DRAFT)); } catch { /* nothing to restore */ }
    if (!draft) return;
    for (const [field, name] of names) if (typeof draft[name] === "string") field.value = draft[name];
    all("[data-method-of]").forEach(show);
  }

  function show(select) {
    for (const method of all(".method", select.closest("[data-question]"))) {
      method.hidden = method.dataset.method !== select.value;
    }
  }

  let sure = false;
  function clear() {
    const button = one("#clear");
    if (!sure) {
      sure = true;
      button.textContent = "Really clear all?";
      setTimeout(() => { sure = false; button.textContent = "Clear all"; }, 4000);
      return;
    }
{% if own %}
    for (const [field] of names) if (field.tagName !== "SELECT") field.value = field.defaultValue;
{% else %}
    for (const [field] of names) if (field.tagName !== "SELECT") field.value = "";
{% endif %}
    try { localStorage.removeItem(DRAFT); } catch { /* there was none */ }
    report();
    keep();
  }

  // ---- Moving about, and pasting ranges.
  const cell = (table, r, c) => one(`input[data-r="${r}"][data-c="${c}"]`, table);
  const place = (input) => [Number(input.dataset.r), Number(input.dataset.c)];

  function vertical(input, by) {
    const cells = all("input", input.closest("table"));
    const [r, c] = place(input);
    const inRow = cells.filter((other) => place(other)[0] === r + by);
    if (inRow.length) return inRow.find((other) => place(other)[1] === c) || inRow[inRow.length - 1];
    const tables = all(".method:not([hidden]) table");
    const next = tables[tables.indexOf(input.closest("table")) + by];
    if (!next) return null;
    const others = all("input", next);
    return by > 0 ? others[0] : others[others.length - 1];
  }

  function horizontal(input, by) {
    const atEdge = by > 0 ? input.selectionEnd === input.value.length : input.selectionEnd === 0;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const [r, c] = place(input);
    return atEdge || whole ? cell(input.closest("table"), r, c + by) : null;
  }

  function move(event) {
    const input = event.target;
    if (!input.matches("td input") || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const next = {
      ArrowDown: () => vertical(input, 1),
      ArrowUp: () => vertical(input, -1),
      Enter: () => vertical(input, event.shiftKey ? -1 : 1),
      ArrowRight: () => (event.shiftKey ? null : horizontal(input, 1)),
      ArrowLeft: () => (event.shiftKey ? null : horizontal(input, -1)),
    }[event.key];
    const target = next && next();
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.select();
  }

  function paste(event) {
    const input = event.target;
    if (!input.matches("td input")) return;
    let rows = pointForComma(cells(event.clipboardData.getData("text/plain")));
    if (rows.length === 1 && rows[0].length === 1) return; // one number: the browser's own way
    event.preventDefault();
    const table = input.closest("table"), [r, c] = place(input);
    const width = all("input", input.closest("tr")).length;
    const column = rows.every((row) => row.length === 1);
    if (column && width > 1 && rows.length === width - c) rows = [rows.map(([text]) => text)];
    let left = 0;
    rows.forEach((row, i) => row.forEach((text, j) => {
      const target = cell(table, r + i, c + j);
      if (target) { target.value = text; tidy(target); } else if (text) left += 1;
    }));
    report();
    keep();
    if (left) status(`${left} pasted ${left === 1 ? "number" : "numbers"} found no cell in this step.`);
  }

  document.addEventListener("keydown", move);
  document.addEventListener("paste", paste);
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-method-of]")) show(event.target);
    if (event.target.type === "file") return;
    report();
    keep();
  });
  document.addEventListener("change", (event) => {
    if (event.target.type === "file") return;
    if (event.target.matches(".number")) { tidy(event.target); report(); }
    store();  // a field that is left: while the page goes away may be too late
  });
  one("#save").addEventListener("click", save);
  one("#open").addEventListener("change", open);
  one("#clear").addEventListener("click", clear);
  restore();
  report();
})();
