// What every page shares: the theme, sortable and filterable tables. No page needs it to be read.
"use strict";
(function () {
  const store = (key, value) => { try { return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value); } catch { return null; } };
  const theme = store("halfloop-theme");
  if (theme) document.documentElement.dataset.theme = theme;
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) if (value !== undefined && value !== null) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const words = (name) => name.replaceAll("_", " ");
  const codeWords = (code) => { const [top, sub] = code.split("."); return sub ? words(top) + ": " + words(sub) : words(top); };
  const load = (src) => new Promise((resolve, reject) => {
    const script = make("script", { src });
    script.onload = resolve;
    script.onerror = () => reject(new Error(src + " is missing"));
    document.head.append(script);
  });
  window.halfloop = { make, words, codeWords, load, store };

  const toggle = document.getElementById("theme");
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    store("halfloop-theme", root.dataset.theme);
  });

  const value = (cell) => {
    const text = cell.dataset.v ?? cell.textContent.trim();
    const number = Number(text.replaceAll(",", ""));
    return text !== "" && !Number.isNaN(number) ? number : text.toLowerCase();
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number") ? a - b
    : (typeof a === typeof b) ? String(a).localeCompare(String(b), "en") : (typeof a === "number" ? -1 : 1);
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = make("button", { type: "button", class: "sort" }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const numeric = head.classList.contains("n");
        const down = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : numeric;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const keyed = [...body.rows].map((row, order) => ({ row, order, key: value(row.cells[column]) }));
        keyed.sort((a, b) => (down ? -1 : 1) * compare(a.key, b.key) || a.order - b.order);
        body.append(...keyed.map((entry) => entry.row));
      });
    });
  }
  for (const form of document.querySelectorAll("form[data-filter]")) {
    const rows = [...document.getElementById(form.dataset.filter).tBodies[0].rows];
    const out = form.querySelector("output");
    const apply = () => {
      const wanted = [...new FormData(form)].filter(([, text]) => text);
      let shown = 0;
      for (const row of rows) {
        row.hidden = !wanted.every(([name, text]) => name === "q" ? row.textContent.toLowerCase().includes(text.toLowerCase()) : row.dataset[name] === text);
        shown += row.hidden ? 0 : 1;
      }
      out.textContent = shown + " of " + rows.length;
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }
})();
