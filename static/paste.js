// A block copied from a spreadsheet, pasted into a box of a return or of a sheet of several: it is
// shown first with what it would change and which cells are wrong, falls into the boxes below
// and beside, and can be undone. One number is pasted as ever.
(() => {
  "use strict";

  if (!window.earlyHelpReturn) return;
  const { form, boxes, ask, toExplain } = window.earlyHelpReturn;
  const { parse, wrongWith } = window.earlyHelpNumbers;
  const dialog = document.querySelector("[data-paste]");
  const line = document.querySelector("[data-pasted]");
  const undo = document.querySelector("[data-undo]");
  let last = null; // what the last paste changed: {box, was, choice} each
  let isFresh = false; // nothing was typed since

  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  // Rows of cells, as spreadsheets copy them: tabs between, a quoted cell may hold a line break.
  function cellsOf(text) {
    const rows = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
    return rows.map((row) => row.split("\t").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1").trim()));
  }

  // What each cell would do, from this box on: {box, cell, wrong}; and how many have no box. A
  // question that a team is not asked is a place without a box.
  function planOf(start, rows) {
    const seen = boxes.filter((box) => box.checkVisibility());
    const from = (name) => {
      const all = Array.from(new Set(seen.map((box) => box.dataset[name])));
      return all.slice(all.indexOf(start.dataset[name]));
    };
    const [questions, teams] = [from("code"), from("of")];
    const plan = [];
    let outside = 0;
    rows.forEach((row, down) => row.forEach((cell, step) => {
      const box = seen.find(
        ({ dataset: { code, of } }) => code === questions[down] && of === teams[step],
      );
      if (cell && !box) outside += 1;
      else if (cell) plan.push({ box, cell, wrong: parse(cell, Number(box.dataset.decimals)).wrong || "" });
    }));
    return { plan, outside };
  }

  function nameOf(box) {
    return box.dataset.name + (box.dataset.whose ? `, ${box.dataset.whose}` : "");
  }

  function cellOf(tag, text) {
    const cell = document.createElement(tag);
    cell.textContent = text;
    return cell;
  }

  function show(start, { plan, outside }) {
    const good = plan.filter((one) => !one.wrong);
    const wrong = plan.filter((one) => one.wrong);
    const replaced = good.filter(({ box, cell }) => box.value.trim() && box.value.trim() !== cell);
    dialog.querySelector("h2").textContent = good.length
      ? `Put ${count(good.length, "number")} into the boxes?`
      : "Nothing here can go into the boxes";
    const told = wrong.map(({ box, cell, wrong: why }) => `“${cell}” is left out: ${nameOf(box)} ${why}`);
    if (outside) told.push(`${count(outside, "cell")} left out: there is no box for ${outside === 1 ? "it" : "them"}`);
    if (replaced.length) told.push(`${count(replaced.length, "number")} typed before ${replaced.length === 1 ? "is" : "are"} replaced`);
    dialog.querySelector("ul").replaceChildren(...told.map((text) => cellOf("li", text)));
    dialog.querySelector("tbody").replaceChildren(...good.map(({ box, cell }) => {
      const row = document.createElement("tr");
      const head = cellOf("th", nameOf(box));
      head.scope = "row";
      const [now, then] = [cellOf("td", box.value || "–"), cellOf("td", cell)];
      now.className = then.className = "eh-num";
      row.append(head, now, then);
      return row;
    }));
    dialog.querySelector("table").hidden = !good.length;
    const put = dialog.querySelector("[data-put]");
    put.hidden = !good.length;
    put.onclick = () => {
      dialog.close();
      start.focus();
      fill(good, wrong, outside);
    };
    dialog.querySelector("[data-leave]").onclick = () => {
      dialog.close();
      start.focus();
    };
    dialog.showModal();
  }

  // Into a box, with whatever hangs on it: what is saved, asked and worked out.
  function put(box, text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
    box.dispatchEvent(new Event("focusout", { bubbles: true }));
    ask(box);
  }

  function choiceOf(box) {
    return form.querySelector(`input[name="${box.name.replace("value-", "answer-")}"]:checked`);
  }

  function fill(good, wrong, outside) {
    isFresh = true;
    last = good.map(({ box }) => ({ box, was: box.value, choice: choiceOf(box) }));
    for (const { box, cell } of good) put(box, cell);
    const broken = good.filter(({ box }) => wrongWith(box)).map(({ box }) => nameOf(box));
    const told = [`${count(good.length, "number")} put in.`];
    const left = wrong.map(({ box }) => nameOf(box));
    if (left.length) told.push(`Left out: ${left.join("; ")}.`);
    if (outside) told.push(`No box for ${count(outside, "cell")}.`);
    if (broken.length) told.push(`Look at: ${broken.join("; ")}.`);
    const questions = toExplain().length;
    if (questions) told.push(`${questions} to explain.`);
    say(told.join(" "), true);
  }

  function say(text, canUndo) {
    line.textContent = text;
    undo.hidden = !canUndo;
    undo.parentElement.hidden = false;
  }

  function takeBack() {
    if (!last) return;
    for (const { box, was, choice } of last) {
      put(box, was);
      if (choice) choice.checked = true;
    }
    last[0].box.focus();
    form.dispatchEvent(new Event("input", { bubbles: true }));
    last = null;
    say("What was pasted is taken back.", false);
  }

  undo.addEventListener("click", takeBack);
  form.addEventListener("paste", (event) => {
    const box = event.target;
    if (!box.classList.contains("eh-number")) return;
    const rows = cellsOf(event.clipboardData.getData("text/plain"));
    if (rows.length === 1 && rows[0].length === 1) return;
    event.preventDefault();
    show(box, planOf(box, rows));
  });
  // As in a spreadsheet, until something else is typed.
  form.addEventListener("input", (event) => { if (event.isTrusted) isFresh = false; });
  form.addEventListener("keydown", (event) => {
    if (!last || !isFresh || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    takeBack();
  });
})();
