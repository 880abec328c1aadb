// A page that people type into for long (a return, a case, a moderation): what changed is saved
// by itself, part by part, and leaving while something is not saved asks first. A part is what
// stands in every [data-part] of one name; the server says what of it is right. It asks nothing and
// moves no focus. A sheet of several rows saves each to its own address ([data-saves-to]), as
// that row's own page would; one that somebody else changed stops, the others go on. The page
// works without it.
(() => {
  "use strict";

  const form = document.querySelector("form[data-saving]");
  if (!form) return;
  const STILL = 5_000; // so long nothing was typed into a box that was not left
  const AGAIN = 10_000; // so long until it is tried again
  const PATIENCE = 20_000;
  const said = document.querySelector("[data-save-state]");

  // Each row that is saved: where, how its names begin here, and its version and what it said.
  const owners = Array.from(form.querySelectorAll("[data-saves-to]"), (version) => ({
    action: version.dataset.savesTo,
    prefix: version.dataset.prefix,
    name: version.dataset.name,
    stopped: "", // why nothing more of it is saved by itself
    wrong: "", // why some of it is not saved
  }));
  if (!owners.length) owners.push({ action: form.getAttribute("action"), prefix: "", name: "", stopped: "", wrong: "" });

  function boxesOf(part) {
    return part.elements.flatMap((element) => Array.from(element.querySelectorAll("input, textarea, select")));
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

  const byName = new Map();
  for (const element of form.querySelectorAll("[data-part]")) {
    const { part: name } = element.dataset;
    const owner = owners.find((one) => name.startsWith(one.prefix));
    if (!byName.has(name)) byName.set(name, { name: name.slice(owner.prefix.length), owner, elements: [] });
    byName.get(name).elements.push(element);
  }
  const parts = Array.from(byName.values());
  for (const part of parts) {
    const isUnsaved = part.elements.some((element) => element.dataset.unsaved !== undefined);
    if (isUnsaved) part.owner.wrong = named(part.owner, "Not saved: correct what is marked.");
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

  // Of which row something is said, where there are several.
  function named(owner, text) {
    return owner.name ? `${owner.name}: ${text}` : text;
  }

  let latest = said ? said.textContent.trim() : ""; // what the page came with

  function say(text) {
    latest = text;
    show();
  }

  // What of a row is not saved stays said while it is so, also where another one is.
  function show() {
    const told = owners.map((owner) => owner.stopped || (parts.some((part) => part.owner === owner && isUnsaved(part)) ? owner.wrong : ""));
    if (latest && !told.includes(latest)) told.push(latest);
    const all = told.filter(Boolean).map((text, at, left) => (at < left.length - 1 ? text.replace(/\.?$/, ".") : text)).join(" ");
    if (said && said.textContent !== all) said.textContent = all;
  }

  let isBusy = false;
  let isLeaving = false;
  let timer = 0;
  let afterwards = null; // the save that somebody asked for meanwhile

  function look() {
    clearTimeout(timer);
    timer = 0;
    if (isBusy || isLeaving) return;
    const changed = parts.filter((part) => !part.owner.stopped && isUnsaved(part));
    if (!changed.length && latest.startsWith("Not saved")) say("");
    else show();
    const ready = changed.filter((part) => isSettled(part) && !isHalfTyped(part));
    const first = ready.find((part) => written(part) !== part.tried);
    if (first) {
      send(first.owner, ready.filter((part) => part.owner === first.owner));
      return;
    }
    if (changed.some((part) => isHalfTyped(part) && !part.typing)) say("Not saved: a number is half typed.");
    if (changed.some((part) => !isSettled(part))) timer = setTimeout(look, 500);
  }

  async function send(owner, ready) {
    isBusy = true;
    const sent = ready.map((part) => [part, written(part)]);
    let answer = null;
    try {
      const reply = await fetch(owner.action, {
        method: "POST",
        body: bodyOf(owner, ready),
        headers: { "X-Autosave": "1" },
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (reply.type === "opaqueredirect") {
        stop(owner, "Not saved: you are signed out. Save, and what you typed is kept while you sign in.");
      } else if (reply.status === 200 || reply.status === 409) {
        answer = await reply.json();
      } else if (reply.status < 500 && reply.status !== 429) {
        stop(owner, "Not saved: save this page yourself, to see why.");
      } else {
        later();
      }
    } catch {
      later();
    }
    isBusy = false;
    if (answer) take(owner, sent, answer);
    if (afterwards !== null) afterwards();
    else if (!timer) look();
  }

  function bodyOf(owner, ready) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const name of ["version", "was"]) body.append(name, form.elements[owner.prefix + name].value);
    for (const box of ready.flatMap(boxesOf)) {
      if (box.matches(":disabled") || (isChoice(box) && !box.checked)) continue;
      body.append(box.name.slice(owner.prefix.length), box.value);
    }
    return body;
  }

  function take(owner, sent, answer) {
    if (answer.version === undefined) {
      stop(owner, answer.says);
      return;
    }
    owner.wrong = answer.bad.length ? named(owner, answer.says) : "";
    say(owner.wrong || answer.says);
    form.elements[`${owner.prefix}version`].value = answer.version;
    form.elements[`${owner.prefix}was`].value = answer.was;
    for (const [part, text] of sent) {
      part.tried = text;
      if (!answer.bad.includes(part.name)) part.saved = text;
    }
  }

  function stop(owner, text) {
    owner.stopped = named(owner, text);
    say("");
  }

  function later() {
    say("Not saved: there is no connection. What you typed stays here, and it is tried again.");
    timer = setTimeout(look, AGAIN);
  }

  function partOf(box) {
    return parts.find((part) => part.elements.some((element) => element.contains(box)));
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
