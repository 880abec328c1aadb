// A page that people type into for long (a return, a case, a moderation): what changed is saved
// by itself, part by part, and leaving while something is not saved asks first. A part is what
// stands in [data-part]; the server says what of it is right. It asks nothing and moves no focus.
// The page works without it.
(() => {
  "use strict";

  const form = document.querySelector("form[data-saving]");
  if (!form) return;
  const STILL = 5_000; // so long nothing was typed into a box that was not left
  const AGAIN = 10_000; // so long until it is tried again
  const PATIENCE = 20_000;
  const said = document.querySelector("[data-save-state]");

  function boxesOf(part) {
    return Array.from(part.element.querySelectorAll("input, textarea, select"));
  }

  function isChoice(box) {
    return box.type === "radio" || box.type === "checkbox";
  }

  // What stands in a part's boxes, to compare; without what is empty.
  function written(part) {
    const said = boxesOf(part).filter((box) => !box.matches(":disabled"));
    return together(said.filter((box) => !isChoice(box) || box.checked).map((box) => [box.name, box.value]));
  }

  // What stood in them when the page was made.
  function asItCame(part) {
    const came = boxesOf(part).filter((box) => !isChoice(box) || box.defaultChecked);
    return together(came.map((box) => [box.name, isChoice(box) ? box.value : box.defaultValue]));
  }

  function together(pairs) {
    return JSON.stringify(pairs.filter(([, value]) => value.trim()));
  }

  const parts = Array.from(form.querySelectorAll("[data-part]"), (element) => ({ element }));
  for (const part of parts) {
    const isUnsaved = part.element.dataset.unsaved !== undefined;
    part.saved = isUnsaved ? null : asItCame(part);
    part.tried = isUnsaved ? asItCame(part) : null; // what was refused, so that it is not sent for ever
    part.typing = null; // the box that is being typed into
    part.at = 0; // when something was last typed there
  }

  function isUnsaved(part) {
    return written(part) !== part.saved;
  }

  // "1," and "12." are on their way to a number; so is "1,06" while it is being typed.
  function isHalfTyped(part) {
    return boxesOf(part).some((box) => {
      if (!box.classList.contains("eh-number")) return false;
      const text = box.value.trim();
      return /[.,+-]$/.test(text) || (part.typing === box && /[, ]\d{1,2}$/.test(text));
    });
  }

  function isSettled(part) {
    return !part.typing || Date.now() - part.at >= STILL;
  }

  function say(text) {
    if (said && said.textContent !== text) said.textContent = text;
  }

  let isBusy = false;
  let isStopped = false; // nothing is saved by itself any more: the person has to save
  let isLeaving = false;
  let timer = 0;
  let afterwards = null; // the save that somebody asked for meanwhile

  function look() {
    clearTimeout(timer);
    timer = 0;
    if (isBusy || isStopped || isLeaving) return;
    const changed = parts.filter(isUnsaved);
    const ready = changed.filter((part) => isSettled(part) && !isHalfTyped(part));
    if (ready.some((part) => written(part) !== part.tried)) {
      send(ready);
      return;
    }
    if (changed.some((part) => isHalfTyped(part) && !part.typing)) say("Not saved: a number is half typed.");
    if (changed.some((part) => !isSettled(part))) timer = setTimeout(look, 500);
  }

  async function send(ready) {
    isBusy = true;
    const sent = ready.map((part) => [part, written(part)]);
    let answer = null;
    try {
      const reply = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: bodyOf(ready),
        headers: { "X-Autosave": "1" },
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (reply.type === "opaqueredirect") {
        stop("Not saved: you are signed out. Save, and what you typed is kept while you sign in.");
      } else if (reply.status === 200 || reply.status === 409) {
        answer = await reply.json();
      } else if (reply.status < 500 && reply.status !== 429) {
        stop("Not saved: save this page yourself, to see why.");
      } else {
        later();
      }
    } catch {
      later();
    }
    isBusy = false;
    if (answer) take(sent, answer);
    if (afterwards !== null) afterwards();
    else if (!timer) look();
  }

  function bodyOf(ready) {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "version", "was"]) body.append(name, form.elements[name].value);
    for (const box of ready.flatMap(boxesOf)) {
      if (!box.matches(":disabled") && (!isChoice(box) || box.checked)) body.append(box.name, box.value);
    }
    return body;
  }

  function take(sent, answer) {
    say(answer.says);
    if (answer.version === undefined) {
      isStopped = true;
      return;
    }
    form.elements.version.value = answer.version;
    form.elements.was.value = answer.was;
    for (const [part, text] of sent) {
      part.tried = text;
      if (!answer.bad.includes(part.element.dataset.part)) part.saved = text;
    }
  }

  function stop(text) {
    say(text);
    isStopped = true;
  }

  function later() {
    say("Not saved: there is no connection. What you typed stays here, and it is tried again.");
    timer = setTimeout(look, AGAIN);
  }

  function partOf(box) {
    return parts.find((part) => part.element.contains(box));
  }

  function typed(event) {
    const part = partOf(event.target);
    if (!part) return;
    part.typing = isChoice(event.target) ? null : event.target;
    part.at = Date.now();
    look();
  }

  function left(event) {
    const part = partOf(event.target);
    if (part && part.typing === event.target) part.typing = null;
    look();
  }

  form.addEventListener("input", typed);
  form.addEventListener("focusout", left);
  window.addEventListener("online", look);
  // One save at a time: two that are made from one version would make each other stale.
  form.addEventListener("submit", (event) => {
    if (isBusy) {
      event.preventDefault();
      const { submitter } = event;
      afterwards = () => {
        afterwards = null;
        form.requestSubmit(submitter);
      };
      return;
    }
    isLeaving = true;
  });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && parts.some(isUnsaved)) event.preventDefault();
  });
  look();
})();
