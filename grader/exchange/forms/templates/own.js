
  // Within entry.js, where a page is of one student or has places for own values: these came with the page, or
  // with a file that was opened, or were copied from a sheet.
  const whose = one("#student").defaultValue;

  // Numbers in as many brackets as there are; a text that is nothing of the kind stays one, to be named later.
  function numbersIn(text) {
    try {
      const value = JSON.parse(text);
      return [value].flat(3).every((number) => Number.isFinite(number)) ? value : text;
    } catch {
      return text;
    }
  }

  function checkOwn(input) {
    const wrong = Boolean(input.value.trim()) && typeof numbersIn(input.value) === "string";
    input.setAttribute("aria-invalid", String(wrong));
    return wrong ? 1 : 0;
  }

  function ownValues(section) {
    const inputs = all("[data-variant]", section).filter((input) => input.value.trim());
    if (!inputs.length) return {};
    return { variant: Object.fromEntries(inputs.map((input) => [input.dataset.variant, numbersIn(input.value)])) };
  }

  const variantIn = (value, section) => ((value.answers || {})[section.dataset.question] || {}).variant || {};

  // A page with somebody's values takes no file of another student, nor one of other values.
  function refuseOthers(value) {
    if (whose && value.student && value.student !== whose) throw new Error("it is of another student");
    for (const section of all("[data-question]")) {
      const variant = variantIn(value, section);
      for (const { dataset, defaultValue } of all("[data-variant]", section)) {
        const stated = variant[dataset.variant] ?? null;
        const other = stated !== null && JSON.stringify(stated) !== JSON.stringify(numbersIn(defaultValue));
        if (defaultValue && other) throw new Error(`its own values are not those of this page (${dataset.variant})`);
      }
    }
  }

  function fillOwn(value) {
    if (whose) one("#student").value = whose;
    for (const section of all("[data-question]")) {
      for (const input of all("[data-variant]", section)) {
        const stated = variantIn(value, section)[input.dataset.variant] ?? "";
        input.value = input.defaultValue || (typeof stated === "string" ? stated : JSON.stringify(stated));
      }
    }
  }
