// The concordance: loads a code's lines when it is chosen, filters and sorts them, shows a hundred at a time.
"use strict";
(function () {
  const { make, load } = window.halfloop;
  const SHOWN = 100;
  const form = document.getElementById("kwic-form");
  const body = document.getElementById("kwic").tBodies[0];
  const loaded = new Map();
  let index = null, rows = [], from = 0;
  window.halfloop.lines = ([code, lines]) => loaded.set(code, (loaded.get(code) ?? []).concat(lines));
  window.halfloop.concordance = (value) => {
    index = value;
    for (const [name, text] of new URLSearchParams(location.hash.slice(1))) if (form.elements[name]) form.elements[name].value = text;
    refresh();
  };
  const done = new Set();
  const chosen = () => Object.fromEntries(new FormData(form));
  async function lines(code) {
    if (!done.has(code)) {
      const entry = index.codes.find((one) => one[0] === code);
      if (!entry) return [];
      for (let part = 0; part < entry[3]; part++) await load("data/concordance/" + entry[4] + "." + part + ".js");
      done.add(code);
    }
    return loaded.get(code) ?? [];
  }
  const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N} ]/gu, "").trim();
  const keys = {
    doc: (line) => line[0] * 1e6 + line[1],
    left: (line) => plain(line[3]).split(" ").reverse().join(" "),
    node: (line) => plain(line[4]),
    right: (line) => plain(line[5]),
  };
  let ticket = 0;
  async function refresh() {
    const mine = ++ticket;
    const want = chosen();
    let all;
    try { all = await lines(want.code); } catch (error) { form.querySelector("output").textContent = error.message; return; }
    if (mine !== ticket) return;
    const query = want.q.toLowerCase();
    const other = index.codes.findIndex((one) => one[0] === want.with);
    rows = all.filter((line) => {
      const doc = index.documents[line[0]];
      return (!want.voice || doc[2] === want.voice) && (!want.doc || doc[0] === want.doc)
        && (!query || (line[3] + line[4] + line[5]).toLowerCase().includes(query))
        && (want.with === "claim.learning" ? line[6] === 1 : want.with === "claim.legitimation" ? line[6] === 2 : other < 0 || line[8].includes(other));
    });
    const key = keys[want.sort];
    const keyed = rows.map((line, order) => [key(line), order, line]);
    keyed.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1]));
    rows = keyed.map((entry) => entry[2]);
    from = 0;
    form.querySelector("output").textContent = rows.length + " of " + all.length + " lines";
    history.replaceState(null, "", "#" + new URLSearchParams(Object.entries(want).filter(([, text]) => text)));
    show();
  }
  function show() {
    const lane = index.codes.find((one) => one[0] === chosen().code)?.[1] ?? 0;
    body.replaceChildren(...rows.slice(from, from + SHOWN).map((line) => {
      const doc = index.documents[line[0]];
      const label = ["", "learning", "legitimation"][line[6]];
      const link = make("a", { href: "documents/" + doc[0] + ".html#s" + line[1] }, doc[1]);
      return make("tr", {}, make("td", { class: "n" }, make("bdi", {}, line[3])), make("td", { class: "node" }, make("mark", { class: "k" + lane }, line[4]), line[7] ? make("small", {}, line[7]) : ""),
        make("td", {}, line[5]), make("td", { class: "doc" }, link, make("small", {}, " p. " + line[2] + " "), label ? make("span", { class: "chip " + label }, label) : ""));
    }));
    document.getElementById("span").textContent = rows.length ? (from + 1) + "–" + Math.min(from + SHOWN, rows.length) : "no lines";
    document.getElementById("earlier").disabled = from === 0;
    document.getElementById("later").disabled = from + SHOWN >= rows.length;
  }
  document.getElementById("earlier").addEventListener("click", () => { from = Math.max(0, from - SHOWN); show(); });
  document.getElementById("later").addEventListener("click", () => { from += SHOWN; show(); });
  form.addEventListener("input", refresh);
  form.addEventListener("submit", (event) => event.preventDefault());
})();
