// The document page: filters, keys, the panel with a sentence's codes, probabilities, cues and page picture.
"use strict";
(function () {
  const { make, words, codeWords, load } = window.halfloop;
  const article = document.querySelector("article.document");
  const form = document.getElementById("filters");
  const panel = document.getElementById("panel");
  const place = document.getElementById("place");
  const names = article.dataset.names.split("|");
  const starts = article.dataset.starts.split(",").map(Number);
  const number = Number(article.dataset.part);
  let data = { claims: {}, mentions: {}, pages: {} };
  let stops = [];
  let current = null;
  window.halfloop.part = (value) => { data = value; filter(); follow(); };

  const partOf = (sentence) => { let part = 1; starts.forEach((start, index) => { if (start <= sentence) part = index + 1; }); return part; };
  const marks = [...document.querySelectorAll("mark")];
  const mentionsOf = (mark) => mark.dataset.m.split(" ").map((id) => data.mentions[id]).filter(Boolean);

  function filter() {
    const chosen = new FormData(form);
    const labels = new Set(chosen.getAll("label"));
    const lanes = new Set(chosen.getAll("lane"));
    const code = chosen.get("code");
    for (const label of ["learning", "legitimation"]) article.classList.toggle("no-" + label, !labels.has(label));
    for (const mark of marks) {
      const kept = mentionsOf(mark).filter((m) => lanes.has(String(m[2])) && (!code || m[1] === code || m[1].startsWith(code + ".")));
      mark.className = kept.length ? [...new Set(kept.map((m) => "k" + m[2]))].join(" ") : "dim";
    }
    stops = [...document.querySelectorAll(".s")].filter((s) => {
      const claim = s.classList.contains("claim") && [...labels].some((label) => s.classList.contains(label));
      const coded = s.querySelector("mark:not(.dim)") !== null;
      return code ? coded : claim || (coded && !labels.size);
    });
    const only = chosen.get("only");
    const marked = new Set(stops.map((s) => s.closest(".para")));
    for (const para of document.querySelectorAll(".para")) para.classList.toggle("gone", Boolean(only) && !para.classList.contains("heading") && !marked.has(para) && !(!code && para.querySelector("mark:not(.dim)")));
    tell();
  }
  function tell() {
    const at = current ? stops.indexOf(current) : -1;
    place.textContent = stops.length ? (at >= 0 ? at + 1 + " of " : "") + stops.length : "nothing marked";
  }
  function step(by) {
    if (!stops.length) return turn(by);
    let at = stops.indexOf(current);
    if (at < 0) {
      const from = current ?? [...document.querySelectorAll(".s")].find((s) => s.getBoundingClientRect().bottom > 80);
      const after = stops.findIndex((s) => from && (from.compareDocumentPosition(s) & Node.DOCUMENT_POSITION_FOLLOWING || s === from));
      at = by > 0 ? (after < 0 ? stops.length : after) - 1 : (after < 0 ? stops.length : after);
    }
    const next = stops[at + by];
    if (next) choose(next, true); else turn(by);
  }
  function turn(by) {
    const next = names[number - 1 + by];
    if (next) location.href = next + (by > 0 ? "#first" : "#last");
  }
  function choose(sentence, move) {
    current?.classList.remove("here");
    current = sentence;
    sentence.classList.add("here");
    if (move) sentence.scrollIntoView({ block: innerWidth > 760 ? "center" : "start" });
    history.replaceState(null, "", "#" + sentence.id);
    show(sentence);
    tell();
  }
  function show(sentence) {
    const id = sentence.id.slice(1);
    const claim = data.claims[id];
    const found = Object.values(data.mentions).filter((m) => m[0] === Number(id));
    panel.replaceChildren();
    const close = make("button", { type: "button", class: "close" }, "close");
    close.addEventListener("click", () => { panel.classList.remove("open"); sentence.tabIndex = -1; sentence.focus(); });
    panel.append(close, make("h2", {}, claim ? words(claim[0]) + " claim" : "Not a claim"));
    if (claim) {
      const notes = [words(claim[2]), claim[3] && claim[3] !== "unspecified" ? claim[3] + " learns" : "", claim[4] ? "the classifier is unsure" : ""].filter(Boolean);
      if (notes.length) panel.append(make("p", { class: "facts" }, notes.join(" · ")));
      const bars = make("div", { class: "bars" });
      ["neither", "learning", "legitimation"].forEach((label, i) => {
        const bar = make("b", {});
        bar.style.width = 100 * claim[1][i] + "%";
        bars.append(make("span", {}, label), make("i", { class: label }, bar), make("span", {}, Math.round(100 * claim[1][i]) + "%"));
      });
      panel.append(bars);
      if (claim[5].length) {
        panel.append(make("h3", {}, "What moved it (log-odds)"));
        panel.append(make("ul", {}, ...claim[5].map(([cue, weight]) => make("li", {}, make("span", {}, cue), make("span", {}, (weight > 0 ? "+" : "−") + Math.abs(weight).toFixed(2))))));
      }
    }
    if (found.length) {
      panel.append(make("h3", {}, "Codes"));
      panel.append(make("ul", {}, ...found.map((m) => make("li", {}, make("span", {}, make("span", { class: "swatch line k" + m[2] }), " " + codeWords(m[1])), make("small", {}, [m[3], m[4], m[5]].filter(Boolean).join(" · "))))));
    }
    const link = make("a", { href: "#" + sentence.id }, "Permalink to this sentence");
    panel.append(make("p", {}, link));
    picture(sentence, Number(id));
    panel.classList.add("open");
    panel.scrollTop = 0;
  }
  function picture(sentence, id) {
    const page = Object.keys(data.pages).find((number) => data.pages[number][3].some((shape) => shape[5] === id)) ?? pageOf(sentence);
    const sheet = data.pages[page];
    const source = article.dataset.pdf;
    if (source && page && source.toLowerCase().endsWith(".pdf")) panel.append(make("p", {}, make("a", { href: source + "#page=" + page }, "Page " + page + " of the PDF")));
    if (!sheet) return;
    const [src, width, height, shapes] = sheet;
    const spaced = (tag, attributes) => { const element = document.createElementNS("http://www.w3.org/2000/svg", tag); for (const [n, v] of Object.entries(attributes)) element.setAttribute(n, v); return element; };
    const overlay = spaced("svg", { viewBox: "0 0 " + width + " " + height, preserveAspectRatio: "none", "aria-hidden": "true" });
    for (const [x, y, w, h, kind, owner] of shapes) {
      const code = kind.startsWith("k") && kind.length === 2;
      const rect = spaced("rect", { x, y, width: w, height: h, class: (code ? "k " + kind : kind) + (owner === id && !code ? " here" : "") });
      if (code) rect.style.stroke = "var(--c)";
      rect.addEventListener("click", () => { const target = document.getElementById("s" + owner); if (target) choose(target, true); });
      overlay.append(rect);
    }
    const image = make("img", { src, width: Math.round(width), height: Math.round(height), loading: "lazy", alt: "Page " + page + " of the document as it looks" });
    panel.append(make("div", { class: "leaf" }, image, overlay), make("p", { class: "hint" }, "Page " + page + ", with the same highlights. ", make("a", { href: src }, "Larger")));
  }
  function pageOf(sentence) {
    let page = null;
    for (const mark of document.querySelectorAll(".pb")) if (mark.compareDocumentPosition(sentence) & Node.DOCUMENT_POSITION_FOLLOWING) page = mark.textContent;
    return page;
  }
  function follow() {
    const wanted = location.hash.slice(1);
    if (wanted === "first" || wanted === "last") { if (stops.length) choose(wanted === "first" ? stops[0] : stops[stops.length - 1], true); return; }
    if (!/^s\d+$/.test(wanted)) return;
    const part = partOf(Number(wanted.slice(1)));
    if (part !== number) { location.replace(names[part - 1] + "#" + wanted); return; }
    const target = document.getElementById(wanted);
    if (target) choose(target, true);
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", follow);
  document.getElementById("next").addEventListener("click", () => step(1));
  document.getElementById("previous").addEventListener("click", () => step(-1));
  document.querySelector(".text").addEventListener("click", (event) => {
    const sentence = event.target.closest(".s");
    if (sentence && !event.target.closest("a") && !String(getSelection())) choose(sentence, false);
  });
  document.addEventListener("mouseover", (event) => {
    const mark = event.target.closest?.("mark");
    if (mark && !mark.title) mark.title = mentionsOf(mark).map((m) => [codeWords(m[1]), m[3], m[4]].filter(Boolean).join(", ")).join("\n");
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    if (event.key === "j" || event.key === "n") step(1);
    else if (event.key === "k" || event.key === "p") step(-1);
    else if (event.key === "]") turn(1);
    else if (event.key === "[") turn(-1);
    else if (event.key === "Escape") panel.classList.remove("open");
    else return;
    event.preventDefault();
  });
  if (matchMedia("(max-width: 1180px)").matches) document.querySelector(".filters").open = false;
  filter();
})();
