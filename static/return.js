// A return, while somebody types: Enter goes to the next box, percentages are worked out,
// progress is counted, and an unusual figure is asked about at once. The page works without
// any of it; the server works everything out again. (What is saved when: saving.js.)
(() => {
  "use strict";

  const form = document.querySelector("[data-fill-in]");
  if (!form) return;
  const boxes = Array.from(form.querySelectorAll(".eh-number"));
  const boxOf = new Map(boxes.map((box) => [box.name.replace(/^value-/, ""), box]));

  const { parse, written, unitsOf: units, broken, afterClick } = window.earlyHelpNumbers;

  // A number that the server wrote, in units of its last decimal.
  function read(text, decimals) {
    return parse(text, decimals).units ?? null;
  }

  function workOut(line) {
    const top = boxOf.get(line.dataset.numerator);
    const bottoms = line.dataset.denominators.split(" ").map((code) => boxOf.get(code));
    const shown = line.querySelector("[data-worked]");
    const odd = line.querySelector("[data-odd]");
    odd.textContent = "";
    const refused = [top, ...bottoms].map(broken).find(Boolean);
    if (refused) {
      shown.textContent = "not worked out";
      odd.textContent = `: ${refused}`;
      return;
    }
    const numerator = units(top);
    const parts = bottoms.map(units);
    if (numerator === null || parts.includes(null)) {
      shown.textContent = "not all answered yet";
      return;
    }
    const most = Math.max(...bottoms.map((box) => Number(box.dataset.decimals)));
    const denominator = parts.reduce(
      (sum, part, n) => sum + part * 10n ** BigInt(most - Number(bottoms[n].dataset.decimals)),
      0n,
    );
    if (denominator === 0n) {
      shown.textContent = "no cases";
      return;
    }
    // Exact until the last step, which rounds half up.
    const own = Number(top.dataset.decimals);
    const places = Number(line.dataset.places);
    const over = numerator * BigInt(line.dataset.scale) * 10n ** BigInt(most + places);
    const under = denominator * 10n ** BigInt(own);
    const rounded = (2n * over + under) / (2n * under);
    shown.textContent =
      `${written(rounded, places)}${line.dataset.unit} ` +
      `(${written(numerator, own)} of ${written(denominator, most)})`;
    if (line.dataset.usual) odd.textContent = whyOdd(line, rounded, places);
  }

  // Whether a percentage is far from what is usual here, as the server says it.
  function whyOdd(line, rounded, places) {
    const fine = Math.max(places, 1);
    const value = rounded * 10n ** BigInt(fine - places);
    const [low, high] = [line.dataset.low, line.dataset.high].map((end) => read(end, fine));
    if (low <= value && value <= high) return "";
    return `: well ${value < low ? "below" : "above"} this team's usual ${line.dataset.usual}`;
  }

  function isAnswered(box) {
    const code = box.name.replace(/^value-/, "");
    const answer = form.querySelector(`input[name="answer-${code}"]:checked`);
    return Boolean(box.value.trim() || (answer && answer.value));
  }

  function count() {
    const total = document.querySelector("[data-answered]");
    if (total) total.textContent = boxes.filter(isAnswered).length;
    for (const group of form.querySelectorAll("[data-group]")) {
      const shown = document.querySelector(
        `[data-answered-in="${group.getAttribute("aria-labelledby")}"]`,
      );
      const inside = boxes.filter((box) => group.contains(box));
      if (shown) shown.textContent = inside.filter(isAnswered).length;
    }
  }

  // Ask in place, once a number has been typed; never take a question away that has an answer.
  function ask(box) {
    const asks = box.closest("[data-question]").querySelector("[data-asks]");
    if (!asks || box.dataset.low === undefined) return;
    const decimals = Number(box.dataset.decimals);
    const value = units(box);
    const low = read(box.dataset.low, decimals);
    const high = read(box.dataset.high, decimals);
    let sentence = "";
    if (value !== null) {
      const number = written(value, decimals).replaceAll(",", "");
      if (value === 0n && box.dataset.neverZero !== undefined) {
        sentence = `0 has not been counted here before; it is usually ${box.dataset.usual}.`;
      } else if (value < low) {
        sentence = `${number} is well below this team's usual ${box.dataset.usual}.`;
      } else if (value > high) {
        sentence = `${number} is well above this team's usual ${box.dataset.usual}.`;
      }
    }
    const repeated = box.defaultValue === box.value && box.dataset.asked !== undefined;
    box.classList.toggle("eh-number--asked", Boolean(sentence) || repeated);
    if (sentence) {
      asks.hidden = false;
      asks.disabled = false;
      asks.querySelector("[data-sentence] strong").textContent = "Is this right?";
      asks.querySelector("[data-sentence] span").textContent = sentence;
    } else if (!repeated && !asks.querySelector("textarea").value.trim()) {
      asks.hidden = true;
      asks.disabled = true;
    }
  }

  // Words that were written about another number have to be ticked or changed.
  function askAgain(box) {
    const still = box.closest("[data-question]").querySelector("[data-still]");
    if (!still) return;
    const value = units(box);
    const decimals = Number(box.dataset.decimals);
    const isAnother = value !== null && value !== read(still.dataset.still, decimals);
    const words = box.closest("[data-question]").querySelector("[data-asks] textarea");
    const tick = still.querySelector("input");
    const number = value === null ? "" : written(value, decimals).replaceAll(",", "");
    if (tick.value !== number) tick.checked = false;
    tick.value = number;
    still.querySelector("[data-number]").textContent = number;
    still.querySelector(".govuk-checkboxes").hidden = !isAnother;
    still.hidden = !isAnother || words.value.trim() !== words.defaultValue.trim();
  }

  for (const box of boxes) {
    if (box.classList.contains("eh-number--asked")) box.dataset.asked = "";
    // A question that appears would take a click away from under the pointer.
    box.addEventListener("change", () => afterClick(() => ask(box)));
    box.addEventListener("focus", () => box.select());
    // A number that is typed after "could not be provided" was chosen means that there is one.
    box.addEventListener("input", () => {
      const code = box.name.replace(/^value-/, "");
      if (box.value.trim()) form.querySelector(`input[name="answer-${code}"]`).checked = true;
    });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      ask(box);
      const next = boxes[boxes.indexOf(box) + 1];
      (next || form.querySelector(".eh-buttons button[type=submit]")).focus();
    });
  }
  // Enter in a choice would save the page by surprise as well.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.type === "radio") event.preventDefault();
  });
  form.addEventListener("input", () => {
    for (const line of form.querySelectorAll("[data-numerator]")) workOut(line);
    count();
    boxes.forEach(askAgain);
  });
  // What was typed before this script came is asked about.
  const early = boxes.filter((box) => box.value !== box.defaultValue);
  early.forEach(ask);
  if (early.length) form.dispatchEvent(new Event("input"));
})();
