// A return, or a sheet of several, while somebody types: Enter and the arrow keys go from box to
// box, percentages are worked out, progress is counted, and an unusual figure is asked about at
// once. The page works without any of it; the server works everything out again. (What is saved
// when: saving.js; what is pasted: paste.js.)
(() => {
  "use strict";

  const form = document.querySelector("[data-fill-in]");
  if (!form) return;
  const boxes = Array.from(form.querySelectorAll(".eh-number"));
  const keyOf = (box) => box.dataset.of + box.dataset.code;
  const boxOf = new Map(boxes.map((box) => [keyOf(box), box]));
  const asksOf = new Map(
    Array.from(form.querySelectorAll("[data-asks]"), (asks) => [asks.dataset.asks, asks]),
  );

  const { parse, written, unitsOf: units, broken, afterClick, speak } = window.earlyHelpNumbers;

  // A number that the server wrote, in units of its last decimal.
  function read(text, decimals) {
    return parse(text, decimals).units ?? null;
  }

  function workOut(line) {
    const box = (code) => boxOf.get(line.dataset.of + code);
    const top = box(line.dataset.numerator);
    const bottoms = line.dataset.denominators.split(" ").map(box);
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
    const most = Math.max(...bottoms.map((one) => Number(one.dataset.decimals)));
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
    const name = box.name.replace("value-", "answer-");
    const answer = form.querySelector(`input[name="${name}"]:checked`);
    return Boolean(box.value.trim() || (answer && answer.value));
  }

  function count() {
    const answered = new Set(boxes.filter(isAnswered));
    for (const total of document.querySelectorAll("[data-answered]")) {
      const of = total.dataset.answered;
      total.textContent = [...answered].filter((box) => !of || box.dataset.of === of).length;
    }
    for (const group of form.querySelectorAll("[data-group]")) {
      const shown = document.querySelector(
        `[data-answered-in="${group.getAttribute("aria-labelledby")}"]`,
      );
      const inside = boxes.filter((box) => group.contains(box));
      if (shown) shown.textContent = inside.filter((box) => answered.has(box)).length;
    }
    const number = toExplain().length;
    const shown = form.querySelector("[data-to-explain]");
    shown.hidden = !number;
    shown.textContent = ` · ${number} to explain`;
  }

  // The questions that are open and have no words yet, or words on another number.
  function toExplain() {
    return Array.from(asksOf.values()).filter((asks) => {
      if (asks.hidden) return false;
      const still = asks.querySelector("[data-still]");
      const tick = still && !still.hidden && still.querySelector("input");
      if (tick && !tick.checked && !tick.closest(".govuk-checkboxes").hidden) return true;
      return !explains(asks);
    });
  }

  // Whether something is ticked or written as the reason.
  function explains(asks) {
    return wordsOf(asks).some(Boolean);
  }

  function wordsOf(asks, asItCame = false) {
    const ticks = Array.from(asks.querySelectorAll(".eh-reasons input"));
    const { value, defaultValue } = asks.querySelector("textarea");
    return [
      ...ticks.map((tick) => (asItCame ? tick.defaultChecked : tick.checked)),
      (asItCame ? defaultValue : value).trim(),
    ];
  }

  // Ask in place, once a number has been typed; never take a question away that has an answer.
  function ask(box) {
    const asks = asksOf.get(keyOf(box));
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
      const whose = box.dataset.whose ? `, ${box.dataset.whose}` : "";
      if (asks.hidden) speak(`${box.dataset.name}${whose}: is this right? ${sentence}`);
      asks.hidden = false;
      asks.disabled = false;
      asks.querySelector("[data-sentence] strong").textContent = "Is this right?";
      asks.querySelector("[data-sentence] span").textContent = sentence;
    } else if (!repeated && !explains(asks)) {
      asks.hidden = true;
      asks.disabled = true;
    }
    count();
  }

  // Words that were written about another number have to be ticked or changed.
  function askAgain(box) {
    const asks = asksOf.get(keyOf(box));
    const still = asks && asks.querySelector("[data-still]");
    if (!still) return;
    const value = units(box);
    const decimals = Number(box.dataset.decimals);
    const isAnother = value !== null && value !== read(still.dataset.still, decimals);
    const tick = still.querySelector("input");
    const number = value === null ? "" : written(value, decimals).replaceAll(",", "");
    if (tick.value !== number) tick.checked = false;
    tick.value = number;
    still.querySelector("[data-number]").textContent = number;
    still.querySelector(".govuk-checkboxes").hidden = !isAnother;
    const isNew = JSON.stringify(wordsOf(asks)) !== JSON.stringify(wordsOf(asks, true));
    still.hidden = !isAnother || isNew;
  }

  // -- from box to box -------------------------------------------------------------------------

  const teams = Array.from(new Set(boxes.map((box) => box.dataset.of)));
  const isSeen = (box) => box.checkVisibility();

  // The boxes in the order in which Enter takes them: down one team, then the next.
  function inOrder() {
    return teams.flatMap((of) => boxes.filter((box) => box.dataset.of === of)).filter(isSeen);
  }

  function beside(box, step) {
    const row = boxes.filter((one) => one.dataset.code === box.dataset.code && isSeen(one));
    return row[row.indexOf(box) + step];
  }

  function below(box, step) {
    const column = boxes.filter((one) => one.dataset.of === box.dataset.of && isSeen(one));
    return column[column.indexOf(box) + step];
  }

  // An arrow to the side leaves a box only from the end of what stands in it, or where all of it
  // is marked, as it is when one comes to it.
  function isAtEnd(box, key) {
    const { selectionStart: from, selectionEnd: to, value } = box;
    if (from === 0 && to === value.length) return true;
    return from === to && to === (key === "ArrowLeft" ? 0 : value.length);
  }

  function target(box, key) {
    if (key === "Enter") {
      const order = inOrder();
      return order[order.indexOf(box) + 1] || form.querySelector(".eh-buttons--save button");
    }
    if (key === "ArrowUp") return below(box, -1);
    if (key === "ArrowDown") return below(box, 1);
    return isAtEnd(box, key) ? beside(box, key === "ArrowLeft" ? -1 : 1) : null;
  }

  const KEYS = ["Enter", "ArrowUp", "ArrowDown"].concat(teams.length > 1 ? ["ArrowLeft", "ArrowRight"] : []);

  for (const box of boxes) {
    if (box.classList.contains("eh-number--asked")) box.dataset.asked = "";
    // A question that appears would take a click away from under the pointer.
    box.addEventListener("change", () => afterClick(() => ask(box)));
    box.addEventListener("focus", () => box.select());
    // A number that is typed after "could not be provided" was chosen means that there is one.
    box.addEventListener("input", () => {
      const name = box.name.replace("value-", "answer-");
      if (box.value.trim()) form.querySelector(`input[name="${name}"]`).checked = true;
    });
    box.addEventListener("keydown", (event) => {
      const { key, isComposing, shiftKey, ctrlKey, altKey, metaKey } = event;
      // Asked before the browser looks for the next stop, so that the question is it.
      if (key === "Tab" && !shiftKey) ask(box);
      if (!KEYS.includes(key) || isComposing || shiftKey || ctrlKey || altKey || metaKey) return;
      const next = target(box, key);
      if (!next && key !== "Enter") return;
      event.preventDefault();
      ask(box);
      if (next) next.focus();
    });
  }
  // Enter in a choice would save the page by surprise as well.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.type === "radio") event.preventDefault();
  });
  form.addEventListener("input", () => {
    for (const line of form.querySelectorAll("[data-numerator]")) workOut(line);
    boxes.forEach(askAgain);
    count();
  });
  // What was typed before this script came is asked about.
  const early = boxes.filter((box) => box.value !== box.defaultValue);
  early.forEach(ask);
  if (early.length) form.dispatchEvent(new Event("input"));

  window.earlyHelpReturn = { form, boxes, ask, toExplain };
})();
