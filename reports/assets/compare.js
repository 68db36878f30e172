// Two documents side by side: builds the table from the run's measures.
"use strict";
(function () {
  const { make } = window.halfloop;
  const form = document.getElementById("compare-form");
  const table = document.getElementById("compare");
  let data = null;
  window.halfloop.compare = (value) => {
    data = value;
    for (const [name, text] of new URLSearchParams(location.hash.slice(1))) if (form.elements[name]) form.elements[name].value = text;
    show();
  };
  const shown = (number, unit) => unit === "share" ? Math.round(100 * number) + "%" : number.toFixed(1);
  function bar(value, unit, most, side) {
    const box = make("span", { class: "range " + side, "aria-hidden": "true" });
    const low = make("i", {}), dot = make("b", {});
    low.style.left = 100 * Math.min(1, value[1] / most) + "%";
    low.style.width = 100 * (Math.min(1, value[2] / most) - Math.min(1, value[1] / most)) + "%";
    dot.style.left = 100 * Math.min(1, value[0] / most) + "%";
    box.append(low, dot);
    return box;
  }
  function cell(value, unit, most, side) {
    if (!value.length) return make("td", {}, "");
    if (value[0] === null) return make("td", {}, make("small", {}, value[3] ? value[4] + ", too few" : "none"));
    return make("td", {}, make("b", {}, shown(value[0], unit)), make("small", {}, " " + shown(value[1], unit) + " to " + shown(value[2], unit) + ", n = " + value[3]), bar(value, unit, most, side));
  }
  function show() {
    const a = form.elements.a.value, b = form.elements.b.value;
    const docs = Object.fromEntries(data.documents.map((doc) => [doc[0], doc]));
    const head = (name) => make("th", { scope: "col" }, make("a", { href: "documents/" + name + ".html" }, docs[name][1]), make("small", {}, " " + [docs[name][3], docs[name][4] || "undated"].join(", ")));
    table.tHead.replaceChildren(make("tr", {}, make("th", { scope: "col" }, "Measure"), head(a), head(b)));
    const rows = [];
    let group = "";
    data.measures.forEach(([, label, heading, unit, stamp], i) => {
      const left = data.values[a][i], right = data.values[b][i];
      if (!left.length && !right.length) return;
      if (heading !== group) { group = heading; rows.push(make("tr", { class: "group" }, make("th", { colspan: 3, scope: "colgroup" }, heading))); }
      const most = unit === "share" ? 1 : Math.max(left[2] ?? 0, right[2] ?? 0, 1);
      const name = make("th", { scope: "row" }, label, unit === "share" ? "" : make("small", {}, " per 1,000 sentences"));
      if (stamp) name.append(" ", make("span", { class: "stamp", title: stamp }, stamp.startsWith("agreement not") ? "agreement not measured" : "low agreement"));
      rows.push(make("tr", {}, name, cell(left, unit, most, "a"), cell(right, unit, most, "b")));
    });
    rows.push(make("tr", { class: "group" }, make("th", { colspan: 3, scope: "colgroup" }, "Eight contrasts: sentences with cues of joint development against transfer")));
    data.contrasts.forEach(([, question, joint, transfer], i) => {
      const side = (name) => { const [j, t] = data.profiles[name][i]; return make("td", {}, make("b", {}, String(j)), " " + joint, make("br"), make("b", {}, String(t)), " " + transfer); };
      rows.push(make("tr", {}, make("th", { scope: "row" }, question), side(a), side(b)));
    });
    table.tBodies[0].replaceChildren(...rows);
    history.replaceState(null, "", "#" + new URLSearchParams({ a, b }));
  }
  form.addEventListener("input", show);
})();
