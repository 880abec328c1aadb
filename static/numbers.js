// The grammar of numbers while somebody types: the same as on the server (earlyhelp/core/
// numbers.py), held to it by one table of cases. A box with data-decimals says beside it what
// is wrong with the number in it, once it is left or has been still for a second. The server
// reads every number again.
(() => {
  "use strict";

  const MOST_WHOLE_DIGITS = 12;
  const LONGEST_SHOWN = 60;
  const STILL = 1000; // milliseconds
  const LIKE = ["a whole number, like 71", "a number, like 71.5", "a number, like 71.25"];
  const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
  const NUMBER =
    /^([+\u2212-]?)([1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]+|(?=\.[0-9]))(?:\.([0-9]*))?$/;
  const UNSEEN = /[\p{C}\p{Z}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f]/gu;
  const NAMES = {
    "\t": "tab",
    "\n": "line break",
    "\r": "line break",
    "\u00a0": "no-break space",
    "\u00ad": "soft hyphen",
    "\u2007": "figure space",
    "\u2009": "thin space",
    "\u200b": "zero width space",
    "\u200c": "zero width non-joiner",
    "\u200d": "zero width joiner",
    "\u200e": "left-to-right mark",
    "\u200f": "right-to-left mark",
    "\u202f": "narrow no-break space",
    "\u2060": "word joiner",
    "\u3000": "ideographic space",
    "\ufeff": "byte-order mark",
  };

  function grouped(whole) {
    return whole.toString().replace(/\B(?=(\d{3})+$)/g, ",");
  }

  // The text with characters that cannot be seen named.
  function visible(text) {
    return text.replace(UNSEEN, (char) => {
      if (char === " ") return char;
      const code = char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      return `[${NAMES[char] || `U+${code}`}]`;
    });
  }

  function quoted(shown) {
    const chars = Array.from(shown);
    const cut = chars.length > LONGEST_SHOWN;
    return `“${cut ? chars.slice(0, LONGEST_SHOWN).join("") + "…" : shown}”`;
  }

  function stripped(text) {
    return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  }

  // What a number must be, and what is in the way.
  function whyNot(typed, text, decimals) {
    const must = `must be ${LIKE[Math.min(decimals, 2)]}`;
    const shown = visible(typed);
    if (shown !== typed) return `${must}: ${quoted(shown)} has a character in it that cannot be seen`;
    if (/(?![0-9])\p{Nd}/u.test(typed)) return `${must}: only 0 to 9 are digits`;
    if (!/^[+\u2212-]?[0-9., ]+$/.test(typed)) return must;
    if (typed.includes(",")) {
      return `${must}: a comma groups thousands (1,061), and a decimal is written 1.5`;
    }
    if (typed.includes(" ")) {
      return `${must}: ${quoted(visible(stripped(text)))} is not grouped in thousands, like 1 061`;
    }
    return must;
  }

  function tooFine(decimals) {
    if (decimals === 0) return `must be ${LIKE[0]}`;
    return `must have no more than ${decimals === 1 ? "1 decimal place" : `${decimals} decimal places`}`;
  }

  // What a box says: {units}, a BigInt of whole units of the last decimal, or {wrong}, what it
  // must be. Nothing typed is neither.
  function parse(text, decimals, wholeDigits = MOST_WHOLE_DIGITS) {
    const typed = stripped(text.replace(SPACES, " "));
    if (!typed) return {};
    const found = NUMBER.exec(typed);
    if (!found) return { wrong: whyNot(typed, text, decimals) };
    const whole = found[2].replace(/[, ]/g, "").replace(/^0+/, "");
    const fraction = (found[3] || "").replace(/0+$/, "");
    if (!["", "+"].includes(found[1]) && (whole || fraction)) return { wrong: "must be 0 or more" };
    if (whole.length > wholeDigits) {
      return { wrong: `must be less than ${grouped(10n ** BigInt(wholeDigits))}` };
    }
    if (fraction.length > decimals) return { wrong: tooFine(decimals) };
    return { units: BigInt((whole || "0") + fraction.padEnd(decimals, "0")) };
  }

  // A number of units with its decimals, thousands separated.
  function written(units, decimals) {
    const scale = 10n ** BigInt(decimals);
    const rest = decimals ? "." + (units % scale).toString().padStart(decimals, "0") : "";
    return grouped(units / scale) + rest;
  }

  // -- boxes -------------------------------------------------------------------------------

  const boxes = Array.from(document.querySelectorAll("input[data-decimals]"));
  const byId = new Map(boxes.map((box) => [box.id, box]));

  function decimalsOf(box) {
    return Number(box.dataset.decimals);
  }

  // What stands in a box in units of its last decimal, or null: also where somebody chose to
  // say why there is no number.
  function unitsOf(box) {
    const why = box.name.includes("value-") && document.querySelector(
      `input[name="${box.name.replace("value-", "answer-")}"]:checked`,
    )?.value;
    const { units } = parse(box.value, decimalsOf(box));
    return why || units === undefined ? null : units;
  }

  function plain(box) {
    return written(unitsOf(box), decimalsOf(box)).replaceAll(",", "");
  }

  // The rule that a box breaks with the whole that it is a part of, in a sentence, or nothing.
  function broken(box) {
    const whole = byId.get(box.dataset.partOf);
    if (!whole) return "";
    const [part, of] = [unitsOf(box), unitsOf(whole)];
    if (part === null || of === null) return "";
    const most = Math.max(decimalsOf(box), decimalsOf(whole));
    const brought = (units, one) => units * 10n ** BigInt(most - decimalsOf(one));
    if (brought(part, box) <= brought(of, whole)) return "";
    return `“${box.dataset.name}” (${plain(box)}) cannot be more than “${whole.dataset.name}” (${plain(whole)})`;
  }

  function isTyped(box) {
    return box.value !== box.defaultValue;
  }

  // What is wrong with what stands in a box. A rule that came later than its figures is held
  // against what is typed now only.
  function wrongWith(box) {
    const { wrong } = parse(box.value, decimalsOf(box));
    if (wrong) return `${whose(box)}${box.dataset.name} ${wrong}`;
    const whole = byId.get(box.dataset.partOf);
    const why = whole && (isTyped(box) || isTyped(whole)) ? broken(box) : "";
    return why && whose(box) + why;
  }

  // On a sheet of several teams, which one.
  function whose(box) {
    return box.dataset.whose ? `${box.dataset.whose}: ` : "";
  }

  const spoken = document.createElement("div");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("role", "status");
  const shown = new Map(); // the message at a box, by the box
  const waiting = new Map(); // the box that waits to be still, with its timer

  // The server's own message at this box gives way to ours.
  function messageAt(box) {
    const theirs = box.id && document.getElementById(box.id.replace("value-", "error-"));
    if (theirs && box.getAttribute("aria-invalid") === "true") return theirs;
    const message = document.createElement("p");
    message.className = "govuk-error-message eh-sheet-wide";
    message.id = `typed-${box.id}`;
    message.hidden = true;
    const place = box.closest(".eh-sheet-box");
    if (place) place.insertAdjacentElement("afterend", message);
    else box.insertAdjacentElement("beforebegin", message);
    const described = box.getAttribute("aria-describedby");
    box.setAttribute("aria-describedby", described ? `${described} ${message.id}` : message.id);
    return message;
  }

  function say(box) {
    clearTimeout(waiting.get(box));
    waiting.delete(box);
    const wrong = wrongWith(box);
    if (!wrong && !shown.has(box) && box.getAttribute("aria-invalid") !== "true") return;
    if (!shown.has(box)) shown.set(box, messageAt(box));
    const message = shown.get(box);
    if (message.dataset.said === wrong) return;
    message.dataset.said = wrong;
    message.hidden = !wrong;
    const hidden = document.createElement("span");
    hidden.className = "govuk-visually-hidden";
    hidden.textContent = "Error:";
    message.replaceChildren(hidden, ` ${wrong}`);
    if (wrong) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
    speak(wrong);
  }

  // Said politely to who listens: what appeared beside a box, without taking the focus there.
  function speak(text) {
    spoken.textContent = text;
  }

  // A box and those that are part of it.
  function sayAround(box) {
    say(box);
    for (const part of boxes) if (part.dataset.partOf === box.id && part.value) say(part);
  }

  // What appears beside a box moves what is below it. While a mouse button is down that would
  // take the click away from under the pointer, so it waits until the button is up again.
  let isPointerDown = false;
  const held = new Set();

  function afterClick(act) {
    if (isPointerDown) held.add(act);
    else act();
  }

  function pointerUp() {
    isPointerDown = false;
    setTimeout(() => {
      for (const act of held) act();
      held.clear();
    }, 0);
  }

  document.addEventListener("pointerdown", () => { isPointerDown = true; }, true);
  document.addEventListener("pointerup", pointerUp, true);
  document.addEventListener("pointercancel", pointerUp, true);

  for (const box of boxes) {
    const tell = () => afterClick(() => sayAround(box));
    box.addEventListener("change", tell);
    box.addEventListener("input", () => {
      clearTimeout(waiting.get(box));
      if (box.getAttribute("aria-invalid") === "true") say(box);
      else waiting.set(box, setTimeout(tell, STILL));
    });
  }
  if (boxes.length) document.body.append(spoken);
  boxes.filter(isTyped).forEach(say);

  window.earlyHelpNumbers = { parse, visible, written, unitsOf, broken, wrongWith, afterClick, speak };
})();
