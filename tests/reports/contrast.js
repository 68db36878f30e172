// Texts whose contrast with what lies under them is less than WCAG AA asks for (4.5), a few of them in words.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (text, under) => { canvas.clearRect(0, 0, 1, 1); if (under) { canvas.fillStyle = under; canvas.fillRect(0, 0, 1, 1); }
    canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const f = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
  const bad = [];
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest("svg") || ![...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    let under = null;
    for (let up = element; up; up = up.parentElement) { const c = getComputedStyle(up).backgroundColor; if (rgb(c)[3] > 250) { under = c; break; } }
    const a = light(rgb(style.color, under)), b = light(rgb(under || "white"));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5 && !element.disabled) bad.push(element.tagName + "." + element.className + " " + ratio.toFixed(2) + " " + element.textContent.trim().slice(0, 30));
  }
  return [...new Set(bad)].slice(0, 8);
}
